"""Figures of the gate for the pages below it: available credit, earliest feasible date."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from approvals.credit_limit import limit_of
from approvals.feasible_date import feasible_for
from approvals.rights import may_ask_for_dates
from billing.exposure import accounts_of, exposure_without
from core import parameters
from core.money import ZERO
from customers.models import Customer, GradePolicy
from orders.models import Order
from orders.number_input import Figure, read_figure
from orders.statuses import Status

_LINE_PRODUCT = "-product"
_AMOUNT = Figure("", places=2, largest=Decimal("999999999999.99"))
_QUANTITY = Figure("", places=3, largest=Decimal("99999999999.999"))
# Whoever types a date goes through odd years; the calendar has no use for them.
_YEARS = range(2000, 2101)


@require_GET
def credit(request, pk: int):
    """A customer's limit, the parts of its exposure and what is available.

    ``?order=`` leaves that order out of the exposure and shows its own part and what is left after it; ``?amount=``
    (元 with tax) is what it amounts to while it is being written.
    """
    if not request.user.sees_prices:
        raise PermissionDenied(_("This page shows prices and credit."))
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    order = parameters.row(Order.objects.filter(customer=customer), request.GET, "order")
    limit = limit_of(customer, GradePolicy.objects.filter(grade=customer.grade).first(), timezone.localdate())
    exposure = exposure_without(accounts_of([pk], timezone.localdate())[pk], order.pk if order else None)
    available = None if limit.amount is None else limit.amount - exposure.total
    amount = read_figure(parameters.text(request.GET, "amount"), _AMOUNT)
    open_part = None
    if isinstance(amount, Decimal) and amount:
        open_part = max(amount - (order.received_total if order else ZERO), ZERO)
    elif order and order.status != Status.CANCELLED:
        open_part = order.unpaid_total
    left = None if available is None or open_part is None else available - open_part
    context = {"customer": customer, "limit": limit, "exposure": exposure, "available": available}
    return render(request, "approvals/_credit.html", {**context, "open_part": open_part, "left": left})


@require_POST
def feasible_date(request):
    """The earliest feasible date of posted lines (``lines-n-product``, ``lines-n-quantity``) from ``order_date`` on,
    for ``customer``, who may have priority supply.

    JSON: ``date`` (ISO), ``explanation``, ``estimated``. Cells that are no product or no quantity yet are left out.
    """
    if not may_ask_for_dates(request.user):
        raise PermissionDenied(_("Your role may not do this."))
    wanted: list[tuple[int | None, Decimal | None]] = []
    for name in request.POST:
        if name.startswith("lines-") and name.endswith(_LINE_PRODUCT):
            product = parameters.key(request.POST, name)
            quantity = _quantity(parameters.text(request.POST, name.removesuffix(_LINE_PRODUCT) + "-quantity"))
            if product is not None and quantity > 0:
                wanted.append((product, quantity))
    seen = Customer.objects.visible_to(request.user).filter(pk=parameters.key(request.POST, "customer") or 0)
    day = _day(parameters.text(request.POST, "order_date"))
    found = feasible_for(day, wanted, seen.values_list("pk", flat=True).first())
    return JsonResponse({"date": found.day.isoformat(), "explanation": found.explanation, "estimated": found.estimated})


def _day(text: str) -> date:
    """The posted day, or today when it is none."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    return day if day and day.year in _YEARS else timezone.localdate()


def _quantity(text: str) -> Decimal:
    found = read_figure(text, _QUANTITY)
    return found if isinstance(found, Decimal) else ZERO
