"""What the pages of a shipment show, each within the person's rights."""

from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.requests import PersonRequest
from core import typed
from core.buttons import buttons_for
from core.events import Entry, timeline_of, verbs_without_money
from core.files import files_of
from fulfilment.guards import SIGN_OFF
from fulfilment.models import Shipment
from fulfilment.rights import may_plan
from fulfilment.services import why_transport_stands
from orders.parties import recipient_of


def shipment_for(request: PersonRequest, pk: int) -> Shipment:
    """The shipment with its order and people, if this person may see it. Raises Http404."""
    people = ("packed_by", "quality_checked_by", "packing_checked_by", "unpaid_allowed_by", "carrier", "rep")
    shipments = Shipment.objects.visible_to(request.user).select_related("order__customer", "order__contact", *people)
    return get_object_or_404(shipments, pk=pk)


def lines_of(shipment: Shipment):
    """The shipment's lines with what was ordered, in the order's order."""
    return shipment.lines.select_related("order_line").order_by("order_line__position")


def shipment_page_context(request: PersonRequest, shipment: Shipment) -> dict:
    """Header, verbs, lines, files and history of one shipment."""
    return {
        "shipment": shipment,
        "order": shipment.order,
        "lines": lines_of(shipment),
        "contact": recipient_of(shipment.order),
        "proofs": files_of(shipment, SIGN_OFF),
        "buttons": buttons_for(shipment, request.user),
        "version": shipment.version,
        "typed": typed.recall(request, shipment),
        "may_change_transport": may_plan(request.user) and not why_transport_stands(shipment),
        "events": history_for(request.user, shipment),
    }


def history_for(user: User, shipment: Shipment) -> list[Entry]:
    """The shipment's history. That it may leave unpaid, and why, speaks of money, so not everybody reads it."""
    return timeline_of(shipment) if user.sees_prices else timeline_of(shipment, verbs=verbs_without_money(Shipment))
