"""How the review queue is searched and filtered."""

import django_filters
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from customers.models import Grade
from orders.filters import reps_seen_by
from orders.matching import orders_matching
from orders.models import Order


class QueueFilter(django_filters.FilterSet):
    """Search, grade and rep; a rep's queue holds only own orders and so needs no rep filter."""

    q = django_filters.CharFilter(method="by_text", label=_("Search"))
    grade = django_filters.ChoiceFilter(
        choices=Grade.choices, label=_("Customer grade"), empty_label=_("Customer grade")
    )
    rep = django_filters.ModelChoiceFilter(
        queryset=lambda request: reps_seen_by(request.user),
        label=_("Sales representative"),
        empty_label=_("Sales representative"),
    )

    class Meta:
        model = Order
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.request.user.role == Role.REP:
            del self.filters["rep"]

    def by_text(self, queryset, name, value):
        return orders_matching(queryset, value)
