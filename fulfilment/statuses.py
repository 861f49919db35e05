"""The shipment's states, the conditions in which goods arrive, and the colour family of each."""

from django.utils.translation import gettext_lazy as _

from core.choices import ColouredChoices


class ShipmentStatus(ColouredChoices):
    PACKING = "packing", "wait", _("Being packed")
    READY = "ready", "wait", _("Ready to ship")
    SHIPPED = "shipped", "move", _("On its way")
    SIGNED_OFF = "signed_off", "good", _("Signed off")
    CANCELLED = "cancelled", "void", _("Cancelled")


#: Still in our house: counted as planned, not as shipped.
OPEN = (ShipmentStatus.PACKING, ShipmentStatus.READY)
#: Left our house.
GONE = (ShipmentStatus.SHIPPED, ShipmentStatus.SIGNED_OFF)


class Condition(ColouredChoices):
    """How the goods of one line arrived."""

    GOOD = "good", "good", _("Complete and sound")
    DAMAGED = "damaged", "bad", _("Damaged")
    SHORT = "short", "bad", _("Short")


#: Less arrived in good order than was sent.
MISSING = (Condition.DAMAGED, Condition.SHORT)
