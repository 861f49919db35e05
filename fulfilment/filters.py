"""How the shipment list is searched and filtered."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import MANY, Wanted
from fulfilment.models import Carrier, Shipment
from fulfilment.statuses import OPEN, ShipmentStatus
from orders.filters import order_called, order_numbered
from orders.models import Order


def shipments_matching(shipments: QuerySet[Shipment], text: str) -> QuerySet[Shipment]:
    """The shipments whose tracking number begins with the text, or whose order is found by it."""
    wanted = Wanted(text)
    return shipments.filter(tracked_as(wanted.text) | _of_orders_called(wanted)) if wanted.text else shipments


def _of_orders_called(wanted: Wanted) -> Q:
    """As facts of the shipment's own row, because no index answers "either this shipment or its order"."""
    if wanted.few is None:
        return order_called(wanted, at="order__")
    orders = Order.objects.filter(order_numbered(wanted.text)).order_by().values_list("pk", flat=True)
    few = list(orders[: MANY + 1])
    numbered = Q(order__pk__among=few) if len(few) <= MANY else order_numbered(wanted.text, at="order__")
    return Q(customer__pk__among=wanted.few) | numbered


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
        return shipments_matching(queryset, value)

    def by_status(self, queryset, name, value):
        return queryset.filter(status__in=OPEN if value == "open" else (value,))
