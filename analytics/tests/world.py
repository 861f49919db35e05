"""Many small orders at once, born as history is: drafts, lines, then one update of the status."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from core.workflow import born
from customers.models import Customer
from orders.models import Order, OrderLine
from orders.statuses import DeliveryStatus, Status
from products.models import Product
from tests.factories import CategoryFactory, CustomerFactory, ProductFactory, TeamFactory, UserFactory

GRADES, PROVINCES = "ABC", ("云汀省", "北漠省", "")


@dataclass
class World:
    """Two teams with two reps each, a few customers per rep, products of three categories."""

    reps: list[User] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)
    products: list[Product | None] = field(default_factory=list)


def build_world(customers: int = 8) -> World:
    world = World()
    for _n in range(2):
        team = TeamFactory()
        world.reps += [UserFactory(role=Role.REP, team=team) for _m in range(2)]
    for n in range(customers):
        owner = world.reps[n % len(world.reps)]
        world.customers.append(CustomerFactory(owner=owner, grade="ABC"[n % 3], province=PROVINCES[n % 3]))
    world.products = [ProductFactory(category=CategoryFactory(name=name)) for name in ("控制柜", "变频器", "线缆")]
    return world


def add_orders(rng: Random, world: World, count: int, first: date, last: date, status: str = "") -> list[Order]:
    """Random orders dated between two days, many of them delivered, some late; effective, a few cancelled."""
    orders = [_draft(rng, world, first + timedelta(days=rng.randint(0, (last - first).days))) for _n in range(count)]
    orders = Order.objects.bulk_create(orders)
    lines = [line for order in orders for line in _lines(rng, world, order)]
    OrderLine.objects.bulk_create(lines)
    for each in (Status.APPROVED, Status.COMPLETED, Status.CANCELLED):
        born([order for order in orders if (status or order.wanted) == each], each)
    return orders


def _draft(rng: Random, world: World, day: date) -> Order:
    customer, rep = rng.choice(world.customers), rng.choice(world.reps)
    promised = day + timedelta(days=rng.randint(1, 60))
    signed = day + timedelta(days=rng.randint(1, 80)) if rng.random() < 0.7 else None
    order = Order(
        customer=customer,
        customer_name=customer.short_name,
        rep=rep,
        team=rep.team,
        sold_by=rep,
        sold_team=rep.team,
        drafted_by=rep,
        number=f"{day:%Y%m}{rng.getrandbits(60):016x}",
        submitted_at=timezone.now(),
        approved_at=timezone.now(),
        order_date=day,
        booking_date=day,
        promised_date=promised,
        first_promised_date=promised,
        grade=rng.choice(GRADES),
        province=customer.province,
        signed_off_on=signed,
        delivery_status=DeliveryStatus.SIGNED if signed else rng.choice(["preparing", "shipped"]),
    )
    order.wanted = rng.choice([Status.APPROVED, Status.COMPLETED, Status.COMPLETED, Status.CANCELLED])
    order.nets = [Decimal(rng.randint(100, 99_999_99)) / 100 for _n in range(rng.randint(1, 4))]
    order.net_total = order.gross_total = sum(order.nets)
    return order


def _lines(rng: Random, world: World, order: Order) -> list[OrderLine]:
    return [
        OrderLine(
            order=order,
            position=position,
            product=(product := rng.choice([*world.products, None])),
            name=product.name if product else "安装",
            quantity=1,
            unit_price=net,
            net_amount=net,
            signed_off_on=_line_signed(rng, order),
            first_promised_date=order.first_promised_date,
        )
        for position, net in enumerate(order.nets, start=1)
    ]


def _line_signed(rng: Random, order: Order) -> date | None:
    """No later than the order as a whole; of an open order some lines have arrived too."""
    if order.signed_off_on:
        return order.signed_off_on - timedelta(days=rng.randint(0, 5))
    return order.order_date + timedelta(days=rng.randint(1, 30)) if rng.random() < 0.3 else None
