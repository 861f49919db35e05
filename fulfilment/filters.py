"""How the shipment list is searched and filtered."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import MANY, Wanted
from fulfilment.models import Carrier, Shipment
from fulfilment.statuses import OPEN, ShipmentStatus
from orders.filters import order_called
from orders.models import Order


def shipments_matching(shipments: QuerySet[Shipment], text: str, user) -> QuerySet[Shipment]:
    """The shipments whose tracking number begins with the text, or whose order this person finds by it."""
    wanted = Wanted(text)
    if not wanted.text:
        return shipments
    tracked = tracked_as(wanted.text)
    if not shipments.filter(tracked).exists():
        return shipments.filter(order_called(wanted, at="order__"))
    # No index answers "either this shipment or its order": the orders are found first, unless they are many.
    orders = Order.objects.visible_to(user).filter(order_called(wanted)).order_by()
    few = list(orders.values_list("pk", flat=True)[: MANY + 1])
    called = Q(order__pk__among=few) if len(few) <= MANY else order_called(wanted, at="order__")
    return shipments.filter(tracked | called)


def tracked_as(text: str) -> Q:
    """Tracking numbers that begin with the text, however it is spaced and whatever its case."""
    number = "".join(text.split()).upper()
    return Q(tracking_number__startswith=number) if number else Q(pk__in=[])


def statuses() -> list[tuple[str, str]]:
    """The statuses, with those together that wait in our house."""
    return [("open", _("To be shipped")), *((status.value, str(status.label)) for status in ShipmentStatus)]


class ShipmentFilter(django_filters.FilterSet):
    """Search, status and carrier."""

    q = django_filters.CharFilter(method="by_text", label=gettext_lazy("Search"))
    status = django_filters.ChoiceFilter(
        choices=statuses, method="by_status", label=gettext_lazy("Status"), empty_label=gettext_lazy("Status")
    )
    carrier = django_filters.ModelChoiceFilter(
        queryset=Carrier.objects.all(), label=gettext_lazy("Carrier"), empty_label=gettext_lazy("Carrier")
    )

    class Meta:
        model = Shipment
        fields: list[str] = []

    def by_text(self, queryset, name, value):
        return shipments_matching(queryset, value, self.request.user)

    def by_status(self, queryset, name, value):
        return queryset.filter(status__in=OPEN if value == "open" else (value,))
