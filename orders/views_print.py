"""The order on paper, for the customer."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from accounts.requests import PersonRequest
from core.capitals import capitals
from core.models import Company
from orders.documents import clauses_of, paper_of
from orders.models import Order
from orders.page import order_for
from orders.parties import recipient_of


class OrderPrint(TemplateView):
    """Quotation or confirmation as A4 sheets; only for those who see prices."""

    request: PersonRequest
    template_name = "orders/order_print.html"

    def get_context_data(self, **kwargs):
        order = order_for(self.request, self.kwargs["pk"])
        if not self.request.user.sees_prices:
            raise PermissionDenied
        return {**super().get_context_data(**kwargs), **sheet_of(order)}


def sheet_of(order: Order) -> dict:
    """What ``orders/order_print.html`` shows."""
    company, paper = Company.ours(), paper_of(order)
    return {
        "order": order,
        "company": company,
        "title": paper.title,
        "mark": paper.mark,
        "number": str(order),
        "dated": order.order_date,
        "back_url": order.get_absolute_url(),
        "back_label": _("Back to the order"),
        "contact": recipient_of(order),
        "lines": order.current_lines(),
        "capitals": capitals(order.gross_total),
        "instalments": order.current_instalments(),
        "clauses": clauses_of(order, company.clauses),
    }
