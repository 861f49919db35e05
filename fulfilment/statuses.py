"""The shipment's states, the conditions in which goods arrive, and the colour family of each."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ShipmentStatus(TextChoices):
    PACKING = "packing", _("Being packed")
    READY = "ready", _("Ready to ship")
    SHIPPED = "shipped", _("On its way")
    SIGNED_OFF = "signed_off", _("Signed off")
    CANCELLED = "cancelled", _("Cancelled")


FAMILY = {
    ShipmentStatus.PACKING: "wait",
    ShipmentStatus.READY: "wait",
    ShipmentStatus.SHIPPED: "move",
    ShipmentStatus.SIGNED_OFF: "good",
    ShipmentStatus.CANCELLED: "void",
}

#: Still in our house: counted as planned, not as shipped.
OPEN = (ShipmentStatus.PACKING, ShipmentStatus.READY)
#: Left our house.
GONE = (ShipmentStatus.SHIPPED, ShipmentStatus.SIGNED_OFF)


class Condition(TextChoices):
    """How the goods of one line arrived."""

    GOOD = "good", _("Complete and sound")
    DAMAGED = "damaged", _("Damaged")
    SHORT = "short", _("Short")


CONDITION_FAMILY = {Condition.GOOD: "good", Condition.DAMAGED: "bad", Condition.SHORT: "bad"}
