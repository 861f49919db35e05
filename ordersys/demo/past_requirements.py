"""A year of what customers wanted: some of it ordered, some lost, the newest still open; in bulk, as the history."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import chain
from random import Random
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone

from core.bulk import keys_of, rows_by_key, write_rows
from core.chain import link_up
from core.facts import facts_of
from core.models import Counter as Series
from core.workflow import born
from orders.models import Order
from orders.statuses import Status
from ordersys.demo.clock import at, clock_at
from ordersys.demo.companies import Relations
from ordersys.demo.need import DEMANDS, Need
from ordersys.demo.season import Calendar
from products.models import Product
from requirements.clock import response_clock
from requirements.models import Requirement
from requirements.services import make_findable, requirement_number
from requirements.statuses import OPEN, Channel, Priority, RequirementStatus

#: One in so many orders came of a requirement, and no more than that.
_ONE_IN, _MOST_ORDERED = 6, 4000
#: Days ago from which on there are requirements: by then every customer's file was opened.
_SINCE, _LONGEST = 325, 40
_LATE = 0.12
_CHANNELS = (Channel.CALL, Channel.CALL, Channel.VISIT, Channel.VISIT, Channel.EMAIL, Channel.QUESTIONNAIRE)
_PRIORITIES = (Priority.URGENT, Priority.REGULAR, Priority.REGULAR, Priority.REGULAR, Priority.LONG_TERM)


def load_requirements(relations: Relations, products: list[Product], rng: Random) -> None:
    """Writes them with their histories, and links the orders that came of them, which exist."""
    desk = _Desk(relations, products, rng)
    needs = [desk.ordered(order) for order in desk.orders()]
    for fate, count in _unordered(len(needs)).items():
        needs += [fate(desk) for _n in range(count)]
    needs.sort(key=lambda need: need.requirement.received_at)
    _number(needs)
    _write(needs)


def _unordered(ordered: int) -> dict[Callable[["_Desk"], Need], int]:
    """How many became something else, beside so many that were ordered."""
    return {
        _Desk.waiting: min(2 + ordered // 30, 40),
        _Desk.late: min(2 + ordered // 40, 20),
        _Desk.clarifying: min(3 + ordered // 12, 120),
        _Desk.confirmed: min(2 + ordered // 20, 80),
        _Desk.lost: 4 + ordered // 3,
    }


class _Desk:
    """Makes requirements as they went, one by one."""

    def __init__(self, relations: Relations, products: list[Product], rng: Random):
        self._relations, self._products, self._rng = relations, products, rng
        self._first = timezone.localdate() - timedelta(days=_SINCE)
        yesterday = timezone.localdate() - timedelta(days=1)
        self._days = Calendar(self._first - timedelta(days=_LONGEST), yesterday).days
        self._due = response_clock(self._days[0], yesterday)
        self._keys = keys_of(Requirement)

    def orders(self) -> list[Order]:
        """Those that came of a requirement."""
        asked = at(self._first, 0)
        keys = list(Order.objects.filter(created_at__gte=asked, rep__isnull=False).order_by("id").values_list("pk"))
        chosen = self._rng.sample(keys, k=min(len(keys) // _ONE_IN, _MOST_ORDERED))
        found = Order.objects.filter(pk__in=[pk for (pk,) in chosen]).select_related("customer__owner", "contact")
        return list(found.prefetch_related("lines__product").order_by("id"))

    def ordered(self, order: Order) -> Need:
        """Confirmed before the order was drafted, and from then on where that order is."""
        drafted = bisect_left(self._days, timezone.localtime(order.created_at).date())
        confirmed = drafted - self._rng.randint(1, 3)
        need = self._received(order.customer, order.contact, confirmed - self._rng.randint(4, 15))
        lines = [(line.product, line.quantity) for line in order.current_lines() if line.product and line.quantity]
        need.wish(lines or [(self._products[0], Decimal(1))], order.net_total, order.special_requirements)
        need.requirement.wanted_date = order.promised_date
        self._clear_up(need, confirmed)
        need.order_id = order.pk
        need.happened("order_made", order.created_at, RequirementStatus.CONFIRMED, order=str(order))
        if order.submitted_at:
            placed = RequirementStatus.ORDERED
            need.happened("order", order.submitted_at, placed, by=None, order=str(order))
        if order.submitted_at and order.status == Status.CANCELLED:
            again = RequirementStatus.CONFIRMED
            need.happened("lose_order", order.status_since, again, by=None, order=str(order))
        return need

    def waiting(self) -> Need:
        """Came yesterday; the customer waits for a first answer, in time yet."""
        return self._anew(1, priority=Priority.REGULAR)

    def late(self) -> Need:
        """Nobody has answered the customer for too long."""
        return self._anew(self._rng.randint(5, 9), priority=self._rng.choice(_PRIORITIES[:4]))

    def clarifying(self) -> Need:
        """Answered, with open questions; of every third the customer read the record and objected."""
        need = self._anew(self._rng.randint(4, 16))
        need.respond(self._rng.choice((0, 1, 1, 2)))
        need.ask(self._rng.choice((1, 2)), answered_by=None)
        if self._rng.random() < 1 / 3:
            need.object()
        return need

    def confirmed(self) -> Need:
        """Ready to be ordered."""
        need = self._anew(self._rng.randint(9, 22))
        self._clear_up(need, need.place + self._rng.randint(4, 7))
        return need

    def lost(self) -> Need:
        """At any time of the year, some after the confirmation and some before."""
        last = len(self._days) - 1 - bisect_left(self._days, self._first)
        need = self._anew(self._rng.randint(9, last))
        if self._rng.random() < 0.3:
            self._clear_up(need, need.place + self._rng.randint(4, 7))
        else:
            need.respond(self._rng.choice((0, 1, 1, 2, 3)))
        need.lose()
        return need

    def _anew(self, back: int, **known: Any) -> Need:
        """Of somebody who orders, received ``back`` working days before today."""
        client = self._relations.pick(self._rng)
        need = self._received(client.customer, client.contact, len(self._days) - back, **known)
        things = self._rng.sample(self._products, k=min(len(self._products), self._rng.choice((1, 2))))
        wanted = [(product, Decimal(self._rng.randint(2, 12))) for product in things]
        cost = sum((product.list_price * quantity for product, quantity in wanted), Decimal(0))
        need.wish(wanted, cost, self._rng.choice(DEMANDS))
        weeks = timedelta(days=self._rng.randint(40, 90))
        need.requirement.wanted_date = timezone.localtime(need.requirement.received_at).date() + weeks
        return need

    def _received(self, customer: Any, contact: Any, place: int, **known: Any) -> Need:
        moment = at(self._days[place], self._rng.randint(9 * 60, 12 * 60))
        requirement = Requirement(
            pk=next(self._keys),
            customer=customer,
            contact=contact,
            owner=customer.owner,
            team_id=customer.team_id,
            channel=self._rng.choice(_CHANNELS),
            received_at=moment,
            created_at=moment,
            **{"priority": self._rng.choice(_PRIORITIES), **known},
        )
        requirement.response_due_on = self._due(moment, requirement.priority)
        need = Need(requirement, self._days, place, self._rng)
        asked = requirement.channel == Channel.QUESTIONNAIRE
        verb, by = ("requirement_filled_in", None) if asked else ("requirement_recorded", customer.owner)
        need.happened(verb, moment, RequirementStatus.RECORDED, by=by)
        return need

    def _clear_up(self, need: Need, confirmed: int) -> None:
        """Answered by the due day or a little after it, asked what was not clear, and confirmed on that place."""
        requirement = need.requirement
        due = bisect_left(self._days, requirement.response_due_on)
        waits = due - need.place + 1 if self._rng.random() < _LATE else self._rng.randint(0, due - need.place)
        need.respond(min(waits, confirmed - need.place - 1))
        need.ask(self._rng.choice((0, 1, 1, 2, 3)), answered_by=self._rng.randint(need.place + 1, confirmed))
        need.place = confirmed
        need.confirm()


def _number(needs: list[Need]) -> None:
    """Keys and numbers as if each had been written down when it came: rising, as the counters give them."""
    serials: Counter[str] = Counter()
    for key, need in zip(sorted(need.requirement.pk for need in needs), needs, strict=True):
        need.known_as(key)
        month = f"{timezone.localtime(need.requirement.received_at):%Y%m}"
        serials[month] += 1
        need.requirement.number = requirement_number(month, serials[month])
    write_rows([Series(series=f"requirement:{month}", value=value) for month, value in sorted(serials.items())])


def _write(needs: list[Need]) -> None:
    kind = ContentType.objects.get_for_model(Requirement)
    fates: dict[tuple[datetime, RequirementStatus], list[int]] = defaultdict(list)
    for need in needs:
        requirement = need.requirement
        make_findable(requirement, waits=need.fate in OPEN and requirement.responded_at is None)
        need.events.sort(key=lambda event: event.at)
        for event in need.events:
            event.subject_type = kind
        need.events[-1].facts = facts_of(requirement, status=need.fate)
        link_up(need.events)
        assert need.since is not None
        requirement.status_since = need.since
        if need.fate != RequirementStatus.RECORDED:
            fates[at(timezone.localtime(need.since).date(), 18 * 60), need.fate].append(requirement.pk)
    write_rows([need.requirement for need in needs])
    write_rows(list(chain.from_iterable(need.wanted for need in needs)))
    write_rows(list(chain.from_iterable(need.questions for need in needs)))
    write_rows([event for need in needs for event in need.events])
    for (moment, fate), keys in sorted(fates.items()):
        with clock_at(moment):
            born(rows_by_key(Requirement, keys), fate)
    table = connection.ops.quote_name(Order._meta.db_table)
    with connection.cursor() as cursor:
        linked = [(need.requirement.pk, need.order_id) for need in needs if need.order_id]
        cursor.executemany(f"UPDATE {table} SET requirement_id = %s WHERE id = %s", linked)
