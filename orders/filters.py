"""How the order list is searched and filtered."""

import calendar
import re
from datetime import date

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Role
from customers.models import Grade, Wanted
from orders.models import Order
from orders.statuses import EFFECTIVE, UNDER_REVIEW, DeliveryStatus, Status

_PERIOD = re.compile(r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")
# Part of an order number: the end of the month, the customer's name, the serial; not both ends need be there.
_PART = re.compile(r"\d{0,6}(?P<name>\D(?:.*\D)?)\d{0,6}")
_DRAFT_NAME = re.compile(r"\D*?(?P<pk>\d{1,12})")


def orders_matching(orders: QuerySet[Order], wanted: str | Wanted) -> QuerySet[Order]:
    """The orders whose number, draft id or customer (number, names, pinyin, initials, contacts) contains the text."""
    wanted = Wanted.of(wanted)
    return orders.filter(order_called(wanted)) if wanted.text else orders


def order_called(wanted: str | Wanted, at: str = "") -> Q:
    """The condition of ``orders_matching``; ``at`` leads to the order from elsewhere, as in ``order__``.

    Finds the few customers first, because a pattern over all orders has no index to use. The newest orders of many
    customers are found sooner by walking the orders.
    """
    wanted = Wanted.of(wanted)
    draft = _draft_called(wanted.text, at)
    if wanted.few is None:
        return Q(*(Q(**{f"{at}search_key__contains": word}) for word in wanted.words)) | draft
    return Q(**{f"{at}customer__pk__among": wanted.few}) | order_numbered(wanted.text, at) | draft


def order_numbered(text: str, at: str = "") -> Q:
    """The orders whose number begins with the text, or contains it where it names a customer (``海雅装备001``)."""
    found, part = Q(**{f"{at}number__startswith": text}), _PART.fullmatch(text)
    if part is None or part["name"] == text:
        return found
    few = Wanted(part["name"]).few
    theirs = Q() if few is None else Q(**{f"{at}customer__pk__among": few})
    return found | theirs & Q(**{f"{at}number__icontains": text})


def _draft_called(text: str, at: str) -> Q:
    """The draft with this id, typed as ``128`` or as its whole name."""
    found = _DRAFT_NAME.fullmatch(text)
    return Q(**{f"{at}pk": int(found["pk"]), f"{at}number__isnull": True}) if found else Q(**{f"{at}pk__in": []})


def period(text: str) -> tuple[date, date] | None:
    """First and last day of ``2026-11``, ``2026-Q4`` or ``2026``; None when the text names no period."""
    found = _PERIOD.fullmatch(text)
    if found is None or found["year"] == "0000":
        return None
    year, first, last = int(found["year"]), 1, 12
    if found["month"]:
        first = last = int(found["month"])
    elif found["quarter"]:
        first, last = int(found["quarter"]) * 3 - 2, int(found["quarter"]) * 3
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def months_back(today: date, count: int) -> list[str]:
    """This month and those before it as ``2026-11``, newest first."""
    months = [today.year * 12 + today.month - 1 - n for n in range(count)]
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in months]


def period_choices() -> list[tuple[str, str]]:
    """A year of months, then quarters, then years."""
    today = timezone.localdate()
    months = months_back(today, 12)
    quarters = dict.fromkeys(f"{m[:4]}-Q{(int(m[5:]) + 2) // 3}" for m in months)
    years = [str(today.year - n) for n in range(3)]
    return [(value, value) for value in (*months, *quarters, *years)]


def statuses() -> list[tuple[str, str]]:
    """The statuses, with those that people ask for together."""
    return [
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
    """How far orders are delivered, with everything between release and sign-off together."""
    return [("under_way", _("Under delivery")), *((status.value, str(status.label)) for status in DeliveryStatus)]


_UNDER_DELIVERY = (
    DeliveryStatus.PREPARING,
    DeliveryStatus.PARTLY_SHIPPED,
    DeliveryStatus.SHIPPED,
    DeliveryStatus.PARTLY_SIGNED,
)


class OrderFilter(django_filters.FilterSet):
    """Search and the five filters of the order list; reps see only their own orders and so need no rep filter."""

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
        self.filters["month"].extra["widget"] = forms.Select(choices=self._periods())

    def _periods(self) -> list[tuple[str, str]]:
        """The usual periods; one further back stays chosen when a link brought it."""
        chosen, known = (self.data or {}).get("month", ""), period_choices()
        if period(chosen) and (chosen, chosen) not in known:
            known.insert(0, (chosen, chosen))
        return [("", _("Order date")), *known]

    def by_text(self, queryset, name, value):
        return orders_matching(queryset, value)

    def by_period(self, queryset, name, value):
        days = period(value)
        return queryset.filter(order_date__range=days) if days else queryset

    def by_status(self, queryset, name, value):
        return queryset.filter(_TOGETHER.get(value) or Q(status=value))

    def by_delivery(self, queryset, name, value):
        wanted = _UNDER_DELIVERY if value == "under_way" else (value,)
        return queryset.filter(delivery_status__in=wanted, status__in=EFFECTIVE)

    def by_grade(self, queryset, name, value):
        return queryset.filter(grade=value)


def reps_seen_by(user) -> QuerySet[User]:
    """The reps whose orders this person may see."""
    reps = User.objects.filter(role=Role.REP).order_by("name", "id")
    return reps.filter(team=user.team_id) if user.role == Role.MANAGER else reps
