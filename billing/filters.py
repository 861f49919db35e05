"""How the lists of money are searched and filtered."""

import django_filters
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from billing.models import Receipt, Refund
from billing.receivables import age_conditions, owes_something_that
from core.filter_bar import SINCE, UNTIL, day_filter
from core.text_key import text_key
from customers.filters import NOBODY, owners_seen_by
from customers.models import Customer, CustomerSearch, Grade


class ReceiptState(models.TextChoices):
    BALANCE = "balance", _("With balance")
    COUNTS = "counts", _("Counts")
    REVERSED = "reversed", _("Reversed")


def of_customer_or_called(rows: QuerySet, text: str) -> QuerySet:
    """The rows whose bank reference begins with the text, or whose customer it finds."""
    key, wanted = text_key(text), CustomerSearch(text)
    called = Q(reference_key__startswith=key) if key else Q(pk__in=[])
    if wanted.few is None:
        matching = Q()
        for word in wanted.words:
            matching &= Q(customer__search_key__contains=word)
        return rows.filter(called | matching)
    return rows.filter(called | Q(customer__pk__among=wanted.few))


class ReceiptFilter(django_filters.FilterSet):
    """Search, state, method and days."""

    q = django_filters.CharFilter(method="by_text", label=_("Search"))
    state = django_filters.ChoiceFilter(
        choices=ReceiptState.choices, method="by_state", label=_("Status"), empty_label=_("Status")
    )
    method = django_filters.ChoiceFilter(choices=Receipt.Method.choices, label=_("Method"), empty_label=_("Method"))
    since = day_filter("received_on", SINCE)
    until = day_filter("received_on", UNTIL)

    class Meta:
        model = Receipt
        fields: list[str] = []

    def by_text(self, queryset, name, value):
        return of_customer_or_called(queryset, value)

    def by_state(self, queryset, name, value):
        if value == ReceiptState.BALANCE:
            return queryset.filter(rest__gt=0, is_reversed=False)
        if value == ReceiptState.COUNTS:
            return queryset.filter(is_reversed=False, reverses=None)
        return queryset.filter(Q(is_reversed=True) | Q(reverses__isnull=False))


class RefundState(models.TextChoices):
    COUNTS = "counts", _("Counts")
    REVERSED = "reversed", _("Reversed")


class RefundOf(models.TextChoices):
    ORDER = "order", _("A cancelled order")
    BALANCE = "balance", _("Balance")


class RefundFilter(django_filters.FilterSet):
    """Search, what of, state and days."""

    q = django_filters.CharFilter(method="by_text", label=_("Search"))
    of = django_filters.ChoiceFilter(
        choices=RefundOf.choices, method="by_what", label=_("Refund of"), empty_label=_("Refund of")
    )
    state = django_filters.ChoiceFilter(
        choices=RefundState.choices, method="by_state", label=_("Status"), empty_label=_("Status")
    )
    since = day_filter("refunded_on", SINCE)
    until = day_filter("refunded_on", UNTIL)

    class Meta:
        model = Refund
        fields: list[str] = []

    def by_text(self, queryset, name, value):
        return of_customer_or_called(queryset, value)

    def by_what(self, queryset, name, value):
        return queryset.filter(order__isnull=value == RefundOf.BALANCE)

    def by_state(self, queryset, name, value):
        undone = Q(is_reversed=True) | Q(reverses__isnull=False)
        return queryset.filter(undone) if value == RefundState.REVERSED else queryset.exclude(undone)


class Age(models.TextChoices):
    OVERDUE = "overdue", _("Overdue")
    NOT_DUE = "not_due", _("Not due")
    D30 = "d30", _("1–30 days")
    D60 = "d60", _("31–60 days")
    D90 = "d90", _("61–90 days")
    OLDER = "older", _("Over 90 days")


class ReceivableFilter(django_filters.FilterSet):
    """Search, age, owner and grade."""

    q = django_filters.CharFilter(method="by_text", label=_("Search"))
    age = django_filters.ChoiceFilter(choices=Age.choices, method="by_age", label=_("Age"), empty_label=_("Age"))
    owner = django_filters.ChoiceFilter(method="owned_by", label=_("Owner"), empty_label=_("Owner"))
    grade = django_filters.ChoiceFilter(choices=Grade.choices, label=_("Grade"), empty_label=_("Grade"))

    class Meta:
        model = Customer
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.request.user.role == Role.REP:
            del self.filters["owner"]
        else:
            self.filters["owner"].extra["choices"] = owners_seen_by(self.request)

    def by_text(self, queryset, name, value):
        return queryset.matching(value)

    def by_age(self, queryset, name, value):
        if value == Age.OVERDUE:
            return queryset.filter(overdue_amount__gt=0)
        return queryset.filter(owes_something_that(age_conditions(timezone.localdate())[value]))

    def owned_by(self, queryset, name, value):
        return queryset.filter(owner=None if value == NOBODY else value)
