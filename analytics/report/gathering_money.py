"""What was given away from the list prices, and what was overdue."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop

from analytics.facts import lines_in_force
from analytics.kpis import Share
from analytics.months import Month
from analytics.report.findings import SHOWN, Row, plain, yuan
from analytics.report.material import Amounts, Shares
from core.money import ZERO, round_money
from core.sentences import kept
from orders.models import Instalment, OrderLine, ReceiptAllocation
from orders.statuses import EFFECTIVE

_BEFORE = 3  # months
_AMOUNT = DecimalField(max_digits=24, decimal_places=6)


def money_of(month: Month, as_of: date) -> dict[str, Any]:
    """The parts of a month's material that concern discounts and receivables."""
    return {"discounts": _discounts(month), "overdue": _overdue(month, as_of)}


def _discounts(month: Month) -> Shares:
    """Σ (list amount − net) ÷ Σ list amount of the lines with a list price: of the month, and of the three before."""
    now = Q(order__booking_date__gte=month.first)
    at_list = ExpressionWrapper(F("quantity") * F("list_price"), output_field=_AMOUNT)
    lines = lines_in_force().filter(
        order__status__in=EFFECTIVE,
        order__booking_date__range=(month.shifted(-_BEFORE).first, month.last),
        list_price__gt=0,
    )
    sums = lines.aggregate(
        now=Sum(at_list, filter=now),
        net_now=Sum("net_amount", filter=now),
        before=Sum(at_list, filter=~now),
        net_before=Sum("net_amount", filter=~now),
    )
    found = {name: round_money(value or ZERO) for name, value in sums.items()}
    return Shares(
        Share(found["now"] - found["net_now"], found["now"]),
        Share(found["before"] - found["net_before"], found["before"]),
        _largest_discounts(lines.filter(now), at_list),
    )


def _largest_discounts(lines: QuerySet[OrderLine], at_list: ExpressionWrapper) -> tuple[Row, ...]:
    given = Sum(ExpressionWrapper(at_list - F("net_amount"), output_field=_AMOUNT))
    orders = lines.order_by().values_list("order", "order__number").annotate(given=given)
    few = orders.filter(given__gt=0).order_by("-given", "order")[:SHOWN]
    return tuple(Row("order", pk, number, plain(yuan(round_money(amount)))) for pk, number, amount in few)


def _overdue(month: Month, as_of: date) -> Amounts:
    """What was due and not paid at the end of the month and of the one before, in 元 with tax."""
    return Amounts(_unpaid(as_of), _unpaid(month.shifted(-1).last), _largest_overdue(as_of))


def _due(day: date) -> QuerySet[Instalment]:
    return Instalment.objects.filter(order__status__in=EFFECTIVE, revision=F("order__revision"), due_date__lt=day)


def _unpaid(day: date) -> Decimal:
    paid = ReceiptAllocation.objects.filter(instalment__in=_due(day), receipt__received_on__lte=day)
    due = _due(day).aggregate(sum=Sum("amount"))["sum"] or ZERO
    return round_money(due) - round_money(paid.aggregate(sum=Sum("amount"))["sum"] or ZERO)


def _largest_overdue(day: date) -> tuple[Row, ...]:
    in_time = Q(allocations__receipt__received_on__lte=day)
    paid = Coalesce(Sum("allocations__amount", filter=in_time), ZERO, output_field=_AMOUNT)
    unpaid = ExpressionWrapper(F("amount") - paid, output_field=_AMOUNT)
    few = _due(day).annotate(unpaid=unpaid).filter(unpaid__gte=Decimal("0.01")).order_by("-unpaid", "pk")[:SHOWN]
    columns = ("order", "order__number", "order__customer_name", "unpaid", "due_date")
    return tuple(
        Row("order", pk, number, _overdue_since(name, amount, due))
        for pk, number, name, amount, due in few.values_list(*columns)
    )


def _overdue_since(name: str, amount: Decimal, due: date) -> dict:
    return kept(
        gettext_noop("%(name)s, %(amount)s, due on %(day)s"), name=name, amount=yuan(round_money(amount)), day=str(due)
    )
