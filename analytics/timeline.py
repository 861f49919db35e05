"""How the events of closed months and reports read."""

from django.utils.translation import gettext_lazy as _

from core.events import Wording, describe

describe(
    "core.ClosedMonth",
    close_month=Wording(_("Closed for booking"), "good"),
    archive_month=Wording(_("Archived, %(orders)s orders"), "good"),
    verify_archive=Wording(_("Compared with its rows and files: %(outcome)s")),
    keep_report=Wording(_("The report signed by %(name)s is kept with it"), "good"),
    supplement=Wording(_("Supplement %(number)s")),
)
describe(
    "analytics.Report",
    write_report=Wording(_("Written by the system, %(findings)s findings")),
    edit_report=Wording(_("Words changed")),
    sign_report=Wording(_("Signed"), "good"),
)
