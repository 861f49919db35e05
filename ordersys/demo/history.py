"""The demonstration's older orders: born with everything that became of them by today, in bulk.

Nobody asks the services for them, one by one; what follows from facts is computed by the same pure rules that services
use, and the database's protections look at every row.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import chain

from django.db import connection
from django.db.models import Model

from approvals.models import Decision, Round
from billing.models import Receipt, ReceiptAllocation
from core import periods
from core.bulk import rows_by_key
from core.chain import link_up
from core.chunks import chunks
from core.facts import facts_of
from core.models import Counter as Series
from core.models import Event
from core.text_key import text_key
from core.workflow import born
from customers.models import Customer
from fulfilment.models import Shipment, ShipmentLine
from orders.findable import make_findable
from orders.lines import LineInput, make_line
from orders.models import Instalment, Order, OrderLine
from orders.numbering import SERIES
from orders.reservations import refresh_reserved
from orders.statuses import EFFECTIVE
from orders.terms import make_instalments
from orders.totals import Amounts, order_amounts
from ordersys.demo.baskets import Flavour, header_for, lines_for
from ordersys.demo.bulk import Writer, check_at_once, indexes_afterwards, take_stock_of_tables
from ordersys.demo.clock import clock_at
from ordersys.demo.companies import Client, Relations
from ordersys.demo.past import Past, Scene, evening
from ordersys.demo.past_deliveries import deliver, promised_for
from ordersys.demo.past_payments import settle
from ordersys.demo.past_reviews import review
from ordersys.demo.season import busyness, spread
from ordersys.demo.stock import Ledger
from products.models import StockMove

#: Days ago: from where the history reaches, and from where on orders are stories as well.
OLDEST, RECENT = 365, 24
_FROM_FROZEN = 0.03
#: A frozen customer has not ordered for so many days.
_FROZEN_DAYS = 90
_BATCH = 1000
#: From so many orders on, indexes are made afterwards.
_MANY = 2000
_TABLES = (
    Order,
    OrderLine,
    Instalment,
    Receipt,
    ReceiptAllocation,
    Shipment,
    ShipmentLine,
    StockMove,
    Round,
    Decision,
    Event,
)
# Statuses are written after the rows.
_OVER_STATUSES = ("order_queue", "shipment_queue")


def load_history(count: int, recent: int, relations: Relations, scene: Scene) -> None:
    """Writes ``count`` orders of the last year, beside ``recent`` ones that are stories; in a transaction."""
    periods.share()
    check_at_once()
    clerk = _Clerk(scene)
    scene.number = clerk.next_number
    with indexes_afterwards(_TABLES if count > _MANY else (), but=_OVER_STATUSES), scene.writer:
        moments = _moments(count, recent, scene)
        for batch in chunks(moments, _BATCH):
            pasts = [_past(moment, relations, scene, clerk) for moment in batch]
            _write(pasts, scene.writer)
            clerk.note(pasts)
            clerk.ledger.book_until(batch[-1].date())
        clerk.finish()
    take_stock_of_tables()
    refresh_reserved(product.pk for product in scene.market.products)


def _moments(count: int, recent: int, scene: Scene) -> Iterator[datetime]:
    """When the orders came. Of the recent ones so many fewer as are stories."""
    first, lately_from = scene.today - timedelta(days=OLDEST), scene.today - timedelta(days=RECENT)
    days = scene.calendar.between(first, scene.today - timedelta(days=1))
    weights = {day: busyness(day) for day in days}
    lately = sum(weight for day, weight in weights.items() if day >= lately_from)
    expected = (count + recent) * lately / sum(weights.values())
    left = max(0.0, 1 - recent / expected) if expected else 0.0
    return spread({day: w * left if day >= lately_from else w for day, w in weights.items()}, count, scene.rng)


class _Clerk:
    """Keeps what is only known at the end: serials given, what became of whom since when, what left the stock."""

    def __init__(self, scene: Scene):
        self._serials: Counter[str] = Counter()
        self._fates: dict[tuple[date, type[Model], str], array] = defaultdict(lambda: array("q"))
        # By customer, the latest day on which one of its orders had fully arrived.
        self._arrived: dict[int, date] = {}
        self._writer = scene.writer
        self.ledger = Ledger(scene)

    def next_number(self, customer: Customer, moment: datetime) -> str:
        """As ``orders.numbering`` gives them, without asking for each."""
        series = f"{moment:%Y%m}{customer.short_name}"
        self._serials[series] += 1
        return f"{series}{self._serials[series]:03d}"

    def note(self, pasts: Iterable[Past]) -> None:
        """Remembers what the rows become, and lets go of months that are over."""
        month = ""
        for past in pasts:
            month = f"{past.moment:%Y%m}"
            if past.since:
                self._fates[past.since, Order, past.fate].append(past.order.pk)
            if arrived := past.order.signed_off_on:
                customer = past.client.customer.pk
                self._arrived[customer] = max(arrived, self._arrived.get(customer, arrived))
            for key, (state, since) in past.states.items():
                self._fates[since, Shipment, state].append(key)
        self._keep_series({series for series in self._serials if series[:6] < month})

    def _keep_series(self, over: Iterable[str]) -> None:
        rows = [Series(series=SERIES + text_key(one), value=self._serials.pop(one)) for one in sorted(over)]
        self._writer.write(rows)

    def finish(self) -> None:
        self._keep_series(list(self._serials))
        self.ledger.book_all()
        for (day, model, status), keys in sorted(self._fates.items(), key=lambda fate: fate[0][0]):
            with clock_at(evening(day)):
                born(rows_by_key(model, keys), status)
        table = connection.ops.quote_name(Customer._meta.db_table)
        with connection.cursor() as cursor:
            rows = [(day, customer) for customer, day in self._arrived.items()]
            cursor.executemany(f"UPDATE {table} SET last_cooperation_on = %s WHERE id = %s", rows)


def _past(moment: datetime, relations: Relations, scene: Scene, clerk: _Clerk) -> Past:
    past = _ordered(_who(moment, relations, scene), moment, scene)
    past.record(scene, "taken_over", moment)
    review(past, scene)
    if past.fate in EFFECTIVE:
        for day, product, quantity, note in deliver(past, scene):
            clerk.ledger.take(day, product, quantity, note)
    settle(past, scene)
    past.events.sort(key=lambda event: event.at)
    past.events[-1].facts = facts_of(past.order, status=past.fate)
    link_up(past.events)
    return past


def _who(moment: datetime, relations: Relations, scene: Scene) -> Client:
    """Mostly those who still order; the frozen ones did until a while ago."""
    long_ago = (scene.today - moment.date()).days > _FROZEN_DAYS
    if relations.frozen and long_ago and scene.rng.random() < _FROM_FROZEN:
        return scene.rng.choice(relations.frozen)
    return relations.pick(scene.rng)


def _ordered(client: Client, moment: datetime, scene: Scene) -> Past:
    """The order as it was drafted."""
    customer, rng, market = client.customer, scene.rng, scene.market
    order = Order(
        pk=scene.key(Order),
        **header_for(client, moment.date(), market, Flavour.PLAIN, rng),
        rep=customer.owner,
        team=customer.team,
        drafted_by=customer.owner,
        customer_name=customer.short_name,
        grade=customer.grade,
        created_at=moment,
    )
    make_findable(order, customer.search_key)
    given = lines_for(customer, market, Flavour.PLAIN, moment.date(), rng)
    lines = [_line(order, place, line, scene) for place, line in enumerate(given, start=1)]
    amounts = order_amounts(Amounts(line.net_amount, line.tax_amount) for line in lines)
    order.net_total, order.tax_total, order.gross_total = amounts.net, amounts.tax, amounts.gross
    order.promised_date = promised_for(order, lines, scene)
    parts = make_instalments(order, market.parts[order.payment_terms_id or 0], amounts.gross)
    for part in parts:
        part.pk = scene.key(Instalment)
    return Past(order, client, moment, lines, parts)


def _line(order: Order, place: int, given: LineInput, scene: Scene) -> OrderLine:
    line = make_line(order, place, given, scene.market.by_key[given.product_id or 0])
    line.pk = scene.key(OrderLine)
    return line


def _write(pasts: list[Past], writer: Writer) -> None:
    """Drafts with everything that belongs to them; what they became is written when all is there (``_Clerk``)."""
    writer.write([past.order for past in pasts])
    for rows in (
        (past.lines for past in pasts),
        (past.instalments for past in pasts),
        (past.receipts for past in pasts),
        (past.allocations for past in pasts),
        (past.shipments for past in pasts),
        (past.shipment_lines for past in pasts),
        (past.rounds for past in pasts),
        (past.decisions for past in pasts),
        (past.events for past in pasts),
    ):
        writer.write(list(chain.from_iterable(rows)))
