"""How the order list is searched and filtered."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Role
from core.filter_bar import SINCE, UNTIL, day_filter
from core.spans import choices_with, months_back, period
from customers.models import Grade
from orders.instalments import is_overdue
from orders.matching import orders_matching
from orders.models import Order
from orders.models.order import owes
from orders.statuses import EFFECTIVE, FINISHED, UNDER_REVIEW, DeliveryStatus, Status
from orders.waiting import turn_is_of


def periods() -> list[str]:
    """A year of months, then quarters, then years."""
    today = timezone.localdate()
    months = months_back(today, 12)
    quarters = dict.fromkeys(f"{m[:4]}-Q{(int(m[5:]) + 2) // 3}" for m in months)
    years = [str(today.year - n) for n in range(3)]
    return [*months, *quarters, *years]


def statuses() -> list[tuple[str, str]]:
    """The statuses, with those that people ask for together."""
    return [
        ("mine", _("My turn")),
        ("review", _("Under review")),
        ("unsent", _("Drafts and sent back")),
        ("sent_back", _("Sent back")),
        *((status.value, str(status.label)) for status in Status),
    ]


_TOGETHER = {
    "review": Q(status__in=UNDER_REVIEW),
    "unsent": Q(status=Status.DRAFT),
    "sent_back": Q(status=Status.DRAFT, sent_back=True),
}


def delivery_statuses() -> list[tuple[str, str]]:
    """How far orders are delivered, with everything between release and sign-off together, and what should be there."""
    named = [(status.value, str(status.label)) for status in DeliveryStatus]
    return [("under_way", _("Under delivery")), ("late", _("Past the promised date")), *named]


_UNDER_DELIVERY = (
    DeliveryStatus.PREPARING,
    DeliveryStatus.PARTLY_SHIPPED,
    DeliveryStatus.SHIPPED,
    DeliveryStatus.PARTLY_SIGNED,
)


class OrderFilter(django_filters.FilterSet):
    """Search, five filters and the days of the order list; reps see only their own orders and so need no rep filter."""

    q = django_filters.CharFilter(method="by_text", label=gettext_lazy("Search"))
    month = django_filters.CharFilter(
        method="by_period",
        label=gettext_lazy("Order date"),
    )
    status = django_filters.ChoiceFilter(
        choices=statuses,
        method="by_status",
        label=gettext_lazy("Status"),
        empty_label=gettext_lazy("Status"),
    )
    delivery = django_filters.ChoiceFilter(
        choices=delivery_statuses,
        method="by_delivery",
        label=gettext_lazy("Delivery progress"),
        empty_label=gettext_lazy("Delivery progress"),
    )
    grade = django_filters.ChoiceFilter(
        choices=Grade.choices,
        method="by_grade",
        label=gettext_lazy("Customer grade"),
        empty_label=gettext_lazy("Customer grade"),
    )
    since, until = day_filter("order_date", SINCE), day_filter("order_date", UNTIL)
    rep = django_filters.ModelChoiceFilter(
        queryset=lambda request: reps_seen_by(request.user),
        label=gettext_lazy("Sales representative"),
        empty_label=gettext_lazy("Sales representative"),
    )

    class Meta:
        model = Order
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.request.user.role == Role.REP:
            del self.filters["rep"]
        if self.request.user.sees_prices:
            self.filters["status"].extra["choices"] = [*statuses(), ("overdue", _("Payment overdue"))]
        choices = choices_with((self.data or {}).get("month", ""), periods(), _("Order date"))
        self.filters["month"].extra["widget"] = forms.Select(choices=choices)

    def by_text(self, queryset, name, value):
        return orders_matching(queryset, value)

    def by_period(self, queryset, name, value):
        days = period(value)
        return queryset.filter(order_date__range=days) if days else queryset

    def by_status(self, queryset, name, value):
        if value == "mine":
            return queryset.filter(turn_is_of(self.request.user))
        if value == "overdue":
            return queryset.filter(owes(), is_overdue(timezone.localdate()))
        return queryset.filter(_TOGETHER.get(value) or Q(status=value))

    def by_delivery(self, queryset, name, value):
        if value == "late":
            return queryset.exclude(status__in=FINISHED).filter(promised_date__lt=timezone.localdate())
        wanted = _UNDER_DELIVERY if value == "under_way" else (value,)
        return queryset.filter(delivery_status__in=wanted, status__in=EFFECTIVE)

    def by_grade(self, queryset, name, value):
        return queryset.filter(grade=value)


def reps_seen_by(user: User) -> QuerySet[User]:
    """The reps whose orders this person may see."""
    reps = User.objects.filter(role=Role.REP).order_by("name", "id")
    return reps.filter(team=user.team_id) if user.role == Role.MANAGER else reps
