"""The demonstration's invoices: most are issued, some wait, one is refused, one is taken back and issued anew."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import cycle

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from billing.invoices import issue_invoice, request_invoice, reverse_invoice
from billing.models import Invoice
from core.events import timeline_of
from core.workflow import take
from customers.invoice_data import missing_invoice_data
from orders.models import Order
from orders.statuses import EFFECTIVE, DeliveryStatus, Status
from ordersys.demo.clock import at, clock_at
from ordersys.demo.delivery import scan_of

Story = Callable[[Order, "Desk", str], object]
_RECENT, _MOST = timedelta(days=90), 18
_NOTES = ("票面备注合同号", "请寄到客户财务部", "")
_REFUSED, _REVERSED = "客户税务登记正在变更，请确认新税号后重新申请。", "客户要求改开专票抬头，原票红冲。"
#: Numbers of electronic invoices have twenty digits.
_NUMBER = 26310000000000000000


@dataclass
class Desk:
    """Who issues, and the next number."""

    finance: User
    number: int = _NUMBER

    def paper(self) -> dict:
        """Number, day and file of an invoice that finance issues today."""
        self.number += 137
        scan = scan_of(f"发票{self.number}.jpg", f"INVOICE {self.number}")
        return {"number": str(self.number), "issued_on": timezone.localdate(), "upload": scan, "by": self.finance}


def load_invoices() -> None:
    """Invoices for recent orders, each through the services; what is to be amended is invoiced already."""
    desk = Desk(User.objects.filter(role=Role.FINANCE).order_by("pk")[0])
    stories: Iterable[Story] = cycle((_issued, _issued, _requested, _issued_in_part, _refused, _reversed, _issued))
    for place, (order, story) in enumerate(zip(_orders(), stories, strict=False)):
        with clock_at(_moment(order, place)):
            story(order, desk, _NOTES[place % len(_NOTES)])


def _moment(order: Order, place: int) -> datetime:
    """Some days ago in office hours, but after whatever happened to the order."""
    day = timezone.localdate() - timedelta(days=2 + place)
    last = timeline_of(order, limit=1)[0].at + timedelta(minutes=7)
    return min(max(at(day, 570 + 11 * place), last), timezone.now())


def _orders() -> list[Order]:
    """Those that will be amended first, then those that owe something, then others."""
    since = timezone.localdate() - _RECENT
    recent = Order.objects.filter(status__in=EFFECTIVE, rep__isnull=False, order_date__gte=since)
    rows = recent.select_related("customer", "rep").order_by("pk")
    unshipped = rows.filter(status=Status.APPROVED, delivery_status=DeliveryStatus.PREPARING, shipments=None)
    owing = rows.filter(received_total__lt=F("gross_total"))
    found = dict.fromkeys([*unshipped[:1], *owing[:_MOST], *rows[:_MOST]])
    return [order for order in found if not missing_invoice_data(order.customer)][:_MOST]


def _request(order: Order, note: str, share: Decimal = Decimal(1)) -> Invoice:
    amount = (order.gross_total * share).quantize(Decimal("0.01"))
    assert order.rep is not None, "Every order of the demonstration has its people."
    return request_invoice(customer=order.customer, amounts={order.pk: amount}, note=note, by=order.rep)


def _requested(order: Order, desk: Desk, note: str) -> None:
    _request(order, note)


def _issued(order: Order, desk: Desk, note: str, share: Decimal = Decimal(1)) -> Invoice:
    return issue_invoice(invoice=_request(order, note, share), **desk.paper())


def _issued_in_part(order: Order, desk: Desk, note: str) -> None:
    """What was prepaid is issued, more is asked for."""
    _issued(order, desk, note, Decimal("0.3"))
    _request(order, "第二批到货后开", Decimal("0.2"))


def _refused(order: Order, desk: Desk, note: str) -> None:
    take(_request(order, note), "refuse", by=desk.finance, note=_REFUSED)


def _reversed(order: Order, desk: Desk, note: str) -> None:
    reverse_invoice(invoice=_issued(order, desk, note), reason=_REVERSED, **desk.paper())
    _issued(order, desk, note)
