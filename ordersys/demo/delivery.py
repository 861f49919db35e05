"""How demonstration orders are delivered: the carriers, and the steps of a story."""

import io
from decimal import Decimal
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.models import User
from approvals.sweeps import take_if_open
from core.workflow import take
from fulfilment.confirmation import attach_confirmation
from fulfilment.models import Carrier, Shipment
from fulfilment.remainder import remainders_of
from fulfilment.services import Part, plan_shipment
from fulfilment.sign_off import Arrival, sign_off_shipment
from fulfilment.statuses import Condition
from orders.models import Order

CARRIERS = ("远山物流", "顺风岭速运", "青鸟快运")
_BATCHES = ("B2610", "B2611", "")


def load_carriers() -> list[Carrier]:
    """The companies that carry the demonstration's goods."""
    return [Carrier.objects.get_or_create(name=name)[0] for name in CARRIERS]


def confirm(order: Order) -> None:
    """The customer's signed confirmation comes back, which releases the order."""
    assert order.rep is not None, "Every order of the demonstration has its people."
    attach_confirmation(order=order, upload=_signed("订单确认书.jpg", f"ORDER {order.pk}"), by=order.rep)


def pack(order: Order, by: User, rng: Random, share: Decimal = Decimal(1)) -> None:
    """Plans a shipment of that share of every line, in whole pieces."""
    parts = {
        each.line.pk: Part((each.free * share).to_integral_value(), rng.choice(_BATCHES))
        for each in remainders_of(order)
    }
    transport: dict = {"method": order.delivery_method}
    if order.delivery_method != Order.DeliveryMethod.PICKUP:
        transport["carrier"] = rng.choice(list(Carrier.objects.all()))
        transport["tracking_number"] = f"YS{rng.randint(10**9, 10**10 - 1)}"
    shipment = plan_shipment(order=order, parts=parts, transport=transport, by=by)
    # Their defaults are the true clock's.
    now = timezone.now()
    Shipment.objects.filter(pk=shipment.pk).update(created_at=now, status_since=now)


def check(order: Order, by: User) -> None:
    """Quality and packing, by somebody else than who packed it."""
    shipment = _last_of(order)
    take(shipment, "check_quality", by=by)
    take(shipment, "check_packing", by=by)


def ship(order: Order, by: User) -> None:
    take(_last_of(order), "ship", by=by)


def sign(order: Order) -> None:
    """The rep records that everything arrived, with a picture of the note; the last sign-off completes the order."""
    shipment = _last_of(order)
    assert order.rep is not None, "Every order of the demonstration has its people."
    sign_off_shipment(
        shipment=shipment,
        arrivals={line.pk: Arrival(line.quantity, Condition.GOOD) for line in shipment.lines.all()},
        signed_on=timezone.localdate(),
        signed_by="仓库签收",
        proof=_signed("签收单.jpg", f"DELIVERY NOTE {shipment.pk}"),
        by=order.rep,
    )
    take_if_open(order.pk, "complete")


def _last_of(order: Order) -> Shipment:
    return order.shipments.latest("id")


def _signed(name: str, title: str) -> SimpleUploadedFile:
    """A sheet of paper with lines on it and something like a signature."""
    sheet, target = Image.new("RGB", (600, 848), "#fbfaf5"), io.BytesIO()
    draw = ImageDraw.Draw(sheet)
    for row in range(12):
        draw.line((60, 120 + row * 44, 540, 120 + row * 44), fill="#b9b5a8", width=2)
    draw.text((60, 60), title, fill="#333333", font_size=28)
    draw.arc((330, 660, 520, 780), 20, 330, fill="#23408e", width=5)
    draw.line((300, 760, 540, 700), fill="#23408e", width=4)
    sheet.save(target, "JPEG", quality=70)
    return SimpleUploadedFile(name, target.getvalue(), content_type="image/jpeg")
