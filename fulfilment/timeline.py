"""How the events of deliveries read that are no steps of a shipment's life."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from core.events import Wording, describe
from core.facts import Facts, follow
from fulfilment.models import Shipment

describe(
    "fulfilment.Shipment",
    shipment_planned=Wording(_("Shipment %(shipment)s planned")),
    shipment_changed=Wording(_("Transport changed")),
    imported_with_order=Wording(_("Imported with its order from “%(file)s”"), of_money=True),
)
describe(
    "orders.Order",
    confirmed=Wording(_("Customer's confirmation attached: %(file)s"), "good", of_money=True),
    shipment_planned=Wording(_("Shipment %(shipment)s planned")),
    shipment_sent=Wording(_("Shipped %(shipment)s %(carrier)s %(tracking)s"), "now"),
    quality_rejected=Wording(_("%(shipment)s did not pass its quality check"), "bad"),
    sign_off_corrected=Wording(_("Sign-off of %(shipment)s corrected")),
    shipment_signed=Wording(_("%(shipment)s signed for by %(signed_by)s"), "good"),
)


gettext_noop("unpaid allowed by")  # what the check of histories calls a field that has no label


@follow("fulfilment.Shipment")
def facts_of_shipment(shipment: Shipment) -> Facts:
    """How far it is, by whose hands it went, and on which days."""
    by_whom = ("packed_by_id", "quality_checked_by_id", "packing_checked_by_id", "unpaid_allowed_by_id")
    return {name: getattr(shipment, name) for name in ("status", *by_whom, "shipped_on", "signed_on", "signed_by")}
