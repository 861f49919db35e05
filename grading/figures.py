"""The figures by which customers are graded, counted for many at once."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django.db.models import F, Min, Q, Sum
from django.db.models.functions import TruncMonth

from billing.customer_facts import overdue_instalments
from core.money import ZERO, round_money
from core.spans import months_around
from grading.target import Figures, years_before
from orders.models import Order


def figures_of(customers: Collection[int], quarter: date, today: date) -> dict[int, Figures]:
    """By customer id, for the twelve months before a quarter; what is overdue is so today. Two queries."""
    since, earlier = years_before(quarter)
    booked = Order.objects.effective().filter(customer__in=customers, booking_date__gte=earlier).order_by()
    sums = booked.values_list("customer").annotate(
        annual=Sum("net_total", filter=Q(booking_date__gte=since, booking_date__lt=quarter)),
        previous=Sum("net_total", filter=Q(booking_date__lt=since)),
    )
    late = overdue_instalments(today).filter(order__customer__in=customers).values_list("order__customer")
    owed = late.annotate(owed=Sum(F("amount") - F("received")), since=Min("due_date"))
    amounts = {pk: (annual, previous) for pk, annual, previous in sums}
    overdue = {pk: (amount, (today - day).days) for pk, amount, day in owed}
    found = {}
    for pk in customers:
        annual, previous = amounts.get(pk, (ZERO, ZERO))
        amount, days = overdue.get(pk, (ZERO, 0))
        # Nobody answers yet how content they are, and what nobody answered misses no score.
        found[pk] = Figures(round_money(annual or ZERO), round_money(previous or ZERO), None, round_money(amount), days)
    return found


def amounts_by_month(customers: Collection[int], today: date) -> dict[int, list[Decimal]]:
    """By customer id, what was booked in each of the last twelve whole months (元 without tax), the earliest first."""
    names = months_around(today, 12, -1)
    since, until = date.fromisoformat(f"{names[0]}-01"), today.replace(day=1)
    booked = Order.objects.effective().filter(booking_date__gte=since, booking_date__lt=until).order_by()
    sums = (
        booked.filter(customer__in=customers)
        .values_list("customer", TruncMonth("booking_date"))
        .annotate(amount=Sum("net_total"))
    )
    amounts = {(pk, f"{month:%Y-%m}"): amount for pk, month, amount in sums}
    return {pk: [round_money(amounts.get((pk, name), ZERO)) for name in names] for pk in customers}
