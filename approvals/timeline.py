"""How the events around amendments read that are no steps of their life, and which facts their history keeps."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.models import Amendment
from core.events import Wording, describe
from core.facts import Facts, follow

describe(
    "orders.Order",
    amendment_proposed=Wording(_("Amendment %(amendment)s proposed"), "now", of_money=True),
    amendment_refused=Wording(_("Amendment %(amendment)s refused"), "bad", of_money=True),
    amendment_withdrawn=Wording(_("Amendment %(amendment)s withdrawn"), of_money=True),
    amended=Wording(_("Amendment %(amendment)s is in force"), "good", of_money=True),
)
describe(
    "approvals.Amendment",
    created=Wording(pgettext_lazy("amendment", "Drafted")),
    draft_changed=Wording(_("Draft changed")),
    letter_attached=Wording(_("Customer's letter attached: %(file)s")),
)


@follow("approvals.Amendment")
def facts_of_amendment(amendment: Amendment) -> Facts:
    """How far it is, who began it, what it changes and what became of it."""
    names = ("status", "order_id", "number", "base_revision", "made_revision", "drafted_by_id", "at_customers_wish")
    return {
        name: getattr(amendment, name) for name in (*names, "proposed_at", "accepted_at", "net_change", "gross_change")
    }
