"""What the lists behind the figures show: month, selection, scope, part of it; search within them."""

from dataclasses import dataclass
from datetime import date

import django_filters
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from analytics.addresses import part_key, part_of
from analytics.facts import narrowed, of_category, sold_in
from analytics.kpis import A_GRADE, YEAR
from analytics.models import Dimension
from analytics.months import Month
from analytics.names import category_names, value_names
from analytics.rights import scope_for, scopes_of
from analytics.slices import Slice
from customers.models import Customer, Grade
from orders.filters import months_back, order_called, orders_matching
from orders.models import Order, OrderLine
from orders.statuses import EFFECTIVE

_MONTHS = 24  # offered to choose from


@dataclass(frozen=True)
class Chosen:
    """What a list is about."""

    month: Month
    of: str
    slice: Slice


class RowFilter(django_filters.FilterSet):
    """What the lists share. Without a choice: the running month, the first selection, the person's own scope."""

    #: (key, label) of what may be listed.
    selections: tuple = ()

    q = django_filters.CharFilter(label=_("Search"))
    month = django_filters.ChoiceFilter(label=_("Month"), empty_label=None)
    of = django_filters.ChoiceFilter(label=_("What is counted"), empty_label=None)
    scope = django_filters.ChoiceFilter(label=_("Scope"), empty_label=None)
    part = django_filters.ChoiceFilter(label=_("Part"), empty_label=_("Undivided"))

    def __init__(self, data=None, *args, request, **kwargs):
        self.chosen = chosen = self.chosen_in(data or {}, request.user)
        known = {"month": str(chosen.month), "of": chosen.of, "scope": chosen.slice.scope_key}
        data = {**(data.dict() if data else {}), **known, "part": part_key(chosen.slice)}
        super().__init__(data, *args, request=request, **kwargs)
        self.filters["month"].extra["choices"] = [(month, month) for month in self._months()]
        self.filters["of"].extra["choices"] = self.selections
        self.filters["scope"].extra["choices"] = [(choice.key, choice.label) for choice in scopes_of(request.user)]
        self.filters["part"].extra["choices"] = list(self._parts().items())

    @classmethod
    def chosen_in(cls, data, user) -> Chosen:
        """What an address asks for. Raises Http404 for what there is not, or not for this person."""
        of = data.get("of", "")
        if of not in dict(cls.selections):
            of = cls.selections[0][0]
        return Chosen(month_called(data.get("month", "")), of, slice_for(user, data))

    def _months(self) -> list[str]:
        months = months_back(timezone.localdate(), _MONTHS)
        return sorted({*months, str(self.chosen.month)}, reverse=True)

    def _parts(self) -> dict[str, str]:
        """Grades and categories, and what a link brought."""
        known = {f"{Dimension.GRADE}:{grade}": f"{Dimension.GRADE.label} {grade}" for grade in Grade.values}
        known |= {f"{Dimension.CATEGORY}:{pk}": name for pk, name in category_names().items()}
        slice_ = self.chosen.slice
        if (key := part_key(slice_)) and key not in known:
            known[key] = value_names(slice_.dimension, [slice_.value])[slice_.value]
        return known

    def filter_queryset(self, queryset):
        return self.found(self.selected(queryset, self.chosen), self.form.cleaned_data.get("q") or "")

    def selected(self, queryset: QuerySet, chosen: Chosen) -> QuerySet:
        """The rows that count."""
        raise NotImplementedError

    def found(self, queryset: QuerySet, text: str) -> QuerySet:
        """Those of them that the search finds."""
        raise NotImplementedError


def month_called(text: str) -> Month:
    """The month of that name; the running one for an empty name. Raises Http404."""
    try:
        return Month.parse(text) if text else Month.current()
    except ValueError:
        raise Http404 from None


def slice_for(user, data) -> Slice:
    """The slice that an address names, if the person may see its scope. Raises Http404."""
    try:
        return part_of(scope_for(user, data.get("scope", "")), data.get("part", ""))
    except ValueError:
        raise Http404 from None


def promised_in(month: Month) -> Q:
    """Orders, or lines, whose promise counts in the month: in the running one those already past."""
    return Q(first_promised_date__range=(month.first, min(month.last, _yesterday())))


def _yesterday() -> date:
    return date.fromordinal(timezone.localdate().toordinal() - 1)


def late() -> Q:
    """Orders, or lines, signed off after the promised date or not at all."""
    return Q(signed_off_on=None) | Q(signed_off_on__gt=F("first_promised_date"))


def _booked(first: Month, last: Month) -> Q:
    return Q(booking_date__range=(first.first, last.last))


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

    def selected(self, queryset, chosen):
        month = chosen.month
        wanted = {
            "booked": _booked(month, month),
            "grade_a": _booked(month, month) & Q(grade=A_GRADE),
            "signed": Q(signed_off_on__range=(month.first, month.last)),
            "promised": promised_in(month),
            "late": promised_in(month) & late(),
        }
        return narrowed(queryset.effective(), chosen.slice).filter(wanted[chosen.of])

    def found(self, queryset, text):
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

    def selected(self, queryset, chosen):
        lines = queryset.filter(promised_in(chosen.month), order__status__in=EFFECTIVE, revision=F("order__revision"))
        # The category is a matter of the line, everything else of its order.
        if chosen.slice.dimension == Dimension.CATEGORY:
            lines = lines.filter(**of_category(chosen.slice.value), **sold_in(chosen.slice.undivided, at="order__"))
        else:
            lines = lines.filter(**sold_in(chosen.slice, at="order__"))
        return lines.filter(late()) if chosen.of == "late" else lines

    def found(self, queryset, text):
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

    def selected(self, queryset, chosen):
        return queryset.filter(Exists(orders_of_customers(chosen)))

    def found(self, queryset, text):
        return queryset.matching(text) if text else queryset


def orders_of_customers(chosen: Chosen) -> QuerySet[Order]:
    """The orders for which a customer of the outer query is counted."""
    orders = narrowed(Order.objects.effective(), chosen.slice)
    return orders.filter(counted_for(chosen), customer=OuterRef("pk"))


def counted_for(chosen: Chosen) -> Q:
    """Orders booked in the month, or in the twelve months that end with it."""
    first = chosen.month.shifted(1 - YEAR) if chosen.of == "year" else chosen.month
    return _booked(first, chosen.month)
