"""How the care for a customer reads in the history of its file."""

from django.utils.translation import gettext_lazy as _

from core.events import Wording, describe

describe(
    "customers.Customer",
    care_plan_begun=Wording(_("Care plan begun: a visit every %(days)s days"), "good"),
    care_plan_changed=Wording(_("Care plan changed")),
    care_plan_ended=Wording(_("Care plan ended"), "now"),
    change_reported=Wording(_("Reported: the file is no longer true: %(text)s"), "now"),
    change_answered=Wording(_("Report answered: %(text)s"), "good"),
    change_settled=Wording(_("Report closed, the file is updated: %(text)s"), "good"),
    visit_recorded=Wording(_("Visited on %(day)s: %(met)s"), "good", of_money=True),
)
