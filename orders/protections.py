"""What the database itself refuses about orders, lines and instalments, on both databases."""

from core.protections import Protection, append_only, changed, protect
from customers.moving import moved_otherwise
from orders.content import HEADER, INSTALMENT, LINE, commercial_columns

_NOT_DRAFT = "(SELECT o.status FROM orders_order o WHERE o.id = {row}.order_id) <> 'draft'"
_PLACE = ("order_id", "revision", "position")
_COMMERCIAL_ORDER = tuple(column for column in commercial_columns(HEADER) if column != "customer_id")
# The list price is no content, but what a discount is judged by.
_COMMERCIAL_LINE = (*_PLACE, "list_price", *commercial_columns(LINE))
_COMMERCIAL_INSTALMENT = (*_PLACE, *commercial_columns(INSTALMENT))
_QUOTATION, _ANSWER = "orders_quotation", "orders_quotationanswer"
_OFFERED = (
    "order_id",
    "version",
    "valid_until",
    "remark",
    "content",
    "content_hash",
    "gross_total",
    "made_by_id",
    "made_at",
)
_SAID = ("quotation_id", "accepts", "name", "job_title", "words", "at", "address", "link_id", "said_key")
_DRAFTER = ("order_id", "revision", "person_id", "at")
_FROZEN_AT_APPROVAL = (
    "approved_at",
    "grade",
    "province",
    "booking_date",
    "sold_by_id",
    "sold_team_id",
)


def _parts(table: str, columns: tuple[str, ...], what: str) -> list[Protection]:
    """Lines and instalments are free in a draft; afterwards a new revision may only be added."""
    newer = "NEW.revision <= (SELECT o.revision FROM orders_order o WHERE o.id = NEW.order_id)"
    changed_or_moved_in = (
        f"(({_NOT_DRAFT.format(row='OLD')} AND {changed(columns)}) "
        f"OR (NEW.order_id <> OLD.order_id AND {_NOT_DRAFT.format(row='NEW')}))"
    )
    sentence = f"{what} of a submitted order change only by a new revision"
    return [
        Protection(f"guard_{table}_insert", table, "INSERT", f"{_NOT_DRAFT.format(row='NEW')} AND {newer}", sentence),
        Protection(f"guard_{table}_update", table, "UPDATE", changed_or_moved_in, sentence),
        Protection(f"guard_{table}_delete", table, "DELETE", _NOT_DRAFT.format(row="OLD"), sentence),
    ]


protect(
    Protection(
        "guard_order_commercial",
        "orders_order",
        "UPDATE",
        f"OLD.status <> 'draft' AND (NEW.revision <> OLD.revision + 1 AND {changed(_COMMERCIAL_ORDER)} "
        f"OR {moved_otherwise()})",
        "a submitted order changes only by a new revision",
    ),
    Protection(
        "guard_order_revision",
        "orders_order",
        "UPDATE",
        "NEW.revision <> OLD.revision AND NEW.revision <> OLD.revision + 1",
        "an order moves to the next revision and to no other",
    ),
    Protection(
        "guard_order_number",
        "orders_order",
        "UPDATE",
        f"OLD.number IS NOT NULL AND (NEW.number IS DISTINCT FROM OLD.number OR {moved_otherwise()})",
        "number and customer of a numbered order never change",
    ),
    Protection(
        "guard_order_no_way_back",
        "orders_order",
        "UPDATE",
        "OLD.status IN ('approved', 'completed') "
        "AND NEW.status IN ('draft', 'rep_review', 'manager_review', 'finance_review')",
        "an approved or completed order never returns to draft or review",
    ),
    Protection(
        "guard_order_cancelled",
        "orders_order",
        "UPDATE",
        "OLD.status = 'cancelled' AND NEW.status <> 'cancelled'",
        "a cancelled order stays cancelled",
    ),
    Protection(
        "guard_order_frozen",
        "orders_order",
        "UPDATE",
        f"OLD.approved_at IS NOT NULL AND {changed(_FROZEN_AT_APPROVAL)}",
        "what was frozen at approval never changes",
    ),
    Protection(
        "guard_order_first_promise",
        "orders_order",
        "UPDATE",
        f"OLD.approved_at IS NOT NULL AND NEW.revision <> OLD.revision + 1 AND {changed(('first_promised_date',))}",
        "the date first promised moves only with a new revision",
    ),
    Protection(
        "guard_order_begun_by",
        "orders_order",
        "UPDATE",
        "OLD.status <> 'draft' AND NEW.drafted_by_id IS DISTINCT FROM OLD.drafted_by_id",
        "who drafted a submitted order stays known",
    ),
    Protection(
        "guard_order_released_once",
        "orders_order",
        "UPDATE",
        "OLD.released_at IS NOT NULL AND NEW.released_at IS DISTINCT FROM OLD.released_at",
        "an order is released once",
    ),
    Protection(
        "guard_order_no_delete",
        "orders_order",
        "DELETE",
        "OLD.number IS NOT NULL",
        "a numbered order is cancelled, never deleted",
    ),
    Protection(
        "guard_drafter_no_delete",
        "orders_drafter",
        "DELETE",
        "(SELECT o.number FROM orders_order o WHERE o.id = OLD.order_id) IS NOT NULL",
        "who wrote in a numbered order stays known",
    ),
    Protection(
        "guard_drafter_update",
        "orders_drafter",
        "UPDATE",
        f"OLD.replaced_at IS NOT NULL OR NEW.replaced_at IS NULL OR {changed(_DRAFTER)}",
        "who wrote in an order stays known",
    ),
    # Arrival may be corrected, what becomes of nothing may be due no more; what has happened stays on its day.
    Protection(
        "guard_instalment_due",
        "orders_instalment",
        "UPDATE",
        "OLD.due_date IS NOT NULL AND NEW.due_date IS NOT NULL AND NEW.due_date <> OLD.due_date "
        f"AND OLD.trigger IN ('prepayment', 'before_production', 'before_shipment') AND {_NOT_DRAFT.format(row='OLD')}",
        "an instalment is due on the day that was reckoned when its trigger happened",
    ),
    Protection(
        "guard_quotation_stands",
        _QUOTATION,
        "UPDATE",
        changed(_OFFERED),
        "what was offered stands; a new version replaces it",
    ),
    Protection(
        "guard_quotation_ends_once",
        _QUOTATION,
        "UPDATE",
        f"(OLD.replaced_at IS NOT NULL AND {changed(['replaced_at'])}) "
        f"OR (OLD.revoked_at IS NOT NULL AND {changed(['revoked_at', 'revoked_by_id'])})",
        "a quotation is replaced or withdrawn once",
    ),
    Protection("guard_quotation_is_kept", _QUOTATION, "DELETE", "1 = 1", "quotations are never deleted"),
    Protection(
        "guard_quotation_answer_stands",
        _ANSWER,
        "UPDATE",
        f"OLD.noted_at IS NOT NULL OR {changed(_SAID)}",
        "what a customer said about a quotation stands",
    ),
    Protection("guard_quotation_answer_is_kept", _ANSWER, "DELETE", "1 = 1", "answers to quotations are never deleted"),
    *append_only("orders_formerheader", "former headers"),
    *_parts("orders_orderline", _COMMERCIAL_LINE, "lines"),
    *_parts("orders_instalment", _COMMERCIAL_INSTALMENT, "instalments"),
)
