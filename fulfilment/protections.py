"""What the database itself refuses about shipments: other hands and days than those of the past."""

from core.protections import Protection, changed, protect
from core.steps import only_by_steps
from fulfilment.workflow import SHIPMENT_LIFE

_TABLE = "fulfilment_shipment"
_HANDS = ("packed_by_id", "quality_checked_by_id", "packing_checked_by_id", "unpaid_allowed_by_id", "order_id")

protect(
    only_by_steps(SHIPMENT_LIFE, "shipment"),
    Protection(
        "guard_shipment_hands",
        _TABLE,
        "UPDATE",
        f"OLD.status IN ('shipped', 'signed_off') AND {changed(_HANDS)}",
        "who packed and checked what has left stays known",
    ),
    Protection(
        "guard_shipment_left_on",
        _TABLE,
        "UPDATE",
        "OLD.shipped_on IS NOT NULL AND NEW.shipped_on IS DISTINCT FROM OLD.shipped_on",
        "the day on which it left never changes",
    ),
    Protection("guard_shipment_no_delete", _TABLE, "DELETE", "1 = 1", "a shipment is cancelled, never deleted"),
)
