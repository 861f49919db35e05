"""How proposals and grades read in histories."""

from django.utils.translation import gettext_lazy as _

from core.events import Wording, describe
from core.facts import Facts, follow
from grading.models import GradeProposal

describe(
    "customers.Customer",
    grade_proposed=Wording(_("Another grade proposed")),
    customer_grade_changed=Wording(_("Grade changed"), "now"),
    customer_limit_set=Wording(_("Own credit limit set"), "now", of_money=True),
)
describe("orders.Order", grade_changed=Wording(_("The customer's grade changed, and with it the rules"), "now"))


@follow("grading.GradeProposal")
def facts_of_proposal(proposal: GradeProposal) -> Facts:
    """What was proposed, and what became of it."""
    return {name: getattr(proposal, name) for name in ("status", "before", "after")}
