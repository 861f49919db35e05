"""What the list of price agreements can be narrowed by."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, DateFilter, FilterSet

from accounts.roles import Role
from agreements.models import PriceAgreement
from core.forms import DayInput
from customers.filters import NOBODY, owners_seen_by
from customers.models import Customer
from products.models import Product


class State(models.TextChoices):
    """How agreements stand; without one of these the list shows those that hold or will hold."""

    VALID = "valid", _("Valid today")
    SOON = "soon", _("Ends within 30 days, nothing after it")
    FUTURE = "future", _("Not begun")
    PAST = "past", _("No longer valid")
    ALL = "all", _("All")


class DayBox(DayInput):
    """A day, with the words that say what it is for before it: a date box has no room for them."""

    def render(self, name, value, attrs=None, renderer=None):
        box = super().render(name, value, attrs, renderer)
        return format_html('<span class="meta">{}</span> {}', _("Valid on"), box)


class AgreementFilter(FilterSet):
    q = CharFilter(method="search", label=_("Search"))
    state = ChoiceFilter(choices=State.choices, method="in_state", label=_("Status"), empty_label=_("Status"))
    owner = ChoiceFilter(method="owned_by", label=_("Owner"), empty_label=_("Owner"))
    on = DateFilter(method="holding_on", label=_("Valid on"), widget=DayBox)

    class Meta:
        model = PriceAgreement
        fields = ("q", "state", "owner", "on")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.request.user.role == Role.REP:
            del self.filters["owner"]
        else:
            self.filters["owner"].extra["choices"] = owners_seen_by(self.request)

    @property
    def qs(self):
        found = super().qs
        narrowed = any(self.data.get(name) for name in ("q", "state", "on"))
        return found if narrowed else found.held().filter(last_day__gte=timezone.localdate())

    def search(self, queryset, name, value):
        customers, products = Customer.objects.matching(value), Product.objects.matching(value)
        return queryset.filter(Q(customer__in=customers.order_by()) | Q(product__in=products.order_by()))

    def owned_by(self, queryset, name, value):
        return queryset.filter(customer__owner=None if value == NOBODY else value)

    def holding_on(self, queryset, name, value):
        return queryset.valid_on(value)

    def in_state(self, queryset, name, value):
        today = timezone.localdate()
        if value == State.VALID:
            return queryset.valid_on(today)
        if value == State.SOON:
            return queryset.ending_soon(today)
        if value == State.FUTURE:
            return queryset.held().filter(starts_on__gt=today)
        if value == State.PAST:
            return queryset.filter(Q(last_day__lt=today) | Q(last_day__lt=F("starts_on")))
        return queryset
