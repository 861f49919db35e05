"""Makes the archive known to the kit; called once when the app is ready."""

from django.utils.translation import gettext_lazy as _

from analytics.archive.closing import ARCHIVE_MONTH
from analytics.archive.due import archive_due, months_to_close
from analytics.archive.opening import POLICY
from analytics.archive.signed_report import keep_missing
from analytics.archive.verify import broken_archives
from analytics.guards import GUARDS
from core import registries
from core.invariants import Invariant
from core.jobs.kinds import register_kind


def register() -> None:
    """Jobs, guards, worklist, sentences, the opening month."""
    register_kind(ARCHIVE_MONTH)
    registries.guards.extend(GUARDS)
    registries.hourly.extend([archive_due, keep_missing])
    registries.worklist.append(months_to_close)
    registries.invariants.append(
        Invariant("archives", "every archive has the rows, totals and files that it was made of", broken_archives)
    )
    registries.policies[POLICY] = (0, _("first month that closes by itself (like 202610; 0: that of the installation)"))
    registries.sentences.update(
        close_month=(_("Closed for booking"), "good"),
        archive_month=(_("Archived, %(orders)s orders"), "good"),
        verify_archive=(_("Compared with its rows and files: %(outcome)s"), ""),
        keep_report=(_("The report signed by %(name)s is kept with it"), "good"),
        supplement=(_("Supplement %(number)s"), ""),
    )
