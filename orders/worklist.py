"""Orders that a reviewer sent back wait for their rep, who mends and submits them again."""

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import Event
from core.templatetags.ui import when
from core.worklist import Item
from orders.models import Order
from orders.statuses import Status
from orders.turn import deadlines_after, stage_days

_SHOWN = 50


def returned(user) -> list[Item]:
    """The person's own orders that were sent back, due within the working days of a stage."""
    orders = Order.objects.visible_to(user).filter(rep=user, status=Status.DRAFT, sent_back=True)
    found = list(orders.select_related("customer").order_by("status_since", "id")[:_SHOWN])
    if not found:
        return []
    days = stage_days()
    deadlines = deadlines_after([order.status_since for order in found], days)
    reasons = _reasons(found)
    return [_item(order, deadlines[order.status_since], days, reasons.get(order.pk, "")) for order in found]


def _reasons(orders: Iterable[Order]) -> dict[int, str]:
    """Who sent each order back last, and why, in one query."""
    events = Event.objects.filter(
        subject_type=ContentType.objects.get_for_model(Order),
        subject_id__in=[order.pk for order in orders],
        verb="send_back",
    )
    rows = events.select_related("actor").order_by("id")
    return {event.subject_id: _("%(who)s: %(note)s") % {"who": event.actor, "note": event.note} for event in rows}


def _item(order: Order, deadline, days: int, reason: str) -> Item:
    why = ngettext(
        "Sent back %(when)s, to be submitted again within %(days)s working day.",
        "Sent back %(when)s, to be submitted again within %(days)s working days.",
        days,
    )
    return Item(
        kind="returned",
        kind_label=_("Sent back"),
        whom=order.customer_name,
        grade=order.customer.grade,
        what=_("%(order)s was sent back for changes") % {"order": order},
        detail=reason,
        url=reverse("orders:edit", args=[order.pk]),
        verb=_("Mend it"),
        due=deadline.at,
        why=why % {"when": when(order.status_since), "days": days},
        estimated=deadline.counted.estimated,
    )
