"""What the database itself refuses: booking in a closed month, changing an archive or a signed report.

Its triggers also note what changes about orders (``rollups.changes``).
"""

from collections.abc import Iterator

from analytics.figures.counting import FAMILIES
from analytics.rollups.changes import WATCHES
from core.protections import Protection, append_only, protect

_CLOSED = "EXISTS (SELECT 1 FROM core_closedmonth m WHERE {day} >= m.first_day AND {day} <= m.last_day)"
_ARCHIVED = "EXISTS (SELECT 1 FROM analytics_archive a WHERE a.period_id = {row}.period_id)"
_AMOUNTS = " OR ".join(f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in ("net_total", "tax_total", "gross_total"))
_BOOKED_ELSEWHERE = "NEW.booking_date IS DISTINCT FROM OLD.booking_date"
_SENTENCE = "the month is closed, nothing more is booked in it"
_REPORT, _SIGNED = "analytics_report", "OLD.signed_at IS NOT NULL"

_OF_ARCHIVE = "SELECT 1 FROM analytics_archive a JOIN core_closedmonth m ON m.id = a.period_id"
_KEPT = f"EXISTS ({_OF_ARCHIVE} WHERE m.first_day = {{month}})"


def _kept_rollups() -> Iterator[Protection]:
    """An archived month's roll-ups are its figures for good, like the archive itself."""
    sentence = "the month is archived, its figures are never counted again"
    for family in FAMILIES:
        table = family.model._meta.db_table
        new, old = (_KEPT.format(month=f"{row}.month") for row in ("NEW", "OLD"))
        for event, condition in (("INSERT", new), ("UPDATE", f"{new} OR {old}"), ("DELETE", old)):
            yield Protection(f"guard_{table}_kept_{event.lower()}", table, event, condition, sentence)


protect(
    Protection(
        "guard_order_booked_open_insert",
        "orders_order",
        "INSERT",
        f"NEW.booking_date IS NOT NULL AND {_CLOSED.format(day='NEW.booking_date')}",
        _SENTENCE,
    ),
    Protection(
        "guard_order_booked_open_update",
        "orders_order",
        "UPDATE",
        f"{_BOOKED_ELSEWHERE} "
        f"AND ({_CLOSED.format(day='NEW.booking_date')} OR {_CLOSED.format(day='OLD.booking_date')})",
        _SENTENCE,
    ),
    # Only an amendment, a new revision, moves the amounts; what was booked stays in the archive.
    Protection(
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
    Protection(
        "guard_archiverow_insert", "analytics_archiverow", "INSERT", _ARCHIVED.format(row="NEW"), "the archive is made"
    ),
    Protection("guard_archiverow_update", "analytics_archiverow", "UPDATE", "1 = 1", "archived rows are never changed"),
    Protection(
        "guard_archiverow_delete",
        "analytics_archiverow",
        "DELETE",
        _ARCHIVED.format(row="OLD"),
        "archived rows are never deleted",
    ),
    Protection("guard_report_signed_update", _REPORT, "UPDATE", _SIGNED, "a signed report never changes"),
    Protection("guard_report_signed_delete", _REPORT, "DELETE", _SIGNED, "a signed report is never deleted"),
    *_kept_rollups(),
    *WATCHES,
)
