"""Figures of the gate for the pages below it: available credit, earliest feasible date."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.roles import Role
from approvals.exposure import accounts_of, exposure_without, limit_of
from approvals.feasible_date import feasible_for
from core.money import ZERO
from customers.models import Customer, GradePolicy
from orders.figures import Figure, read_figure
from orders.models import Order

_LINE_PRODUCT = "-product"
_AMOUNT = Figure("", places=2, largest=Decimal("999999999999.99"))
_QUANTITY = Figure("", places=3, largest=Decimal("99999999999.999"))
# Whoever types a date goes through odd years; the calendar has no use for them.
_YEARS = range(2000, 2101)


@require_GET
def credit(request, pk: int):
    """A customer's limit, the parts of its exposure and what is available.

    ``?order=`` leaves that order out; ``?amount=`` (元 with tax) is what it amounts to while it is being written, and
    then it is also shown what would be left after it.
    """
    if not request.user.sees_prices:
        raise PermissionDenied(_("This page shows prices and credit."))
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    order = _order_in(request, customer)
    limit = limit_of(customer, GradePolicy.objects.filter(grade=customer.grade).first())
    exposure = exposure_without(accounts_of([pk], timezone.localdate())[pk], order.pk if order else None)
    available = None if limit.amount is None else limit.amount - exposure.total
    open_part = _open_part(request, order)
    left = None if available is None or open_part is None else available - open_part
    context = {"customer": customer, "limit": limit, "exposure": exposure, "available": available}
    return render(request, "approvals/_credit.html", {**context, "open_part": open_part, "left": left})


def _open_part(request, order: Order | None) -> Decimal | None:
    """What is still to be paid of the order being written; None when nothing is said about it."""
    amount = read_figure(request.GET.get("amount", ""), _AMOUNT)
    if not isinstance(amount, Decimal) or not amount:
        return None
    return max(amount - (order.received_total if order else ZERO), ZERO)


def _order_in(request, customer: Customer) -> Order | None:
    pk = request.GET.get("order", "")
    return Order.objects.filter(customer=customer, pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None


@require_POST
def feasible_date(request):
    """The earliest feasible date of posted lines (``lines-n-product``, ``lines-n-quantity``) from ``order_date`` on.

    JSON: ``date`` (ISO), ``explanation``, ``estimated``. Cells that are no product or no quantity yet are left out.
    """
    if request.user.role not in (Role.REP, Role.MANAGER, Role.FINANCE, Role.ADMIN):
        raise PermissionDenied(_("Your role may not do this."))
    found = feasible_for(_day(request.POST.get("order_date", "")), list(_quantities(request.POST)))
    return JsonResponse({"date": found.day.isoformat(), "explanation": found.explanation, "estimated": found.estimated})


def _day(text: str) -> date:
    """The posted day, or today when it is none."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    return day if day and day.year in _YEARS else timezone.localdate()


def _quantities(posted) -> Iterator[tuple[int, Decimal]]:
    for name, product in posted.items():
        if name.startswith("lines-") and name.endswith(_LINE_PRODUCT) and product.isdecimal() and len(product) < 19:
            quantity = _quantity(posted.get(name.removesuffix(_LINE_PRODUCT) + "-quantity", ""))
            if quantity > 0:
                yield int(product), quantity


def _quantity(text: str) -> Decimal:
    found = read_figure(text, _QUANTITY)
    return found if isinstance(found, Decimal) else ZERO
