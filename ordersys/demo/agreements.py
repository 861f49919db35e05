"""A year of price agreements with the better customers: most hold, some are over, follow each other, or end soon."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from accounts.models import User
from agreements.models import FOREVER, PriceAgreement
from agreements.services import said_of
from core.events import record_all
from customers.models import Customer, Grade
from ordersys.demo.clock import at, clock_at
from ordersys.demo.staff import manager_of
from products.models import Product

_BATCH = 1000
_PRODUCTS = {Grade.A: (2, 4), Grade.B: (0, 2)}  # per customer, from and to
_NOTES = ("年度框架协议", "按季度用量阶梯报价", "老客户价，随合同附件二", "投标价，全年有效", "与采购经理面谈确定")
_REASONS = ("原材料涨价，双方同意提前终止", "客户改用新型号", "用量未达约定，改按目录价")
_YEAR, _HALF = timedelta(days=364), timedelta(days=181)
_DAY = timedelta(days=1)
_SIGNED_AT = 15 * 60  # minutes of the day


@dataclass(frozen=True)
class Span:
    """From when until when it was agreed (None: open), and on which day it was ended early."""

    first: date
    last: date | None
    ended: date | None = None


@dataclass
class Agreed:
    """What holds with whom about what, for the orders of the demonstration: by customer and product."""

    rows: dict[tuple[int, int], list[PriceAgreement]] = field(default_factory=dict)

    def price_of(self, customer: Customer, product: int, day: date) -> Decimal | None:
        """The price (元) that holds on a day."""
        held = (row for row in self.rows.get((customer.pk, product), ()) if row.starts_on <= day <= row.last_day)
        return next((row.price for row in held), None)


def load_agreements(people: dict[str, User], products: list[Product], rng: Random) -> Agreed:
    """Writes them in bulk, each with its event on the customer's file."""
    today, agreed = timezone.localdate(), Agreed()
    wanted = [product for product in products if product.list_price > 200]
    files = Customer.objects.filter(grade__in=_PRODUCTS, owner__isnull=False).select_related("owner").order_by("pk")
    rows: list[PriceAgreement] = []
    for customer in files.iterator(chunk_size=_BATCH):
        manager = manager_of(people, customer.team_id)
        for product in rng.sample(wanted, k=rng.randint(*_PRODUCTS[Grade(customer.grade)])):
            made = [_agreement(customer, product, span, manager, rng) for span in _spans(today, rng)]
            agreed.rows[customer.pk, product.pk] = made
            rows += made
    PriceAgreement.objects.bulk_create(rows, _BATCH)
    _tell(rows)
    return agreed


def _spans(today: date, rng: Random) -> Iterator[Span]:
    """One of the ways in which prices of a product are agreed over a year."""
    way, begun = rng.random(), today - timedelta(days=rng.randint(20, 330))
    if way < 0.4:
        yield Span(begun, begun + _YEAR)
    elif way < 0.65:
        begun = today - timedelta(days=rng.randint(190, 350))
        yield Span(begun, begun + _HALF)
        yield Span(begun + _HALF + _DAY, begun + _HALF + _YEAR)
    elif way < 0.77:
        yield Span(begun, None)
    elif way < 0.87:
        begun, ended = today - timedelta(days=rng.randint(150, 340)), today - timedelta(days=rng.randint(10, 100))
        yield Span(begun, begun + _YEAR, ended)
        if way < 0.82:
            yield Span(ended + _DAY, ended + _YEAR)
    elif way < 0.95:
        last = today + timedelta(days=rng.randint(3, 28))
        yield Span(last - _YEAR, last)
        if way < 0.9:
            yield Span(last + _DAY, last + _YEAR)
    else:
        first = today + timedelta(days=rng.randint(5, 40))
        yield Span(first, first + _YEAR)


def _agreement(customer: Customer, product: Product, span: Span, manager: User, rng: Random) -> PriceAgreement:
    below = Decimal(rng.choice((2, 3, 4, 4, 5, 6)))
    made = PriceAgreement(
        customer=customer,
        product=product,
        price=(product.list_price * (100 - below) / 100).quantize(Decimal(1)),
        starts_on=span.first,
        ends_on=span.last,
        note=rng.choice(_NOTES),
        made_by=manager,
        made_at=_signed(span.first),
        last_day=span.ended or span.last or FOREVER,
    )
    if span.ended:
        made.ended_on, made.end_reason, made.ended_by = span.ended, rng.choice(_REASONS), manager
    return made


def _signed(first: date) -> datetime:
    """The Monday afternoon before it begins, or the last one that is over."""
    day = min(first, timezone.localdate()) - 3 * _DAY
    return at(day - timedelta(days=day.weekday()), _SIGNED_AT)


def _tell(rows: list[PriceAgreement]) -> None:
    """The events on the customers' files, many at a time, in the order in which they happened."""
    told: dict[tuple, list[PriceAgreement]] = defaultdict(list)
    turn: Counter[tuple] = Counter()
    happened = [(row.made_at, "price_agreed", row.made_by, row) for row in rows]
    happened += [(at(row.ended_on, _SIGNED_AT), "price_ended", row.ended_by, row) for row in rows if row.ended_on]
    for moment, verb, by, row in happened:
        # Of a customer each call takes one.
        same = (moment, verb, row.customer_id)
        told[moment, verb, by, turn[same]].append(row)
        turn[same] += 1
    for moment, verb, by, nth in sorted(told, key=lambda key: (key[0], key[1], key[3], key[2].pk)):
        entries = [(row.customer, _data(row, verb)) for row in told[moment, verb, by, nth]]
        with clock_at(moment):
            record_all(verb, entries, by=by)


def _data(row: PriceAgreement, verb: str) -> dict[str, str]:
    return said_of(row) | ({"day": row.last_day.isoformat()} if verb == "price_ended" else {})
