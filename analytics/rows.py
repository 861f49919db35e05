"""The rows behind the figures: orders, order lines and customers, as lists that are searched, sorted and exported."""

from datetime import date
from decimal import Decimal

from django.db.models import Count, Min, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.addresses import dashboard_url
from analytics.archive.closing import archive_of
from analytics.facts import narrowed
from analytics.filters import Chosen, CustomerRowFilter, LineRowFilter, OrderRowFilter, counted_for
from analytics.rights import demand_reader
from core.columns import Column
from core.listing import ListPage
from core.money import ZERO, round_money
from customers.models import Customer
from orders.columns import graded_customer, status
from orders.models import Order, OrderLine

_DAY_OF = {"signed": "signed_off_on", "promised": "first_promised_date", "late": "first_promised_date"}


class RowList(ListPage):
    """A list of what a figure counts; only for those who see figures, and of it only what they may see otherwise."""

    template_name = "analytics/rows.html"
    count_cap = 200  # the figure that leads here says how many
    empty_title = gettext_lazy("Nothing is counted here")
    empty_text = gettext_lazy("No row belongs to this month and selection.")

    def dispatch(self, request, *args, **kwargs):
        demand_reader(request.user)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        chosen = self.filterset_class.chosen_in(self.request.GET, self.request.user)
        return super().get_context_data(
            **kwargs, dashboard_url=dashboard_url(chosen.month, chosen.slice), archive=archive_of(chosen.month)
        )


def promised(order: Order) -> tuple[date | None, bool]:
    """The date promised at first approval, and whether it was missed."""
    day = order.first_promised_date
    return day, day is not None and (order.signed_off_on or timezone.localdate()) > day


class OrderRows(RowList):
    """The orders behind a figure."""

    title = gettext_lazy("Orders behind the figure")
    export_key = "figure-orders"
    filterset_class = OrderRowFilter
    search_hint = gettext_lazy("Order number, customer, pinyin initials")

    @property
    def day(self) -> str:
        """The date that makes an order count."""
        return _DAY_OF.get(self.request.GET.get("of", ""), "booking_date")

    @property
    def default_sort(self):
        return f"-{self.day}"

    @property
    def columns(self):
        return (
            Column("number", gettext_lazy("Order number"), str, kind="link", css="c-id text-nowrap"),
            Column("customer", gettext_lazy("Customer"), graded_customer, kind="graded", css="c-cust text-nowrap"),
            Column("order_date", gettext_lazy("Order date"), kind="date", css="c-date text-nowrap"),
            self._day("booking_date", gettext_lazy("Booked on"), kind="date", css="c-date text-nowrap"),
            self._day(
                "first_promised_date",
                gettext_lazy("Promised"),
                promised,
                kind="due",
                css="c-due text-nowrap",
                card_label=gettext_lazy("Promised"),
            ),
            self._day("signed_off_on", gettext_lazy("Signed off on"), kind="date", css="c-dl text-nowrap"),
            Column("days", gettext_lazy("Days"), days_to_sign_off, kind="quantity", css="c-date"),
            Column("net_total", gettext_lazy("Net (元)"), kind="money", css="c-amt", price=True),
            Column("status", gettext_lazy("Status"), status, kind="status", css="c-st"),
            Column("sold_by", gettext_lazy("Sold by"), css="c-who"),
        )

    def _day(self, field: str, label, value="", **look) -> Column:
        """A date column; only the date that counts sorts, because only that one is there in every row."""
        return Column(field, label, value, sort=field if field == self.day else "", **look)

    def get_queryset(self):
        return Order.objects.visible_to(self.request.user).select_related("customer", "sold_by")


def days_to_sign_off(order: Order) -> int | None:
    """Calendar days from order date to final sign-off; None before."""
    return (order.signed_off_on - order.order_date).days if order.signed_off_on else None


class LineRows(RowList):
    """The order lines behind the delay rates."""

    title = gettext_lazy("Order lines behind the figure")
    export_key = "figure-lines"
    filterset_class = LineRowFilter
    default_sort = "-first_promised_date"
    count_in_order = True  # the lines of a month lie together
    search_hint = gettext_lazy("Order number, customer, pinyin initials")
    columns = (
        Column(
            "number", gettext_lazy("Order number"), lambda line: str(line.order), kind="link", css="c-id text-nowrap"
        ),
        Column("customer", gettext_lazy("Customer"), lambda line: graded_customer(line.order), "graded", "c-st"),
        Column(
            "name", gettext_lazy("Product name"), lambda line: f"{line.name} {line.specification}".strip(), css="c-cust"
        ),
        Column("category", gettext_lazy("Category"), lambda line: category_of(line), css="c-date"),
        Column("quantity", gettext_lazy("Quantity"), kind="quantity", css="c-date"),
        Column(
            "promised",
            gettext_lazy("Promised"),
            lambda line: promised_line(line),
            "due",
            "c-due text-nowrap",
            "first_promised_date",
            card_label=gettext_lazy("Promised"),
        ),
        Column(
            "signed_off_on",
            gettext_lazy("Signed off on"),
            kind="date",
            css="c-who text-nowrap",
            card_label=gettext_lazy("Signed off on"),
        ),
        Column(
            "late",
            gettext_lazy("Days late"),
            lambda line: days_late(line),
            kind="quantity",
            css="c-amt",
            card_label=gettext_lazy("Days late"),
        ),
    )

    def get_queryset(self):
        lines = OrderLine.objects.visible_to(self.request.user)
        return lines.select_related("order", "order__customer", "product__category")


def category_of(line: OrderLine) -> str:
    return str(line.product.category) if line.product else _("Uncategorised")


def promised_line(line: OrderLine) -> tuple[date | None, bool]:
    """The date promised for its order, and whether this line missed it."""
    return line.first_promised_date, days_late(line) is not None


def days_late(line: OrderLine) -> int | None:
    """Calendar days after the promised date, up to today while it has not arrived; None when it was in time."""
    days = ((line.signed_off_on or timezone.localdate()) - line.first_promised_date).days
    return days if days > 0 else None


class CustomerRows(RowList):
    """The customers behind the repurchase rates."""

    title = gettext_lazy("Customers behind the figure")
    export_key = "figure-customers"
    filterset_class = CustomerRowFilter
    default_sort = "name_pinyin"
    search_hint = gettext_lazy("Number, name, contact, phone, pinyin")
    columns = (
        Column("short_name", gettext_lazy("Customer"), kind="link", css="c-id", sort="name_pinyin"),
        Column("number", gettext_lazy("Customer number"), css="c-due"),
        Column("grade", gettext_lazy("Grade"), kind="grade", css="c-dl"),
        Column(
            "bought",
            gettext_lazy("Number of orders"),
            kind="quantity",
            css="c-st",
            card_label=gettext_lazy("Number of orders"),
        ),
        Column("net", gettext_lazy("Net (元)"), kind="money", css="c-amt", price=True),
        Column("again", gettext_lazy("Repurchase"), lambda row: repurchase(row), kind="status", css="c-who"),
    )

    def get_queryset(self):
        return Customer.objects.visible_to(self.request.user)

    def with_facts(self, rows: list) -> list:
        """With the number and net amount of the orders that count, and whether there was one before them."""
        chosen = CustomerRowFilter.chosen_in(self.request.GET, self.request.user)
        known = _bought_by(rows, chosen)
        for row in rows:
            # Nothing: what it bought was cancelled in this very moment.
            row.bought, row.net, first = known.get(row.pk, (0, ZERO, chosen.month.first))
            row.before = chosen.of != "year" and first < chosen.month.first
        return rows


def _bought_by(customers: list[Customer], chosen: Chosen) -> dict[int, tuple[int, Decimal, date]]:
    """By customer: orders that count, their net amount in 元, and the day on which its first order was booked."""
    orders, counts = narrowed(Order.objects.effective(), chosen.slice), counted_for(chosen)
    bought = orders.filter(customer__in=customers).order_by().values_list("customer")
    found = bought.annotate(
        count=Count("pk", filter=counts), net=Sum("net_total", filter=counts), first=Min("booking_date")
    )
    return {customer: (count, round_money(net or ZERO), first) for customer, count, net, first in found}


def repurchase(customer) -> tuple[str, str]:
    """Whether the customer came again: had bought before, or bought more than once."""
    again = customer.before or customer.bought > 1
    return ("good", _("Came again")) if again else ("idle", _("Once"))
