"""What the lists behind the figures show: month, selection, scope, part of it; search within them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import django_filters
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.requests import PersonRequest
from analytics.figures.addresses import part_key, part_of
from analytics.figures.counted_orders import booked, late, of_category, promised_in, sold_within, within
from analytics.figures.kpis import A_GRADE, YEAR
from analytics.figures.months import Month
from analytics.figures.names import category_names, value_names
from analytics.figures.segments import Segment
from analytics.models import Dimension
from analytics.month_pages import month_called
from analytics.rights import scope_for, scopes_of
from core.spans import months_back
from customers.models import Customer, Grade
from orders.matching import order_called, orders_matching
from orders.models import Order, OrderLine
from orders.statuses import EFFECTIVE

_MONTHS = 24  # offered to choose from


@dataclass(frozen=True)
class Chosen:
    """What a list is about."""

    month: Month
    of: str
    segment: Segment


class RowFilter(django_filters.FilterSet):
    """What the lists share. Without a choice: the running month, the first selection, the person's own scope."""

    #: (key, label) of what may be listed.
    selections: tuple = ()

    q = django_filters.CharFilter(label=_("Search"))
    month = django_filters.ChoiceFilter(label=_("Month"), empty_label=None)
    of = django_filters.ChoiceFilter(label=_("What is counted"), empty_label=None)
    scope = django_filters.ChoiceFilter(label=_("Scope"), empty_label=None)
    part = django_filters.ChoiceFilter(label=_("Part"), empty_label=_("Undivided"))

    def __init__(self, data: QueryDict | None = None, *args: Any, request: PersonRequest, **kwargs: Any):
        self.chosen = chosen = self.chosen_in(data or {}, request.user)
        known = {"month": str(chosen.month), "of": chosen.of, "scope": chosen.segment.scope_key}
        given = {**(data.dict() if data else {}), **known, "part": part_key(chosen.segment)}
        super().__init__(given, *args, request=request, **kwargs)
        months = {*months_back(timezone.localdate(), _MONTHS), str(chosen.month)}
        self.filters["month"].extra["choices"] = [(month, month) for month in sorted(months, reverse=True)]
        self.filters["of"].extra["choices"] = self.selections
        self.filters["scope"].extra["choices"] = [(choice.key, choice.label) for choice in scopes_of(request.user)]
        if "part" in self.filters:
            self.filters["part"].extra["choices"] = list(self._parts().items())

    @classmethod
    def chosen_in(cls, data: Mapping[str, Any], user: User) -> Chosen:
        """What an address asks for. Raises Http404 for what there is not, or not for this person."""
        of = data.get("of", "")
        if of not in dict(cls.selections):
            of = cls.selections[0][0]
        return Chosen(month_called(data.get("month", "")), of, segment_for(user, data))

    def _parts(self) -> dict[str, str]:
        """Grades and categories, and what a link brought."""
        known = {f"{Dimension.GRADE}:{grade}": f"{Dimension.GRADE.label} {grade}" for grade in Grade.values}
        known |= {f"{Dimension.CATEGORY}:{pk}": name for pk, name in category_names().items()}
        segment = self.chosen.segment
        if (key := part_key(segment)) and key not in known:
            known[key] = value_names(segment.dimension, [segment.value])[segment.value]
        return known

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        return self.found(self.selected(queryset, self.chosen), self.form.cleaned_data.get("q") or "")

    def selected(self, queryset: Any, chosen: Chosen) -> QuerySet:
        """The rows that count."""
        raise NotImplementedError

    def found(self, queryset: Any, text: str) -> QuerySet:
        """Those of them that the search finds."""
        raise NotImplementedError


def segment_for(user: User, data: Mapping[str, Any]) -> Segment:
    """The segment that an address names, if the person may see its scope. Raises Http404."""
    try:
        return part_of(scope_for(user, data.get("scope", "")), data.get("part", ""))
    except ValueError:
        raise Http404 from None


class OrderRowFilter(RowFilter):
    """Orders behind a figure."""

    selections = (
        ("booked", _("Booked in the month")),
        ("grade_a", _("Booked, of grade A")),
        ("signed", _("Finally signed off in the month")),
        ("promised", _("Promised for the month")),
        ("late", _("Promised for the month and late")),
    )

    class Meta:
        model = Order
        fields: list[str] = []

    def selected(self, queryset: Any, chosen: Chosen) -> QuerySet:
        month = chosen.month
        wanted = {
            "booked": booked(month, month),
            "grade_a": booked(month, month) & Q(grade=A_GRADE),
            "signed": Q(signed_off_on__range=(month.first, month.last)),
            "promised": promised_in(month),
            "late": promised_in(month) & late(),
        }
        return within(queryset.effective(), chosen.segment).filter(wanted[chosen.of])

    def found(self, queryset: Any, text: str) -> QuerySet:
        return orders_matching(queryset, text)


class LineRowFilter(RowFilter):
    """Lines behind the delay rates."""

    selections = (
        ("all", _("Lines of orders promised for the month")),
        ("late", _("Those signed off late or not yet")),
    )

    class Meta:
        model = OrderLine
        fields: list[str] = []

    def selected(self, queryset: Any, chosen: Chosen) -> QuerySet:
        lines = queryset.filter(promised_in(chosen.month), order__status__in=EFFECTIVE, revision=F("order__revision"))
        # The category is a matter of the line, everything else of its order.
        if chosen.segment.dimension == Dimension.CATEGORY:
            lines = lines.filter(
                **of_category(chosen.segment.value), **sold_within(chosen.segment.undivided, at="order__")
            )
        else:
            lines = lines.filter(**sold_within(chosen.segment, at="order__"))
        return lines.filter(late()) if chosen.of == "late" else lines

    def found(self, queryset: Any, text: str) -> QuerySet:
        return queryset.filter(order_called(text, at="order__")) if text else queryset


class CustomerRowFilter(RowFilter):
    """Customers behind the repurchase rates."""

    selections = (
        ("buyers", _("Bought in the month")),
        ("year", _("Bought in the twelve months")),
    )

    class Meta:
        model = Customer
        fields: list[str] = []

    def selected(self, queryset: Any, chosen: Chosen) -> QuerySet:
        return queryset.filter(Exists(orders_of_customers(chosen)))

    def found(self, queryset: Any, text: str) -> QuerySet:
        return queryset.matching(text) if text else queryset


def orders_of_customers(chosen: Chosen) -> QuerySet[Order]:
    """The orders for which a customer of the outer query is counted."""
    orders = within(Order.objects.effective(), chosen.segment)
    return orders.filter(counted_for(chosen), customer=OuterRef("pk"))


def counted_for(chosen: Chosen) -> Q:
    """Orders booked in the month, or in the twelve months that end with it."""
    first = chosen.month.shifted(1 - YEAR) if chosen.of == "year" else chosen.month
    return booked(first, chosen.month)
