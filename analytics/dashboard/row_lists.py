"""The rows behind the figures: orders, order lines and customers, as lists that are searched, sorted and exported."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Min, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import PersonRequest
from analytics.archive.closing import archive_of
from analytics.dashboard.filters import Chosen, CustomerRowFilter, LineRowFilter, OrderRowFilter, counted_for
from analytics.figures.addresses import dashboard_url
from analytics.figures.counted_orders import within
from analytics.rights import may_see_figures
from core import parameters
from core.columns import (
    Column,
    DateColumn,
    DueColumn,
    GradeColumn,
    GradedColumn,
    LinkColumn,
    MoneyColumn,
    QuantityColumn,
    StatusColumn,
)
from core.listing import ListPage
from core.money import ZERO, round_money
from customers.models import Customer
from orders.columns import graded_customer, status
from orders.models import Order, OrderLine

_DAY_OF = {"signed": "signed_off_on", "promised": "first_promised_date", "late": "first_promised_date"}


class RowList(ListPage):
    """A list of what a figure counts; only for those who see figures, and of it only what they may see otherwise."""

    template_name = "analytics/dashboard/row_list.html"
    count_cap = 200  # the figure that leads here says how many
    empty_title = gettext_lazy("Nothing is counted here")
    empty_text = gettext_lazy("No row belongs to this month and selection.")

    request: PersonRequest

    def dispatch(self, request, *args, **kwargs):
        if not may_see_figures(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        chosen = self.filterset_class.chosen_in(self.request.GET, self.request.user)
        return super().get_context_data(
            **kwargs, dashboard_url=dashboard_url(chosen.month, chosen.segment), archive=archive_of(chosen.month)
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
        return _DAY_OF.get(parameters.text(self.request.GET, "of"), "booking_date")

    # What sorts depends on which date counts.
    @property
    def default_sort(self) -> str:  # type: ignore[override]
        return f"-{self.day}"

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        return (
            LinkColumn("number", gettext_lazy("Order number"), str, css="card-top text-nowrap"),
            GradedColumn("customer", gettext_lazy("Customer"), graded_customer, css="card-middle text-nowrap"),
            DateColumn("order_date", gettext_lazy("Order date"), css="only-desk text-nowrap"),
            self._day(DateColumn, "booking_date", gettext_lazy("Booked on"), css="only-desk text-nowrap"),
            self._day(
                DueColumn,
                "first_promised_date",
                gettext_lazy("Promised"),
                promised,
                css="card-middle-end text-nowrap",
                card_label=gettext_lazy("Promised"),
            ),
            self._day(DateColumn, "signed_off_on", gettext_lazy("Signed off on"), css="card-foot-middle text-nowrap"),
            QuantityColumn("days", gettext_lazy("Days"), days_to_sign_off, css="only-desk"),
            MoneyColumn("net_total", gettext_lazy("Net (元)"), css="card-top-end", price=True),
            StatusColumn("status", gettext_lazy("Status"), status, css="card-foot"),
            Column("sold_by", gettext_lazy("Sold by"), css="card-foot-end"),
        )

    def _day(self, kind: type[Column], field: str, label, value="", **look) -> Column:
        """A date column; only the date that counts sorts, because only that one is there in every row."""
        return kind(field, label, value, sort=field if field == self.day else "", **look)

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
        LinkColumn("number", gettext_lazy("Order number"), lambda line: str(line.order), css="card-top text-nowrap"),
        GradedColumn("customer", gettext_lazy("Customer"), lambda line: graded_customer(line.order), css="card-foot"),
        Column(
            "name",
            gettext_lazy("Product name"),
            lambda line: f"{line.name} {line.specification}".strip(),
            css="card-middle",
        ),
        Column("category", gettext_lazy("Category"), lambda line: category_of(line), css="only-desk"),
        QuantityColumn("quantity", gettext_lazy("Quantity"), css="only-desk"),
        DueColumn(
            "promised",
            gettext_lazy("Promised"),
            lambda line: promised_line(line),
            css="card-middle-end text-nowrap",
            sort="first_promised_date",
            card_label=gettext_lazy("Promised"),
        ),
        DateColumn(
            "signed_off_on",
            gettext_lazy("Signed off on"),
            css="card-foot-end text-nowrap",
            card_label=gettext_lazy("Signed off on"),
        ),
        QuantityColumn(
            "late",
            gettext_lazy("Days late"),
            lambda line: days_late(line),
            css="card-top-end",
            card_label=gettext_lazy("Days late"),
        ),
    )

    def get_queryset(self):
        lines = OrderLine.objects.visible_to(self.request.user)
        return lines.select_related("order", "order__customer", "product__category")


def category_of(line: OrderLine) -> str:
    return str(line.product.category) if line.product else _("Without a category")


def promised_line(line: OrderLine) -> tuple[date | None, bool]:
    """The date promised for its order, and whether this line missed it."""
    return line.first_promised_date, days_late(line) is not None


def days_late(line: OrderLine) -> int | None:
    """Calendar days after the promised date, up to today while it has not arrived; None when it was in time, or
    nothing was promised."""
    if line.first_promised_date is None:
        return None
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
        LinkColumn("short_name", gettext_lazy("Customer"), css="card-top", sort="name_pinyin"),
        Column("number", gettext_lazy("Customer number"), css="card-middle-end"),
        GradeColumn("grade", gettext_lazy("Grade"), css="card-foot-middle"),
        QuantityColumn(
            "bought",
            gettext_lazy("Number of orders"),
            css="card-foot",
            card_label=gettext_lazy("Number of orders"),
        ),
        MoneyColumn("net", gettext_lazy("Net (元)"), css="card-top-end", price=True),
        StatusColumn("again", gettext_lazy("Repurchase"), lambda row: repurchase(row), css="card-foot-end"),
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
    orders, counts = within(Order.objects.effective(), chosen.segment), counted_for(chosen)
    bought = orders.filter(customer__in=customers).order_by().values_list("customer")
    found = bought.annotate(
        count=Count("pk", filter=counts), net=Sum("net_total", filter=counts), first=Min("booking_date")
    )
    return {customer: (count, round_money(net or ZERO), first) for customer, count, net, first in found}


def repurchase(customer) -> tuple[str, str]:
    """Whether the customer came again: had bought before, or bought more than once."""
    again = customer.before or customer.bought > 1
    return ("good", _("Came again")) if again else ("idle", _("Once"))
