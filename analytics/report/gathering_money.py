"""What was given away from the list prices, and what was overdue."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop

from analytics.figures.counted_orders import kept_by, lines_in_force
from analytics.figures.kpis import Share
from analytics.figures.months import Month
from analytics.figures.segments import Segment
from analytics.report.findings import MOST_ROWS, Row, plain, yuan
from analytics.report.material import Amounts, Shares
from billing.models import ReceiptAllocation
from core.money import ZERO, round_money
from core.sentences import stored_sentence
from orders.models import Instalment
from orders.statuses import EFFECTIVE

_BEFORE = 3  # months
_AMOUNT = DecimalField(max_digits=24, decimal_places=6)


def money_of(month: Month, as_of: date, segment: Segment) -> dict[str, Any]:
    """The parts of a month's material that concern discounts and receivables."""
    overdue = Amounts(
        _unpaid(as_of, segment), _unpaid(month.shifted(-1).last, segment), _largest_overdue(as_of, segment)
    )
    return {"discounts": _discounts(month, segment), "overdue": overdue}


def _discounts(month: Month, segment: Segment) -> Shares:
    """Σ (list amount − net) ÷ Σ list amount of the lines with a list price: of the month, and of the three before."""
    now = Q(order__booking_date__gte=month.first)
    at_list = ExpressionWrapper(F("quantity") * F("list_price"), output_field=_AMOUNT)
    lines = lines_in_force().filter(
        order__status__in=EFFECTIVE,
        order__booking_date__range=(month.shifted(-_BEFORE).first, month.last),
        list_price__gt=0,
        **kept_by(segment, "order__"),
    )
    sums = lines.aggregate(
        now=Sum(at_list, filter=now),
        net_now=Sum("net_amount", filter=now),
        before=Sum(at_list, filter=~now),
        net_before=Sum("net_amount", filter=~now),
    )
    found = {name: round_money(value or ZERO) for name, value in sums.items()}
    given = Sum(ExpressionWrapper(at_list - F("net_amount"), output_field=_AMOUNT))
    orders = lines.filter(now).order_by().values_list("order", "order__number").annotate(given=given)
    largest = orders.filter(given__gt=0).order_by("-given", "order")[:MOST_ROWS]
    return Shares(
        Share(found["now"] - found["net_now"], found["now"]),
        Share(found["before"] - found["net_before"], found["before"]),
        tuple(Row("order", pk, number, plain(yuan(round_money(amount)))) for pk, number, amount in largest),
    )


def _due(day: date, segment: Segment) -> QuerySet[Instalment]:
    due = Instalment.objects.filter(order__status__in=EFFECTIVE, revision=F("order__revision"), due_date__lt=day)
    return due.filter(**kept_by(segment, "order__"))


def _unpaid(day: date, segment: Segment) -> Decimal:
    """What was due and not paid on that day, in 元 with tax.

    Summed from what had been allocated by then: ``Instalment.received`` knows only today.
    """
    paid = ReceiptAllocation.objects.filter(instalment__in=_due(day, segment), receipt__received_on__lte=day)
    due = _due(day, segment).aggregate(sum=Sum("amount"))["sum"] or ZERO
    return round_money(due) - round_money(paid.aggregate(sum=Sum("amount"))["sum"] or ZERO)


def _largest_overdue(day: date, segment: Segment) -> tuple[Row, ...]:
    in_time = Q(allocations__receipt__received_on__lte=day)
    paid = Coalesce(Sum("allocations__amount", filter=in_time), ZERO, output_field=_AMOUNT)
    unpaid = ExpressionWrapper(F("amount") - paid, output_field=_AMOUNT)
    few = _due(day, segment).annotate(owed=unpaid).filter(owed__gte=Decimal("0.01")).order_by("-owed", "pk")
    columns = ("order", "order__number", "order__customer_name", "owed", "due_date")
    rows = []
    for pk, number, name, amount, due in few.values_list(*columns)[:MOST_ROWS]:
        sentence = gettext_noop("%(name)s, %(amount)s, due on %(day)s")
        detail = stored_sentence(sentence, name=name, amount=yuan(round_money(amount)), day=str(due))
        rows.append(Row("order", pk, number, detail))
    return tuple(rows)
