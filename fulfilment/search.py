"""What the header's search finds among the shipments: tracking numbers."""

from django.utils.translation import gettext as _

from core.search import Hit, Question
from fulfilment.filters import tracked_as
from fulfilment.models import Shipment


def hits(question: Question) -> list[Hit]:
    """The newest shipments this person may see whose tracking number begins with the text."""
    found = (
        Shipment.objects.visible_to(question.user).filter(tracked_as(question.text)).select_related("order", "carrier")
    )
    return [_hit(shipment) for shipment in found.order_by("-id")[: question.limit]]


def _hit(shipment: Shipment) -> Hit:
    return Hit(
        kind_label=_("Shipment"),
        title=f"{shipment.carrier or ''} {shipment.tracking_number}".strip(),
        detail=f"{shipment} · {shipment.order.customer_name}",
        url=shipment.get_absolute_url(),
        family=shipment.status_family,
        badge=str(shipment.status_label),
    )
