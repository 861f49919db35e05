"""What the database itself refuses about orders, lines, instalments and receipts, on both databases."""

from core.guards import Guard, append_only

_NOT_DRAFT = "(SELECT o.status FROM orders_order o WHERE o.id = {row}.order_id) <> 'draft'"
_COMMERCIAL_ORDER = (
    "customer_id",
    "order_date",
    "promised_date",
    "delivery_method",
    "delivery_address",
    "payment_terms_id",
    "special_requirements",
    "liability_clauses",
    "net_total",
    "tax_total",
    "gross_total",
)
_COMMERCIAL_LINE = (
    "order_id",
    "revision",
    "position",
    "product_id",
    "name",
    "specification",
    "unit",
    "quantity",
    "unit_price",
    "discount",
    "tax_rate",
    "net_amount",
    "tax_amount",
    "special_demand",
)
_COMMERCIAL_INSTALMENT = ("order_id", "revision", "position", "percent", "trigger", "days", "amount")
_FACTS_OF_A_RECEIPT = ("customer_id", "received_on", "amount", "method", "bank_reference", "payer", "reverses_id")


_FROZEN_AT_APPROVAL = (
    "approved_at",
    "grade",
    "province",
    "first_promised_date",
    "booking_date",
    "sold_by_id",
    "sold_team_id",
)


def _changed(columns: tuple[str, ...]) -> str:
    return "(" + " OR ".join(f'NEW."{c}" IS DISTINCT FROM OLD."{c}"' for c in columns) + ")"


def _parts(table: str, columns: tuple[str, ...], what: str) -> list[Guard]:
    """Lines and instalments are free in a draft; afterwards a new revision may only be added."""
    newer = "NEW.revision <= (SELECT o.revision FROM orders_order o WHERE o.id = NEW.order_id)"
    changed_or_moved_in = (
        f"(({_NOT_DRAFT.format(row='OLD')} AND {_changed(columns)}) "
        f"OR (NEW.order_id <> OLD.order_id AND {_NOT_DRAFT.format(row='NEW')}))"
    )
    sentence = f"{what} of a submitted order change only by a new revision"
    return [
        Guard(f"guard_{table}_insert", table, "INSERT", f"{_NOT_DRAFT.format(row='NEW')} AND {newer}", sentence),
        Guard(f"guard_{table}_update", table, "UPDATE", changed_or_moved_in, sentence),
        Guard(f"guard_{table}_delete", table, "DELETE", _NOT_DRAFT.format(row="OLD"), sentence),
    ]


GUARDS = [
    Guard(
        "guard_order_commercial",
        "orders_order",
        "UPDATE",
        f"OLD.status <> 'draft' AND NEW.revision <> OLD.revision + 1 AND {_changed(_COMMERCIAL_ORDER)}",
        "a submitted order changes only by a new revision",
    ),
    Guard(
        "guard_order_revision",
        "orders_order",
        "UPDATE",
        "NEW.revision <> OLD.revision AND NEW.revision <> OLD.revision + 1",
        "an order moves to the next revision and to no other",
    ),
    Guard(
        "guard_order_number",
        "orders_order",
        "UPDATE",
        "OLD.number IS NOT NULL AND (NEW.number IS DISTINCT FROM OLD.number OR NEW.customer_id <> OLD.customer_id)",
        "number and customer of a numbered order never change",
    ),
    Guard(
        "guard_order_no_way_back",
        "orders_order",
        "UPDATE",
        "OLD.status IN ('approved', 'completed') "
        "AND NEW.status IN ('draft', 'rep_review', 'manager_review', 'finance_review')",
        "an approved or completed order never returns to draft or review",
    ),
    Guard(
        "guard_order_cancelled",
        "orders_order",
        "UPDATE",
        "OLD.status = 'cancelled' AND NEW.status <> 'cancelled'",
        "a cancelled order stays cancelled",
    ),
    Guard(
        "guard_order_frozen",
        "orders_order",
        "UPDATE",
        f"OLD.approved_at IS NOT NULL AND {_changed(_FROZEN_AT_APPROVAL)}",
        "what was frozen at approval never changes",
    ),
    Guard(
        "guard_order_released_once",
        "orders_order",
        "UPDATE",
        "OLD.released_at IS NOT NULL AND NEW.released_at IS DISTINCT FROM OLD.released_at",
        "an order is released once",
    ),
    Guard(
        "guard_order_no_delete",
        "orders_order",
        "DELETE",
        "OLD.number IS NOT NULL",
        "a numbered order is cancelled, never deleted",
    ),
    *_parts("orders_orderline", _COMMERCIAL_LINE, "lines"),
    *_parts("orders_instalment", _COMMERCIAL_INSTALMENT, "instalments"),
    Guard(
        "guard_receipt_update", "orders_receipt", "UPDATE", _changed(_FACTS_OF_A_RECEIPT), "a receipt is never changed"
    ),
    Guard("guard_receipt_delete", "orders_receipt", "DELETE", "1 = 1", "a receipt is reversed, never deleted"),
    *append_only("orders_receiptallocation", "allocations"),
]
