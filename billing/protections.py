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
_BROUGHT = ("received_on", "amount", "method", "bank_reference", "payer", "remarks", "brought_by_id", "brought_at")
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
_INVOICED = (
    "kind",
    "buyer_name",
    "tax_number",
    "buyer_address",
    "bank_name",
    "bank_account",
    "net_total",
    "tax_total",
    "gross_total",
    "note",
    "requested_by_id",
    "requested_at",
    "instead_of_id",
    "reverses_id",
)
#: Where an invoice's life leads: the steps of billing.workflow, which keep no way back.
_STEPS = (
    ("requested", "issued"),
    ("requested", "refused"),
    ("requested", "withdrawn"),
    ("refused", "withdrawn"),
    ("issued", "reversed"),
)
_IS_STEP = " OR ".join(f"(OLD.status = '{source}' AND NEW.status = '{target}')" for source, target in _STEPS)
_ORDERS_TOTAL = "(SELECT o.gross_total FROM orders_order o WHERE o.id = NEW.order_id)"
_ORDERS_INVOICES = (
    "(SELECT COALESCE(SUM(p.net_amount + p.tax_amount), 0) FROM billing_invoicepart p"
    " JOIN billing_invoice i ON i.id = p.invoice_id"
    " WHERE p.order_id = NEW.order_id AND i.status IN ('requested', 'issued', 'reversed'))"
)
_PART = "NEW.net_amount + NEW.tax_amount"
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
    Protection(
        "guard_bank_line_update",
        "billing_bankline",
        "UPDATE",
        changed(_BROUGHT),
        "a bank line stays as the bank has it",
    ),
    Protection("guard_bank_line_delete", "billing_bankline", "DELETE", "1 = 1", "bank lines are never deleted"),
    # What is asked for and issued, less what red ones took back, is at most the order; its lock keeps two from asking
    # at once. An order that comes to less later on says so itself (orders.models.order.invoiced_too_much).
    Protection(
        "guard_invoice_within_order",
        "billing_invoicepart",
        "INSERT",
        f"{_PART} > 0 AND {_PART} + {_ORDERS_INVOICES} > {_ORDERS_TOTAL} + 0.004",
        "an order is never invoiced for more than it comes to",
    ),
    Protection(
        "guard_invoice_of_approved_order",
        "billing_invoicepart",
        "INSERT",
        f"{_PART} > 0 AND (SELECT o.status FROM orders_order o WHERE o.id = NEW.order_id)"
        " NOT IN ('approved', 'completed')",
        "only what is approved is invoiced",
    ),
    Protection(
        "guard_invoice_update",
        "billing_invoice",
        "UPDATE",
        f"{changed(_INVOICED)} OR {moved_otherwise()}",
        "an invoice says what it was asked for",
    ),
    Protection(
        "guard_invoice_keeps_its_number",
        "billing_invoice",
        "UPDATE",
        f"OLD.status <> 'requested' AND {changed(['number', 'issued_on', 'issued_by_id'])}",
        "an issued invoice keeps its number",
    ),
    Protection(
        "guard_invoice_goes_its_way",
        "billing_invoice",
        "UPDATE",
        f"NEW.status <> OLD.status AND NOT ({_IS_STEP})",
        "an invoice goes no way back",
    ),
    Protection("guard_invoice_delete", "billing_invoice", "DELETE", "1 = 1", "an invoice is reversed, never deleted"),
    *append_only("billing_invoicepart", "parts of invoices"),
    *append_only("billing_dunning", "records of dunning"),
    *append_only("billing_refundpart", "parts of refunds"),
    *append_only("billing_receiptallocation", "allocations"),
)
