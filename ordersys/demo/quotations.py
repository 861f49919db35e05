"""Quotations from drafts of the demonstration: some wait, some are answered, accepted, replaced or over."""

from datetime import datetime, timedelta

from django.utils import timezone

from orders.models import Order, Quotation
from orders.quotations import Said, answer_quotation, make_quotation, why_not_quoted
from orders.statuses import Status
from ordersys.demo.clock import clock_at

_REMARK = "以上价格含税含运，安装调试另议。"
_WORDS = "单价能否再优惠 2%？交期希望提前一周。"
_HOURS = 3


def load_quotations() -> None:
    """Offers the drafts that can be offered, through the services, some hours after each was written."""
    drafts = Order.objects.filter(status=Status.DRAFT, rep__isnull=False, submitted_at=None)
    for place, order in enumerate(drafts.select_related("rep", "contact").order_by("pk")):
        if not why_not_quoted(order, list(order.current_lines())):
            _offer(order, place)


def _offer(order: Order, place: int) -> None:
    now = timezone.now()
    made, answered = (min(order.created_at + timedelta(hours=_HOURS * times), now) for times in (1, 2))
    quotation = _made(order, made, days=14 if place % 5 != 3 else 1)
    if place % 5 in (1, 2):
        _answered(quotation, answered, accepts=place % 5 == 1)
    if place % 5 == 2:
        _made(order, answered, days=21)


def _made(order: Order, moment: datetime, days: int) -> Quotation:
    with clock_at(moment):
        last = timezone.localdate() + timedelta(days=days)
        assert order.rep is not None
        return make_quotation(order=order, valid_until=last, remark=_REMARK, by=order.rep)


def _answered(quotation: Quotation, moment: datetime, accepts: bool) -> None:
    contact = quotation.order.contact
    name, job_title = (contact.name, contact.job_title) if contact else ("吕丽娟", "采购经理")
    said = Said(accepts, name, job_title, "" if accepts else _WORDS)
    with clock_at(moment):
        answer_quotation(quotation=quotation, said=said, address="203.0.113.7")
