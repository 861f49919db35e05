"""The order list, the order page's own tabs, and the orders on a customer's page."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, F, Q, Sum
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import TemplateView

from accounts.requests import PersonRequest
from care.changes import report_change
from core import parameters, typed
from core.capitals import capitals
from core.http import see_other
from core.listing import ListPage
from core.money import ZERO, round_money
from core.table import Heading, table_rows
from core.templatetags.ui import yuan
from customers.models import Customer
from orders.columns import EXPORTED_LINE_COLUMNS, EXPORTED_ORDER_COLUMNS, ORDER_COLUMNS, ORDER_FIELDS, promised
from orders.filters import OrderFilter
from orders.instalments import standings
from orders.models import Order, OrderLine
from orders.nudges import nudge
from orders.page import history_for, order_for, order_page_context
from orders.parties import recipient_of
from orders.rights import may_quote, may_write_orders
from orders.statuses import Status
from orders.turn import with_turn
from orders.views_quotation import quotations_seen_by

_LAST_EVENTS = 5
_LAST_ORDERS = 5


class OrderList(ListPage):
    """Every order the person may see, newest order date first."""

    title = _("Orders")
    export_key = import_key = "orders"
    columns = ORDER_COLUMNS
    export_columns = EXPORTED_ORDER_COLUMNS
    part_title, part_columns = _("Order lines"), EXPORTED_LINE_COLUMNS
    request: PersonRequest

    filterset_class = OrderFilter
    default_sort = "-order_date"
    search_hint = _("Order number, customer, pinyin initials")
    empty_title = _("No orders yet")
    empty_text = _("Orders stand here from their first draft on. An order begins on its customer's page.")
    new_label = _("New order")
    pressing = ("delivery=late",)

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.new_url = reverse("orders:new") if may_write_orders(request.user) else ""
        if request.user.sees_prices:
            cancelled = Q(status=Status.CANCELLED)
            self.totals = {"amount": Sum("gross_total", filter=~cancelled), "left_out": Count("pk", filter=cancelled)}
        self.tabs = (
            (_("This month"), f"month={timezone.localdate():%Y-%m}"),
            (_("Under review"), "status=review"),
            (_("Under delivery"), "delivery=under_way"),
            (_("Past the promised date"), "delivery=late"),
            (_("Drafts and sent back"), "status=unsent"),
            (_("All"), ""),
        )

    def get_queryset(self):
        return with_turn(Order.objects.visible_to(self.request.user), self.request.user).only(*ORDER_FIELDS)

    def in_sum(self, page):
        """How many orders and what they come to; what was cancelled brings nothing."""
        if not page.totals:
            return ""
        figures = {"n": page.count - page.totals["left_out"], "left_out": page.totals["left_out"]}
        amounts = figures | {"amount": yuan(round_money(page.totals["amount"] or ZERO))}
        if figures["left_out"]:
            return gettext("%(n)s orders, %(amount)s with tax (without %(left_out)s cancelled)") % amounts
        return gettext("%(n)s orders, %(amount)s with tax") % amounts

    def parts_of(self, rows):
        """The lines in force of the orders."""
        lines = OrderLine.objects.filter(order__in=rows, revision=F("order__revision"))
        places = {order.pk: place for place, order in enumerate(rows)}
        found = lines.select_related("order", "product").order_by("position")
        return sorted(found, key=lambda line: places[line.order_id])


class OrderTab(TemplateView):
    """One tab of the order page: subclasses name it and add what it shows."""

    request: PersonRequest
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
            "contact": recipient_of(order),
            "events": history_for(self.request.user, order, _LAST_EVENTS),
            "promised_late": bool((day := promised(order)) and day[1]),
        }
        if not self.request.user.sees_prices:
            return content
        quotations = quotations_seen_by(self.request.user).filter(order=order)
        return {**content, **money_of(order), "quotations": quotations, "may_quote": may_quote(self.request.user)}


def money_of(order: Order, today: date | None = None) -> dict:
    """What the page says about an order's money; only for those who see prices."""
    instalments = order.current_instalments()
    return {
        "capitals": capitals(order.gross_total),
        "standings": standings(instalments, today or timezone.localdate()),
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
    orders = with_turn(Order.objects.visible_to(request.user), request.user).filter(customer=customer).order_by("-id")
    columns = [c for c in ORDER_COLUMNS if c.key != "customer" and (request.user.sees_prices or not c.price)]
    rows = list(orders[:_LAST_ORDERS])
    headings = [Heading(column) for column in columns]
    context = {"customer": customer, "headings": headings, "rows": rows, "body": table_rows(rows, columns)}
    return render(request, "orders/_customer_orders.html", context)


@require_POST
def nudge_holder(request, pk: int):
    """Reminds whoever's turn the order is, then leads back to it with a message."""
    order = get_object_or_404(Order.objects.visible_to(request.user), pk=pk)
    try:
        turn = nudge(order=order, by=request.user)
        messages.success(request, _("Reminded: %(who)s") % {"who": turn.who})
    except ValidationError as refusal:
        messages.warning(request, " ".join(refusal.messages))
    return see_other(order)


@require_POST
def report_change_of(request, pk: int):
    """Reports from an order's page that its customer's file is no longer true."""
    order = get_object_or_404(Order.objects.visible_to(request.user).select_related("customer"), pk=pk)
    try:
        text = parameters.text(request.POST, "text")
        report_change(customer=order.customer, text=text, by=request.user, order_number=str(order))
        messages.success(request, _("Reported. The file's owner settles it within three working days."))
    except ValidationError as refusal:
        typed.keep(request, order, "report-change")
        messages.error(request, " ".join(refusal.messages))
    return see_other(order)
