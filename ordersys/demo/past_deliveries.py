"""How an approved order of the past was delivered: in one shipment or several, in time or late, and who signed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from fulfilment.models import Shipment
from fulfilment.past_shipments import carry, count_deliveries, past_shipment
from fulfilment.statuses import Condition, ShipmentStatus
from orders.models import Order, OrderLine
from orders.statuses import Status
from ordersys.demo.clock import at
from ordersys.demo.past import Past, Scene, evening
from products.models import Product

#: Shipments of an order, and how often so many.
_LEGS, _LEGS_OFTEN = (1, 2, 3), (80, 16, 4)
#: How often an order about something of a category is late; more often in the busy months.
_LATE = {"控制柜": 0.13, "驱动与电机": 0.09, "传感器": 0.05}
_LATE_ELSE, _BUSY_MONTHS, _BUSIER = 0.04, (3, 4, 5, 12), 1.5
_ON_THE_ROAD = (1, 2, 2, 3, 3, 3, 4, 5)  # days
#: Of what arrived lately, so much is damaged or short; what is older has been settled since.
_DAMAGED, _UNSETTLED_DAYS = 0.012, 40
_CAUSES = (
    "物料：变频模块到货延误，供应商改期",
    "物料：柜体钣金外协返工",
    "设备：数控冲床检修三天",
    "产能：旺季排产已满，加班追赶",
    "质量：出厂检验一台不合格，已返修",
    "客户：现场基础未完工，客户要求顺延",
    "其他：连日暴雨，干线停运",
)
_SIGNERS = ("李强", "周建", "孙梅", "韩雪莹", "杨海波", "何晓燕", "吕国平", "曹文斌")


@dataclass(frozen=True)
class Leg:
    """One shipment: when it leaves and arrives, or would, and how much of which line it carries."""

    ships_on: date
    arrives_on: date
    parts: list[tuple[OrderLine, int]]


def promised_for(order: Order, lines: list[OrderLine], scene: Scene) -> date:
    """A date that the longest lead time among the lines allows, with some room."""
    longest = max((line.product.lead_time for line in lines if line.product), default=0)
    return scene.calendar.after(order.order_date, longest + scene.rng.randint(4, 13))


def deliver(past: Past, scene: Scene) -> list[tuple[date, Product, Decimal, str]]:
    """Adds the shipments that exist by today and what follows from them; returns what left our stock, and when."""
    moves: list[tuple[date, Product, Decimal, str]] = []
    for leg in _legs(past, scene):
        shipment = _shipment(past, leg, scene)
        if shipment is None:
            break  # what leaves later does not exist yet either
        _carry(past, shipment, leg, scene)
        if shipment.shipped_on:
            _record(past, shipment, scene)
            moves += [(leg.ships_on, line.product, Decimal(q), str(shipment)) for line, q in leg.parts if line.product]
    count_deliveries(past.order, past.lines)
    if past.order.signed_off_on:
        past.becomes(Status.COMPLETED, past.order.signed_off_on)
    return moves


def _legs(past: Past, scene: Scene) -> Iterator[Leg]:
    """The shipments as they are, or will be, in the order of time."""
    count = scene.rng.choices(_LEGS, _LEGS_OFTEN)[0]
    road = scene.rng.choice(_ON_THE_ROAD)
    first = scene.calendar.after(past.since or past.order.order_date, 1)
    # The last of it leaves in time for the promised day, or not.
    rng, promised = scene.rng, past.order.promised_date
    assert promised
    product = past.lines[0].product
    often = _LATE.get(product.category.name if product else "", _LATE_ELSE)
    if promised.month in _BUSY_MONTHS:
        often *= _BUSIER
    slip = rng.randint(1, 4) + rng.choice((0, 0, 2, 5, 11, 16)) if rng.random() < often else -rng.randint(0, 7)
    last = max(first, promised + timedelta(days=slip - road))
    split = [(line, *divmod(int(line.quantity or 0), count)) for line in past.lines]
    for n in range(1, count + 1):
        # What cannot be divided goes with the last.
        parts = [(line, each + (rest if n == count else 0)) for line, each, rest in split]
        parts = [(line, quantity) for line, quantity in parts if quantity]
        if parts:
            ships_on = scene.calendar.after(first + (last - first) * n // count, 0)
            yield Leg(ships_on, ships_on + timedelta(days=road), parts)


def _shipment(past: Past, leg: Leg, scene: Scene) -> Shipment | None:
    """The shipment as it stands by today; None while nobody has begun to pack it."""
    packs_on = scene.calendar.after(leg.ships_on - timedelta(days=3), 0)
    if not scene.happened(packs_on):
        return None
    order, packer = past.order, scene.rng.randrange(2)
    shipment = past_shipment(
        order,
        key=scene.key(Shipment),
        sequence=len(past.shipments) + 1,
        packed_by_id=scene.operations[packer].pk,
        created_at=at(packs_on, 10 * 60),
        status_since=at(packs_on, 10 * 60),
    )
    past.shipments.append(shipment)
    checks_on = scene.calendar.after(leg.ships_on - timedelta(days=2), 0)
    if scene.happened(checks_on):
        _check(shipment, scene, checks_on, packer)
        past.states[shipment.pk] = ShipmentStatus.READY, checks_on
    if scene.happened(leg.ships_on):
        _send(past, shipment, leg, scene)
    return shipment


def _check(shipment: Shipment, scene: Scene, day: date, packer: int) -> None:
    """Quality and packing are checked, the packing by somebody else."""
    shipment.quality_checked_by_id, shipment.quality_checked_at = scene.operations[packer].pk, at(day, 14 * 60)
    shipment.packing_checked_by_id, shipment.packing_checked_at = scene.operations[1 - packer].pk, at(day, 15 * 60)


def _send(past: Past, shipment: Shipment, leg: Leg, scene: Scene) -> None:
    """It leaves, and arrives if there has been time enough."""
    if shipment.method == Order.DeliveryMethod.LOGISTICS:
        shipment.carrier = scene.rng.choice(scene.carriers)
        shipment.tracking_number = f"YS{scene.rng.randrange(10**11):011d}"
    shipment.shipped_on, shipment.expected_on = leg.ships_on, scene.calendar.after(leg.ships_on, 3)
    past.states[shipment.pk] = ShipmentStatus.SHIPPED, leg.ships_on
    if scene.happened(leg.arrives_on):
        shipment.signed_on, shipment.signed_by = leg.arrives_on, scene.rng.choice(_SIGNERS)
        past.states[shipment.pk] = ShipmentStatus.SIGNED_OFF, leg.arrives_on


def _carry(past: Past, shipment: Shipment, leg: Leg, scene: Scene) -> None:
    """Writes down what it carries and, once it was signed for, what of that arrived in good order."""
    unsettled = shipment.signed_on and (scene.today - shipment.signed_on).days < _UNSETTLED_DAYS
    spoiled = bool(unsettled) and scene.rng.random() < _DAMAGED
    for place, (line, quantity) in enumerate(leg.parts):
        lost = Decimal(1 if spoiled and place == 0 else 0)
        condition = scene.rng.choice((Condition.DAMAGED, Condition.SHORT)) if lost else Condition.GOOD
        past.shipment_lines.append(carry(shipment, line, Decimal(quantity), lost=lost, condition=condition))


def _record(past: Past, shipment: Shipment, scene: Scene) -> None:
    """The order's history knows when it left and arrived, and why it was late."""
    promised, shipped = past.order.promised_date, shipment.shipped_on
    assert promised is not None
    assert shipped is not None
    late = (shipped - promised).days
    note = ""
    if late > 0:
        announced_on = scene.calendar.after(promised - timedelta(days=2), 0)
        note = f"{scene.rng.choice(_CAUSES)}；晚发 {late} 天，{announced_on:%m-%d} 已电话告知客户。"
    past.record(
        scene,
        "shipment_sent",
        evening(shipped),
        by=scene.operations[shipment.pk % 2],
        note=note,
        shipment=str(shipment),
        carrier=str(shipment.carrier or ""),
        tracking=shipment.tracking_number,
    )
    if shipment.signed_on:
        words = {"shipment": str(shipment), "signed_by": shipment.signed_by}
        past.record(scene, "shipment_signed", evening(shipment.signed_on), by=past.order.rep, **words)
