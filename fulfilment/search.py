"""What the header's search finds among the shipments: tracking numbers."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.search import Hit, Question, search_source
from fulfilment.filters import tracked_as
from fulfilment.models import Shipment
from orders.matching import finds_orders


@search_source
def hits(question: Question) -> list[Hit]:
    """The newest shipments this person may see whose tracking number begins with the text."""
    found = (
        Shipment.objects.visible_to(question.user).filter(tracked_as(question.text)).select_related("order", "carrier")
    )
    return [_hit(shipment) for shipment in found.order_by("-id")[: question.limit]]


@finds_orders
def orders_tracked_as(text: str) -> QuerySet:
    """The ids of the orders of which something travels under a tracking number that begins with the text."""
    return Shipment.objects.filter(tracked_as(text)).order_by().values_list("order_id", flat=True)


def _hit(shipment: Shipment) -> Hit:
    return Hit(
        kind_label=_("Shipment"),
        title=f"{shipment.carrier or ''} {shipment.tracking_number}".strip(),
        detail=f"{shipment} · {shipment.order.customer_name}",
        url=shipment.get_absolute_url(),
        family=shipment.status_family,
        badge=str(shipment.status_label),
    )
