"""How the events of requirements read that are no steps of their life."""

from django.utils.translation import gettext_lazy as _

from core.events import Wording, describe
from core.facts import Facts, follow
from requirements.models import Requirement

describe(
    "requirements.Requirement",
    requirement_recorded=Wording(_("Recorded")),
    requirement_filled_in=Wording(_("Filled in by the customer on a questionnaire"), "now"),
    requirement_changed=Wording(_("Requirement changed")),
    order_made=Wording(_("Order drafted: %(order)s"), "now"),
    file_attached=Wording(_("File attached: %(file)s")),
    summary_link_made=Wording(_("Link made on which the customer reads and confirms it")),
)

describe("customers.Customer", questionnaire_link_made=Wording(_("Link to a questionnaire made for the customer")))


@follow("requirements.Requirement")
def facts_of_requirement(requirement: Requirement) -> Facts:
    """How far it is, by when it was to be answered and when it was, when it was confirmed and why it was lost."""
    names = ("status", "response_due_on", "responded_at", "confirmed_on", "lost_on", "lost_reason")
    return {name: getattr(requirement, name) for name in names}
