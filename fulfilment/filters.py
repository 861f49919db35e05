"""How the shipment list is searched and filtered."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.text_key import text_key
from fulfilment.models import Carrier, Shipment
from fulfilment.statuses import OPEN, ShipmentStatus
from orders.matching import OrderSearch, order_called


def shipments_matching(shipments: QuerySet[Shipment], text: str) -> QuerySet[Shipment]:
    """The shipments whose tracking number begins with the text, or whose order is found by it."""
    wanted = OrderSearch(text)
    if not wanted.text:
        return shipments
    if wanted.called is None or wanted.customers.few is None:
        return shipments.filter(tracked_as(wanted.text) | order_called(wanted, at="order__"))
    # As facts of the shipment's own row, because no index answers "either this shipment or its order".
    found = tracked_as(wanted.text) | Q(customer__pk__among=wanted.customers.few) | Q(order__pk__among=wanted.called)
    for ids in wanted.holding:
        found |= Q(order__pk__among=ids) if isinstance(ids, list) else Q(order__in=ids)
    return shipments.filter(found)


def tracked_as(text: str) -> Q:
    """Tracking numbers that begin with the text, however both are written."""
    key = text_key(text)
    return Q(tracking_key__startswith=key) if key else Q(pk__in=[])


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
