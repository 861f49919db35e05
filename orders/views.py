"""The order list, the order page's own tabs, and the orders on a customer's page."""

from datetime import date

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from django.views.generic import TemplateView

from core.capitals import capitals
from core.listing import ListPage
from customers.models import Customer
from orders.columns import EXPORTED_ORDER_COLUMNS, ORDER_COLUMNS, promised
from orders.entry import may_write_orders
from orders.filters import OrderFilter
from orders.instalments import standings
from orders.models import Order
from orders.page import history_for, order_for, order_page_context
from orders.receipts import paid_by_instalment
from orders.turn import with_people

_LAST_EVENTS = 5
_LAST_ORDERS = 5


class OrderList(ListPage):
    """Every order the person may see, newest order date first."""

    title = _("Orders")
    export_key = import_key = "orders"
    columns = ORDER_COLUMNS
    export_columns = EXPORTED_ORDER_COLUMNS
    filterset_class = OrderFilter
    default_sort = "-order_date"
    search_hint = _("Order number, customer, pinyin initials")
    empty_title = _("No orders yet")
    empty_text = _("Orders stand here from their first draft on. An order begins on its customer's page.")
    new_label = _("New order")

    @property
    def new_url(self) -> str:
        return reverse("orders:new") if may_write_orders(self.request.user) else ""

    @property
    def tabs(self):
        return (
            (_("This month"), f"month={timezone.localdate():%Y-%m}"),
            (_("Under review"), "status=review"),
            (_("Under delivery"), "delivery=under_way"),
            (_("Drafts and sent back"), "status=unsent"),
            (_("All"), ""),
        )

    def get_queryset(self):
        return with_people(Order.objects.visible_to(self.request.user))


class OrderTab(TemplateView):
    """One tab of the order page: subclasses name it and add what it shows."""

    tab = ""

    def get_context_data(self, **kwargs):
        order = order_for(self.request, self.kwargs["pk"])
        context = super().get_context_data(**kwargs)
        return {**context, **order_page_context(self.request, order, self.tab), **self.content(order)}

    def content(self, order: Order) -> dict:
        raise NotImplementedError


class OrderDetail(OrderTab):
    """What was ordered, on what terms, and what happened last."""

    template_name = "orders/order_detail.html"
    tab = "detail"

    def content(self, order: Order) -> dict:
        content = {
            "lines": order.current_lines(),
            "contact": order.contact or order.customer.contacts.first(),
            "events": history_for(self.request.user, order, _LAST_EVENTS),
            "promised_late": bool(order.promised_date and promised(order)[1]),
        }
        return {**content, **money_of(order)} if self.request.user.sees_prices else content


def money_of(order: Order, today: date | None = None) -> dict:
    """What the page says about an order's money; only for those who see prices."""
    instalments = order.current_instalments()
    return {
        "capitals": capitals(order.gross_total),
        "standings": standings(instalments, paid_by_instalment(order), today or timezone.localdate()),
    }


class OrderTimeline(OrderTab):
    """Everything that happened to the order."""

    template_name = "orders/order_timeline.html"
    tab = "timeline"

    def content(self, order: Order) -> dict:
        return {"events": history_for(self.request.user, order)}


@require_GET
def customer_orders(request, pk: int):
    """The customer's last orders, for the customer page."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    orders = with_people(Order.objects.visible_to(request.user)).filter(customer=customer).order_by("-id")
    columns = [column for column in ORDER_COLUMNS if column.key != "customer"]
    rows = [(order, [(column, column.of(order)) for column in columns]) for order in orders[:_LAST_ORDERS]]
    context = {"customer": customer, "columns": columns, "rows": rows}
    return render(request, "orders/_customer_orders.html", context)
