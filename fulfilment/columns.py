"""The columns of the shipment list: what each cell shows, from facts of the row."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from core.columns import Column
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
    Column("number", _("Shipment number"), str, kind="link", css="c-id text-nowrap"),
    Column("customer", _("Customer"), customer, kind="graded", css="c-cust text-nowrap"),
    Column("transport", _("Carrier and tracking number"), transport, kind="who", css="c-who"),
    Column("shipped_on", _("Shipped on"), kind="date", css="c-date text-nowrap"),
    Column("expected", _("Expected arrival"), expected, kind="due", css="c-due text-nowrap", card_label=_("Arrival")),
    Column("status", _("Status"), status, kind="status", css="c-st"),
    Column("status_since", _("Since"), kind="datetime", css="c-date text-nowrap", sort="status_since"),
)
