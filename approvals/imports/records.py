"""The rows of past orders in every table, made ready outside of any transaction and written in one.

They are made a few hundred orders at a time and wait in files (``core.bulk.Batch``), so that memory does not grow with
their number.
"""

from array import array
from collections import defaultdict
from dataclasses import dataclass, field, fields
from datetime import date
from itertools import count
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q

from approvals.imports.columns import (
    GRADE,
    NAME,
    ORDERED,
    PRICE,
    PROMISED,
    QUANTITY,
    SPECIFICATION,
    TAX_RATE,
)
from approvals.imports.existing import MARK
from approvals.imports.past_order import Delivery, PastOrder
from approvals.imports.plan import Plan, days_of
from billing.customer_facts import refresh_customers
from billing.models import Receipt, ReceiptAllocation
from core import periods
from core.bulk import Batch, keys_of, new_row, reserve_keys, rows_by_key
from core.chain import link_up
from core.chunks import chunks
from core.deadlines import start_of
from core.facts import facts_of
from core.imports.kinds import Overtaken, Row, Source
from core.locks import lock_rows
from core.models import Event
from core.money import ZERO, total
from core.workflow import born
from customers.models import Customer, Trigger
from fulfilment.models import Shipment, ShipmentLine
from fulfilment.past_shipments import carry, count_deliveries, past_shipment
from fulfilment.statuses import ShipmentStatus
from orders.booking import book
from orders.findable import make_findable
from orders.instalments import due_on, payment_status_of
from orders.lines import DEFAULT_TAX_RATE, LineInput, make_line
from orders.models import Instalment, Order, OrderLine
from orders.reservations import refresh_reserved
from orders.statuses import Status
from orders.terms import make_instalments
from orders.totals import Amounts, order_amounts
from products.models import Product

_AT_ONCE = 5_000  # orders whose status is written by one statement
_LONGEST_PAYER = Receipt._meta.get_field("payer").max_length or 0
_LONGEST_NOTE = Receipt._meta.get_field("note").max_length or 0


class _Keys:
    """Keys of every table, reserved a thousand at a time."""

    def __init__(self) -> None:
        self._left: dict[type[Model], Any] = {}

    def __call__(self, model: type[Model]) -> int:
        return next(self._left.setdefault(model, keys_of(model)))


@dataclass
class OrderRows:
    """The rows of some orders, in the order in which the tables point at each other."""

    orders: list[Order] = field(default_factory=list)
    lines: list[OrderLine] = field(default_factory=list)
    instalments: list[Instalment] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    allocations: list[ReceiptAllocation] = field(default_factory=list)
    shipments: list[Shipment] = field(default_factory=list)
    shipment_lines: list[ShipmentLine] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def tables(self) -> list[list]:
        return [getattr(self, each.name) for each in fields(self)]


@dataclass
class ReadyOrders:
    """Everything that a plan brings, ready to be written: what orders rest on, then their own tables."""

    foundations: list[Batch]
    tables: list[Batch] = field(default_factory=lambda: [Batch() for _each in fields(OrderRows)])
    # Final status → keys of the records that get it once they are there.
    orders: dict[str, array] = field(default_factory=lambda: defaultdict(lambda: array("q")))
    shipments: dict[str, array] = field(default_factory=lambda: defaultdict(lambda: array("q")))
    # Products of which a released order wants some that has not left yet.
    reserved: set[int | None] = field(default_factory=set)
    # Customer → the latest day on which one of its completed orders had arrived.
    last_arrivals: dict[int, date] = field(default_factory=dict)
    days: set[date] = field(default_factory=set)
    # Customer → its representative and team, which its orders take over.
    owners: dict[int, tuple[int | None, int | None]] = field(default_factory=dict)


# ---- ready -----------------------------------------------------------------------------------------------------------


def get_ready(plan: Plan, source: Source) -> ReadyOrders:
    """Makes every row with its key; takes its time, writes nothing."""
    ready, maker = ReadyOrders(_foundations(plan)), _Maker(plan, source)
    for some in chunks(plan.orders):
        rows = maker.rows_of(some)
        for batch, table in zip(ready.tables, rows.tables(), strict=True):
            batch.add(table)
        _note(ready, plan, some, rows)
    return ready


def _foundations(plan: Plan) -> list[Batch]:
    """What is new in the file and must be there first: categories, products, payment terms."""
    terms = plan.terms_book.new()
    tables: list[list] = [
        list(plan.catalogue.new_categories.values()),
        list(plan.catalogue.added.values()),
        terms,
        [part for each in terms for part in plan.terms_book.parts_of(each)],
    ]
    for table in tables:
        _give_keys(table)
    return [Batch(table) for table in tables]


def _give_keys(rows: list) -> None:
    """Gives rows their keys, and lets them know those of the rows that they point at."""
    if not rows:
        return
    for row, key in zip(rows, reserve_keys(type(rows[0]), len(rows)), strict=True):
        row.pk = key
    for relation in [f for f in rows[0]._meta.concrete_fields if f.is_relation]:
        for row in rows:
            if (related := row._state.fields_cache.get(relation.name)) is not None:
                setattr(row, relation.attname, related.pk)


def _note(ready: ReadyOrders, plan: Plan, pasts: list[PastOrder], rows: OrderRows) -> None:
    """Remembers of the rows what is written after them, or compared before."""
    for past, order in zip(pasts, rows.orders, strict=True):
        ready.orders[str(past.status)].append(order.pk)
        ready.days.update(days_of(past))
        ready.owners[order.customer_id] = order.rep_id, order.team_id
        if past.status == Status.COMPLETED and (day := order.signed_off_on):
            ready.last_arrivals[order.customer_id] = max(day, ready.last_arrivals.get(order.customer_id, day))
    for shipment in rows.shipments:
        status = ShipmentStatus.SIGNED_OFF if shipment.signed_on else ShipmentStatus.SHIPPED
        ready.shipments[status].append(shipment.pk)
    released = {order.pk for order in rows.orders if order.released_at}
    ready.reserved |= {line.product_id for line in rows.lines if line.order_id in released and line.to_ship}


# ---- one order -------------------------------------------------------------------------------------------------------


class _Maker:
    """Makes the rows of orders, knowing whose they are and what they are about."""

    def __init__(self, plan: Plan, source: Source):
        self.plan, self.source, self.key = plan, source, _Keys()
        kinds = ContentType.objects.get_for_models(Order, Shipment)
        self.order_kind, self.shipment_kind = kinds[Order], kinds[Shipment]
        self.customers: dict[int, Customer] = {}
        self.products: dict[int, Product] = {}

    def rows_of(self, pasts: list[PastOrder]) -> OrderRows:
        """The rows of some orders, with their keys."""
        plan, rows = self.plan, OrderRows()
        customers = Customer.objects.select_related("owner", "team")
        self.customers = customers.in_bulk({plan.customer_of(past) for past in pasts})
        known = {plan.catalogue.known.get(plan.catalogue.key_of(row)) for past in pasts for row in past.rows}
        self.products = Product.objects.in_bulk(known - {None})
        for past in pasts:
            self._add(past, rows)
        return rows

    def _add(self, past: PastOrder, rows: OrderRows) -> None:
        """The rows of one order: itself, lines, instalments, and what was delivered and paid."""
        order = self._order(past)
        lines = [self._line(order, n, row) for n, row in enumerate(past.rows, start=1)]
        amounts = order_amounts(Amounts(line.net_amount, line.tax_amount) for line in lines)
        order.net_total, order.tax_total, order.gross_total = amounts.net, amounts.tax, amounts.gross
        if past.is_effective:
            # Nobody decided it here: the order date is the best that is known of its approval.
            moment = start_of(past[ORDERED])
            book(order, approved_at=moment, grade=order.grade, booked_on=past[ORDERED])
            order.released_at = moment
            for line in lines:
                line.first_promised_date = order.first_promised_date
            self._deliver(past, order, lines, rows)
        instalments = self._instalments(past, order)
        if past.status == Status.COMPLETED:
            self._settle(order, instalments, rows)
        order.payment_status = payment_status_of(order.received_total, order.gross_total)
        rows.orders.append(order)
        rows.lines += lines
        rows.instalments += instalments
        # The mark stands for reviews and proof that nobody gave here; it keeps what the file said.
        data = {"file": self.source.name, "row": past.first.number, "content": past.fingerprint()}
        rows.events.append(self._event(self.order_kind.pk, order, MARK, data, str(past.status)))

    def _order(self, past: PastOrder) -> Order:
        customer = self.customers[self.plan.customer_of(past)]
        order = new_row(
            Order,
            id=self.key(Order),
            number=past.number,
            customer_id=customer.pk,
            customer_name=customer.short_name,
            grade=past[GRADE] or customer.grade,
            rep_id=customer.owner_id,
            team_id=customer.team_id,
            drafted_by_id=self.source.by and self.source.by.pk,
            order_date=past[ORDERED],
            promised_date=past[PROMISED],
            payment_terms_id=(terms := self.plan.terms[past.number]) and terms.pk,
            remarks=past.remarks,
            submitted_at=start_of(past[ORDERED]),
        )
        order.customer, order.rep, order.team = customer, customer.owner, customer.team
        make_findable(order, customer.search_key)
        return order

    def _line(self, order: Order, position: int, row: Row) -> OrderLine:
        catalogue = self.plan.catalogue
        key = catalogue.key_of(row)
        product = catalogue.added.get(key) or self.products.get(catalogue.known.get(key, 0))
        rate = row[TAX_RATE] if row[TAX_RATE] is not None else product.tax_rate if product else DEFAULT_TAX_RATE
        given = LineInput(
            name=row[NAME],
            specification=row[SPECIFICATION] or "",
            unit=product.unit if product else "",
            quantity=row[QUANTITY],
            unit_price=row[PRICE],
            tax_rate=rate,
        )
        line = make_line(order, position, given, product)
        line.pk, line.list_price = self.key(OrderLine), None  # what the catalogue said then is not known
        return line

    def _instalments(self, past: PastOrder, order: Order) -> list[Instalment]:
        terms = self.plan.terms[past.number]
        if terms is None:
            return []
        found = make_instalments(order, self.plan.terms_book.parts_of(terms), order.gross_total)
        happened: dict[str, date | None] = {}
        if past.is_effective:  # nothing makes a cancelled order's instalments due
            deliveries = list(past.deliveries())
            happened = {
                Trigger.PREPAYMENT: past[ORDERED],
                Trigger.BEFORE_PRODUCTION: past[ORDERED],
                Trigger.BEFORE_SHIPMENT: deliveries[0].shipped_on if deliveries else None,
                Trigger.ARRIVAL: order.signed_off_on,
                Trigger.ACCEPTANCE: order.signed_off_on if past.status == Status.COMPLETED else None,
            }
        for part in found:
            part.pk = self.key(Instalment)
            if day := happened.get(part.trigger):
                part.due_date = due_on(part, day)
        return found

    def _deliver(self, past: PastOrder, order: Order, lines: list[OrderLine], rows: OrderRows) -> None:
        """What left and what was signed for, in as many shipments as the rows tell apart."""
        by_row = {row.number: line for row, line in zip(past.rows, lines, strict=True)}
        for sequence, (delivery, carried) in zip(count(1), past.deliveries().items(), strict=False):
            shipment = self._shipment(order, sequence, delivery)
            rows.shipments.append(shipment)
            for row in carried:
                line = by_row[row.number]
                rows.shipment_lines.append(carry(shipment, line, line.quantity or ZERO))
            data = {"file": self.source.name}
            status = ShipmentStatus.SIGNED_OFF if shipment.signed_on else ShipmentStatus.SHIPPED
            rows.events.append(self._event(self.shipment_kind.pk, shipment, "imported_with_order", data, status))
        count_deliveries(order, lines)

    def _shipment(self, order: Order, sequence: int, delivery: Delivery) -> Shipment:
        expected = None if delivery.signed_on else max(order.promised_date or delivery.shipped_on, delivery.shipped_on)
        return past_shipment(
            order,
            key=self.key(Shipment),
            sequence=sequence,
            tracking_number=delivery.tracking_number,
            shipped_on=delivery.shipped_on,
            expected_on=expected,
            signed_on=delivery.signed_on,
        )

    def _settle(self, order: Order, instalments: list[Instalment], rows: OrderRows) -> None:
        """A completed order counts as paid; the entry that says so is replaced by real receipts."""
        parts = [part for part in instalments if part.amount > ZERO]
        if not parts:
            return
        receipt = new_row(
            Receipt,
            id=self.key(Receipt),
            customer_id=order.customer_id,
            received_on=order.signed_off_on,
            amount=total(part.amount for part in parts),
            method=Receipt.Method.IMPORT,
            payer=order.customer.name[:_LONGEST_PAYER],
            note=self.source.name[:_LONGEST_NOTE],
            recorded_by_id=self.source.by and self.source.by.pk,
        )
        rows.receipts.append(receipt)
        for part in parts:
            part.received = part.amount
        rows.allocations += [
            new_row(
                ReceiptAllocation,
                id=self.key(ReceiptAllocation),
                receipt_id=receipt.pk,
                instalment_id=part.pk,
                amount=part.amount,
            )
            for part in parts
        ]
        order.received_total = receipt.amount

    def _event(self, kind: int, subject: Model, verb: str, data: dict, status: str) -> Event:
        """The first one of its history; ``status`` is what the record will be."""
        by, facts = self.source.by and self.source.by.pk, facts_of(subject, status=status)
        known = {"subject_type_id": kind, "subject_id": subject.pk, "actor_id": by}
        event = new_row(Event, **known, verb=verb, data=data, facts=facts)
        link_up([event])
        return event


# ---- written ---------------------------------------------------------------------------------------------------------


def write(ready: ReadyOrders, source: Source) -> None:
    """Writes everything, drafts first, then their final statuses; call it in a transaction.

    Raises Overtaken when a month was closed or a customer given away meanwhile, IntegrityError when somebody took a
    number or a name.
    """
    periods.share()
    if periods.closed_among(ready.days):
        raise Overtaken
    _hold_customers(ready.owners)
    for customer, day in sorted(ready.last_arrivals.items()):
        earlier = Q(last_cooperation_on__isnull=True) | Q(last_cooperation_on__lt=day)
        Customer.objects.filter(earlier, pk=customer).update(last_cooperation_on=day)
    for batch in (*ready.foundations, *ready.tables):
        batch.write()
    for model, statuses in ((Order, ready.orders), (Shipment, ready.shipments)):
        for status, keys in statuses.items():
            for some in chunks(keys, _AT_ONCE):
                born(rows_by_key(model, some), status)
    refresh_reserved(ready.reserved)
    refresh_customers(ready.owners)


def _hold_customers(owners: dict[int, tuple[int | None, int | None]]) -> None:
    """Lets nobody give the customers away until the orders are there for whom they go to."""
    for some in chunks(sorted(owners)):
        for customer in lock_rows(Customer.objects.filter(pk__in=some)):
            if customer.merged_into_id or (customer.owner_id, customer.team_id) != owners[customer.pk]:
                raise Overtaken
