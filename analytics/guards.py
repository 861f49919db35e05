"""What the database itself keeps of a closed month: nothing is booked in it any more, its archive is never changed."""

from core.guards import Guard, append_only

_CLOSED = "EXISTS (SELECT 1 FROM core_closedmonth m WHERE {day} >= m.first_day AND {day} <= m.last_day)"
_ARCHIVED = "EXISTS (SELECT 1 FROM analytics_archive a WHERE a.period_id = {row}.period_id)"
_AMOUNTS = " OR ".join(f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in ("net_total", "tax_total", "gross_total"))
_BOOKED_ELSEWHERE = "NEW.booking_date IS DISTINCT FROM OLD.booking_date"
_SENTENCE = "the month is closed, nothing more is booked in it"

GUARDS = [
    Guard(
        "guard_order_booked_open_insert",
        "orders_order",
        "INSERT",
        f"NEW.booking_date IS NOT NULL AND {_CLOSED.format(day='NEW.booking_date')}",
        _SENTENCE,
    ),
    Guard(
        "guard_order_booked_open_update",
        "orders_order",
        "UPDATE",
        f"{_BOOKED_ELSEWHERE} "
        f"AND ({_CLOSED.format(day='NEW.booking_date')} OR {_CLOSED.format(day='OLD.booking_date')})",
        _SENTENCE,
    ),
    # Only an amendment, a new revision, moves the amounts; what was booked stays in the archive.
    Guard(
        "guard_order_booked_amounts",
        "orders_order",
        "UPDATE",
        f"OLD.booking_date IS NOT NULL AND NEW.revision = OLD.revision AND ({_AMOUNTS}) "
        f"AND {_CLOSED.format(day='OLD.booking_date')}",
        "amounts booked in a closed month never change",
    ),
    *append_only("analytics_archive", "archives"),
    *append_only("analytics_supplement", "supplements"),
    *append_only("analytics_signedreport", "signed reports kept with an archive"),
    Guard(
        "guard_archiverow_insert", "analytics_archiverow", "INSERT", _ARCHIVED.format(row="NEW"), "the archive is made"
    ),
    Guard("guard_archiverow_update", "analytics_archiverow", "UPDATE", "1 = 1", "archived rows are never changed"),
    Guard(
        "guard_archiverow_delete",
        "analytics_archiverow",
        "DELETE",
        _ARCHIVED.format(row="OLD"),
        "archived rows are never deleted",
    ),
]
