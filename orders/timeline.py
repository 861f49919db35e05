"""How the events of orders read that are no steps of their life."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core.events import Wording, describe
from core.facts import Facts, follow
from orders.models import Order

describe(
    "orders.Order",
    created=Wording(_("Order drafted")),
    taken_over=Wording(_("Taken over with its history"), of_money=True),
    order_moved=Wording(_("Moved with its customer: %(old)s was merged into %(new)s")),
    nudged=Wording(_("Reminded %(whom)s")),
    draft_changed=Wording(_("Draft changed"), of_money=True),
    quoted=Wording(_("Quotation %(quotation)s made, valid until %(day)s"), "now", of_money=True),
    quotation_link_made=Wording(_("Link made on which the customer reads the quotation"), of_money=True),
    quotation_revoked=Wording(_("Quotation %(quotation)s withdrawn"), "bad", of_money=True),
    quotation_accepted=Wording(_("%(who)s accepted quotation %(quotation)s"), "good", of_money=True),
    quotation_answered=Wording(_("%(who)s wrote about quotation %(quotation)s"), "now", of_money=True),
    quotation_answer_noted=Wording(_("Answer of %(who)s to quotation %(quotation)s read"), of_money=True),
)


gettext_noop("drafted by")  # what the check of histories calls a field that has no label


@follow("orders.Order")
def facts_of_order(order: Order) -> Facts:
    """How far it is, who began it, and what its approval froze; until then its grade is its customer's."""
    names = ("status", "number", "round", "revision", "drafted_by_id", "submitted_at", "approved_at", "released_at")
    frozen = ("grade", "province", "booking_date", "first_promised_date", "sold_by_id", "sold_team_id")
    return {name: getattr(order, name) for name in (*names, *(frozen if order.approved_at else ()))}
