"""The columns of the shipment list: what each cell shows, from facts of the row."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from core.columns import DateColumn, DetailColumn, DueColumn, GradedColumn, LinkColumn, MomentColumn, StatusColumn
from fulfilment.models import Shipment


def customer(shipment: Shipment) -> tuple[str, str]:
    """The order's grade with the customer's short name."""
    return shipment.order.grade, shipment.order.customer_name


def transport(shipment: Shipment) -> tuple[str, str]:
    """Who carries it, or how it leaves, and the tracking number."""
    return str(shipment.carrier or shipment.get_method_display()), shipment.tracking_number


def expected(shipment: Shipment) -> tuple[date, bool] | None:
    """When it should arrive, and whether that day has passed without a signature."""
    return (shipment.expected_on, shipment.is_late) if shipment.expected_on else None


def status(shipment: Shipment) -> tuple[str, str]:
    return shipment.status_family, shipment.status_label


SHIPMENT_COLUMNS = (
    LinkColumn("number", _("Shipment number"), str, css="card-top text-nowrap"),
    GradedColumn("customer", _("Customer"), customer, css="card-middle text-nowrap"),
    DetailColumn("transport", _("Carrier and tracking number"), transport, css="card-foot-end"),
    DateColumn("shipped_on", _("Shipped on"), css="only-desk text-nowrap"),
    DueColumn("expected", _("Expected arrival"), expected, css="card-middle-end text-nowrap", card_label=_("Arrival")),
    StatusColumn("status", _("Status"), status, css="card-foot"),
    MomentColumn("status_since", _("Since"), css="only-desk text-nowrap", sort="status_since"),
)

# What the columns read: an order has many times as many fields.
SHIPMENT_FIELDS = (
    *("sequence", "method", "tracking_number", "shipped_on", "expected_on", "status", "status_since", "carrier__name"),
    *("order__number", "order__grade", "order__customer_name"),
)
