"""Makes the report known to the kit; called once when the app is ready."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from analytics.archive.signed_report import hash_of, text_of
from analytics.models import Report
from analytics.report import thresholds
from analytics.report.export import REPORT_EXCEL
from analytics.report.jobs import REPORT, reports_due
from core import registries
from core.guards import Guard
from core.invariants import Invariant
from core.jobs.kinds import register_kind

_TABLE, _SIGNED = "analytics_report", "OLD.signed_at IS NOT NULL"
GUARDS = [
    Guard("guard_report_signed_update", _TABLE, "UPDATE", _SIGNED, "a signed report never changes"),
    Guard("guard_report_signed_delete", _TABLE, "DELETE", _SIGNED, "a signed report is never deleted"),
]


def altered_reports() -> Iterator[str]:
    """Signed reports that are no longer what was signed."""
    for report in Report.objects.filter(signed_at__isnull=False).iterator():
        if hash_of(text_of(report)) != report.signed_hash:
            yield str(report)


def register() -> None:
    """Jobs, thresholds, guards, sentences, and the writing of each month that is over."""
    register_kind(REPORT)
    register_kind(REPORT_EXCEL)
    thresholds.register()
    registries.guards.extend(GUARDS)
    registries.sweeps.append(reports_due)
    registries.invariants.append(
        Invariant("reports", "every signed report is what was signed", altered_reports),
    )
    registries.sentences.update(
        write_report=(_("Written by the system, %(findings)s findings"), ""),
        edit_report=(_("Words changed"), ""),
        sign_report=(_("Signed"), "good"),
    )
