"""What to know before going to a customer: last visit, open reports, overdue money, requirements, orders, offers."""

from dataclasses import dataclass
from typing import Any

from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.rights import demand
from care.models import ChangeReport, Visit
from care.rights import may_read_visits
from core.templatetags.ui import money, short_date
from customers.models import Customer
from orders.models import Order, Quotation
from orders.statuses import FINISHED, Status
from requirements.models import Requirement
from requirements.statuses import FINISHED as SETTLED

_AT_MOST = 5  # rows of each kind


@dataclass(frozen=True)
class Point:
    """One thing to know: where it leads, how it stands (badge family and words), and a remark."""

    label: str
    url: str
    family: str = ""
    state: str = ""
    detail: str = ""


def points_for(customer: Customer, user: User) -> list[Point]:
    """What presses stands first."""
    return [
        *_overdue(customer, user),
        *_reports(customer),
        *_requirements(customer, user),
        *_orders(customer, user),
        *_offers(customer, user),
    ]


def last_visit(customer: Customer) -> Visit | None:
    """The newest visit, whoever made it."""
    return Visit.objects.filter(customer=customer).select_related("visitor").first()


def _overdue(customer: Customer, user: User) -> list[Point]:
    if not user.sees_prices or not customer.overdue_amount:
        return []
    amount = money(customer.overdue_amount)
    return [Point(_("Overdue %(amount)s") % {"amount": amount}, customer.get_absolute_url(), "bad", _("overdue"))]


def _reports(customer: Customer) -> list[Point]:
    found = ChangeReport.objects.filter(customer=customer, closed_on=None).order_by("due_on", "id")
    return [_report(each) for each in found[:_AT_MOST]]


def _report(report: ChangeReport) -> Point:
    due = _("due %(day)s") % {"day": short_date(report.due_on)}
    return Point(report.text, report.get_absolute_url(), "bad" if report.is_late else "wait", due)


def _requirements(customer: Customer, user: User) -> list[Point]:
    seen = Requirement.objects.visible_to(user).filter(customer=customer).exclude(status__in=SETTLED)
    return [_point(each, str(each), each.headline) for each in seen.order_by("-urgency", "-id")[:_AT_MOST]]


def _orders(customer: Customer, user: User) -> list[Point]:
    seen = Order.objects.visible_to(user).filter(customer=customer).exclude(status__in=(Status.DRAFT, *FINISHED))
    return [_point(each, str(each), each.delivery_label) for each in seen.order_by("-order_date", "-id")[:_AT_MOST]]


def _offers(customer: Customer, user: User) -> list[Point]:
    found = Quotation.objects.visible_to(user).in_force().filter(order__customer=customer, order__status=Status.DRAFT)
    offers = found.select_related("order").prefetch_related("answers").order_by("-id")[:_AT_MOST]
    return [Point(str(each), each.get_absolute_url(), each.state.family, str(each.state.label)) for each in offers]


def _point(row: Any, label: str, detail: str) -> Point:
    return Point(label, row.get_absolute_url(), row.status_family, row.status_label, detail)


@require_GET
def before_visit(request, pk: int):
    """For the customer's page of visits."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    demand(may_read_visits(request.user))
    context = {"points": points_for(customer, request.user), "last": last_visit(customer)}
    return render(request, "orders/_before_visit.html", context)
