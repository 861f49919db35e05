"""How the lists of money are searched and filtered."""

import django_filters
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.invoice_statuses import InvoiceStatus
from billing.models import Invoice, InvoicePart, Receipt, Refund
from billing.receivables import owes_something_not_invoiced, owing_at_age
from core.filter_bar import SINCE, UNTIL, day_filter
from core.text_key import text_key
from customers.filters import OwnerFilterSet, owner_filter
from customers.models import Customer, CustomerSearch, Grade
from orders.models import Order
from orders.models.order import invoiced_too_much


class ReceiptState(models.TextChoices):
    BALANCE = "balance", _("With balance")
    COUNTS = "counts", _("Counts")
    REVERSED = "reversed", _("Reversed")


def of_customer_or_called(rows: QuerySet, text: str, by: str = "reference_key") -> QuerySet:
    """The rows whose bank reference, or another key, begins with the text, or whose customer it finds."""
    key, wanted = text_key(text), CustomerSearch(text)
    called = Q(**{f"{by}__startswith": key}) if key else Q(pk__in=[])
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


class InvoiceState(models.TextChoices):
    """The states of invoices, the red ones, and those of which a red one is needed; all of them."""

    REQUESTED = InvoiceStatus.REQUESTED.value, InvoiceStatus.REQUESTED.label
    ISSUED = InvoiceStatus.ISSUED.value, InvoiceStatus.ISSUED.label
    RED = "red", pgettext_lazy("invoice", "Red invoices")
    BEYOND = "beyond", pgettext_lazy("invoice", "Red invoice needed")
    REVERSED = InvoiceStatus.REVERSED.value, InvoiceStatus.REVERSED.label
    REFUSED = InvoiceStatus.REFUSED.value, InvoiceStatus.REFUSED.label
    WITHDRAWN = InvoiceStatus.WITHDRAWN.value, InvoiceStatus.WITHDRAWN.label
    ALL = "all", pgettext_lazy("invoice", "All")


class InvoiceFilter(django_filters.FilterSet):
    """Search, state, kind and the days of issue; without any of them what waits to be issued."""

    q = django_filters.CharFilter(method="by_text", label=_("Search"))
    state = django_filters.ChoiceFilter(
        choices=InvoiceState.choices, method="by_state", label=_("Status"), empty_label=_("Status")
    )
    kind = django_filters.ChoiceFilter(choices=Invoice.Kind.choices, label=_("Kind"), empty_label=_("Kind"))
    since = day_filter("issued_on", SINCE)
    until = day_filter("issued_on", UNTIL)

    class Meta:
        model = Invoice
        fields: list[str] = []

    @property
    def qs(self):
        asked = any(self.data.get(name) for name in self.filters)
        return super().qs if asked else super().qs.filter(status=InvoiceStatus.REQUESTED)

    def by_text(self, queryset, name, value):
        return of_customer_or_called(queryset, value, by="number_key")

    def by_state(self, queryset, name, value):
        if value == InvoiceState.ALL:
            return queryset
        if value == InvoiceState.RED:
            return queryset.filter(reverses__isnull=False)
        if value == InvoiceState.BEYOND:
            orders = Order.objects.filter(invoiced_too_much())
            parts = InvoicePart.objects.filter(order__in=orders)
            return queryset.filter(pk__in=parts.values("invoice"), status=InvoiceStatus.ISSUED, reverses=None)
        return queryset.filter(status=value, reverses=None)


class Invoiced(models.TextChoices):
    NO = "no", _("Not invoiced")
    YES = "yes", _("Invoiced")


class Age(models.TextChoices):
    OVERDUE = "overdue", _("Overdue")
    NOT_DUE = "not_due", _("Not due")
    D30 = "d30", _("1–30 days")
    D60 = "d60", _("31–60 days")
    D90 = "d90", _("61–90 days")
    OLDER = "older", _("Over 90 days")


class ReceivableFilter(OwnerFilterSet):
    """Search, age, owner, grade, and whether what is owed is invoiced."""

    owner_at = "owner"

    q = django_filters.CharFilter(method="by_text", label=_("Search"))
    age = django_filters.ChoiceFilter(choices=Age.choices, method="by_age", label=_("Age"), empty_label=_("Age"))
    owner = owner_filter()
    grade = django_filters.ChoiceFilter(choices=Grade.choices, label=_("Grade"), empty_label=_("Grade"))
    invoiced = django_filters.ChoiceFilter(
        choices=Invoiced.choices, method="by_invoiced", label=_("Invoicing"), empty_label=_("Invoicing")
    )

    class Meta:
        model = Customer
        fields: list[str] = []

    def by_text(self, queryset, name, value):
        return queryset.matching(value)

    def by_age(self, queryset, name, value):
        if value == Age.OVERDUE:
            return queryset.filter(overdue_amount__gt=0)
        return queryset.filter(owing_at_age(value))

    def by_invoiced(self, queryset, name, value):
        without = owes_something_not_invoiced()
        return queryset.filter(without if value == Invoiced.NO else ~without)
