"""What the database itself refuses about receipts and what they pay, on both databases."""

from core.protections import Protection, append_only, changed, protect
from customers.moving import moved_otherwise

_RECORDED = (
    "received_on",
    "amount",
    "method",
    "bank_reference",
    "payer",
    "reverses_id",
    "recorded_by_id",
    "recorded_at",
)
_REFUNDED = (
    "order_id",
    "refunded_on",
    "amount",
    "method",
    "bank_reference",
    "payee",
    "reverses_id",
    "sold_by_id",
    "sold_team_id",
    "recorded_by_id",
    "recorded_at",
)
_NO_MORE = "a receipt pays no more than it is"
_GIVEN = "(SELECT COALESCE(SUM(given.amount), 0) FROM {table} given WHERE given.receipt_id = NEW.receipt_id)"
_BEYOND = (
    f"NEW.amount > 0 AND NEW.amount + {_GIVEN.format(table='billing_receiptallocation')}"
    f" + {_GIVEN.format(table='billing_refundpart')}"
    " > (SELECT paid.amount FROM billing_receipt paid WHERE paid.id = NEW.receipt_id) + 0.004"
)

protect(
    Protection(
        "guard_receipt_update",
        "billing_receipt",
        "UPDATE",
        f"{changed(_RECORDED)} OR {moved_otherwise()}",
        "a receipt is never changed",
    ),
    Protection("guard_receipt_delete", "billing_receipt", "DELETE", "1 = 1", "a receipt is reversed, never deleted"),
    # What is given is added up with what was given before; the customer's lock keeps two from giving at once.
    Protection("guard_allocation_within_receipt", "billing_receiptallocation", "INSERT", _BEYOND, _NO_MORE),
    Protection("guard_refund_within_receipt", "billing_refundpart", "INSERT", _BEYOND, _NO_MORE),
    Protection(
        "guard_refund_update",
        "billing_refund",
        "UPDATE",
        f"{changed(_REFUNDED)} OR {moved_otherwise()}",
        "a refund is never changed",
    ),
    Protection("guard_refund_delete", "billing_refund", "DELETE", "1 = 1", "a refund is reversed, never deleted"),
    Protection(
        "guard_statement_stays_as_given",
        "billing_statement",
        "UPDATE",
        f"{changed(['first_day', 'last_day', 'content', 'closing', 'made_by_id', 'made_at'])} OR {moved_otherwise()}"
        + ' OR OLD."answered_at" IS NOT NULL AND '
        + changed(["answered_by", "answered_at", "objection"]),
        "a statement stays as it was given, and answered once it is",
    ),
    Protection("guard_statement_is_kept", "billing_statement", "DELETE", "1 = 1", "statements are never deleted"),
    *append_only("billing_dunning", "records of dunning"),
    *append_only("billing_refundpart", "parts of refunds"),
    *append_only("billing_receiptallocation", "allocations"),
)
