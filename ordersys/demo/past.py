"""An order of the past before it is written: everything that belongs to it, and the stage on which it happened."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from accounts.models import User
from approvals.models import Decision, Round
from billing.models import Receipt, ReceiptAllocation
from core.bulk import keys_of, new_row
from core.models import Event
from customers.models import Customer
from fulfilment.models import Carrier, Shipment, ShipmentLine
from orders.models import Instalment, Order, OrderLine
from orders.statuses import Status
from ordersys.demo.baskets import Market
from ordersys.demo.bulk import Writer
from ordersys.demo.clock import at
from ordersys.demo.companies import Client
from ordersys.demo.season import Calendar

#: Rows that others point at, so that they get their keys before they are written.
_KEYED = (Order, OrderLine, Instalment, Receipt, Shipment, Round)
#: The minute of the day at which something happened of which only the day matters.
EVENING = 17 * 60 + 25


@dataclass
class Scene:
    """Who was there, what there was to order, and which day it is: nothing of ``today`` has happened yet."""

    today: date
    calendar: Calendar
    market: Market
    people: dict[str, User]
    carriers: list[Carrier]
    rng: Random
    # So many keys of a table are reserved together.
    keys_at_once: int = 1000

    def __post_init__(self):
        self.writer = Writer()
        self._keys: dict[type[Model], Iterator[int]] = {
            model: keys_of(model, self.keys_at_once, self.writer.wait) for model in _KEYED
        }
        self.order_type = ContentType.objects.get_for_model(Order)
        self.shipment_type = ContentType.objects.get_for_model(Shipment)
        self.operations = [self.people["operations1"], self.people["operations2"]]
        self.finance = [self.people["finance1"], self.people["finance2"]]

        # Gives order numbers; set by who writes the history.
        self.number: Callable[[Customer, datetime], str]

    def key(self, model: type[Model]) -> int:
        return next(self._keys[model])

    def happened(self, day: date) -> bool:
        return day < self.today


@dataclass
class Past:
    """One order with its rows, none written yet; ``fate`` is the status it gets ``since`` a day after them."""

    order: Order
    client: Client
    moment: datetime
    lines: list[OrderLine]
    instalments: list[Instalment]
    fate: Status = Status.DRAFT
    since: date | None = None
    # When stage two passed, so that a prepayment was due.
    asked_on: date | None = None
    shipments: list[Shipment] = field(default_factory=list)
    shipment_lines: list[ShipmentLine] = field(default_factory=list)
    # What each shipment will be, and since when.
    states: dict[int, tuple[str, date]] = field(default_factory=dict)
    receipts: list[Receipt] = field(default_factory=list)
    allocations: list[ReceiptAllocation] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def becomes(self, status: Status, since: date) -> None:
        self.fate, self.since = status, since

    def record(
        self, scene: Scene, verb: str, when: datetime, *, by: User | None = None, note: str = "", **data
    ) -> None:
        """Adds to the order's history."""
        self.events.append(
            new_row(
                Event,
                subject_type_id=scene.order_type.pk,
                subject_id=self.order.pk,
                actor_id=by.pk if by else None,
                verb=verb,
                note=note,
                data=data,
                at=when,
            )
        )


def evening(day: date) -> datetime:
    """The moment of a day at which what happened in its course is written down."""
    return at(day, EVENING)
