"""The rows of past orders in every table, made ready outside of any transaction and written in one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils import timezone

from approvals.history.columns import (
    GRADE,
    NAME,
    ORDERED,
    PRICE,
    PROMISED,
    QUANTITY,
    SIGNED,
    SPECIFICATION,
    TAX_RATE,
    TRACKING,
)
from approvals.history.existing import MARK
from approvals.history.past import Past
from approvals.history.plan import Plan, days_of
from core import periods
from core.bulk import Batch, reserve_keys
from core.imports.kinds import Overtaken, Row, Source
from core.locks import lock_rows
from core.models import Event
from core.money import ZERO, total
from core.workflow import born
from customers.models import Customer, PaymentTerms, Trigger
from fulfilment.models import Shipment, ShipmentLine
from fulfilment.statuses import Condition, ShipmentStatus
from orders.booking import book
from orders.lines import DEFAULT_TAX_RATE, LineInput, make_line
from orders.models import Instalment, Order, OrderLine, Receipt, ReceiptAllocation
from orders.receipts import payment_status_of
from orders.reservations import refresh_reserved
from orders.statuses import DeliveryStatus, Status
from orders.terms import make_instalments
from orders.totals import Amounts, order_amounts

_AT_ONCE = 5_000  # orders whose status is written by one statement
_CUSTOMERS_AT_ONCE = 500
_LONGEST_PAYER = Receipt._meta.get_field("payer").max_length or 0
_LONGEST_NOTE = Receipt._meta.get_field("note").max_length or 0


@dataclass
class Birth:
    """Everything that a plan brings, ready to be written: what orders rest on, then their own tables."""

    foundations: list[Batch]
    batches: list[Batch]
    # Final state → the records that are born in it.
    orders: dict[str, list[Order]]
    shipments: dict[str, list[Shipment]]
    # Products of which a released order wants some that has not left yet.
    reserved: set[int | None]
    # Customer → the latest day on which one of its completed orders had arrived.
    cooperation: dict[int, date]
    days: set[date]
    # Customer → its representative and team, which its orders take over.
    owners: dict[int, tuple[int | None, int | None]]


@dataclass
class _Rows:
    """The rows of every table while they are being made, in the order in which they point at each other."""

    orders: list[Order] = field(default_factory=list)
    lines: list[OrderLine] = field(default_factory=list)
    instalments: list[Instalment] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    allocations: list[ReceiptAllocation] = field(default_factory=list)
    shipments: list[Shipment] = field(default_factory=list)
    shipment_lines: list[ShipmentLine] = field(default_factory=list)

    def tables(self) -> list[list]:
        return [getattr(self, each.name) for each in fields(self)]


# ---- ready -----------------------------------------------------------------------------------------------------------


def get_ready(plan: Plan, source: Source) -> Birth:
    """Makes every row with its key; takes its time, writes nothing."""
    foundations = _foundations(plan)
    rows = _Rows()
    for past in plan.pasts:
        _add(past, plan, rows, source)
    for table in rows.tables():
        _give_keys(table)
    events = [*_marks(plan.pasts, rows.orders, source), *_marks_of_shipments(rows.shipments, source)]
    _give_keys(events)
    statuses = [past.status for past in plan.pasts]
    return Birth(
        foundations=foundations,
        batches=[Batch(table) for table in (*rows.tables(), events)],
        orders=_by_state(rows.orders, statuses),
        shipments=_by_state(
            rows.shipments,
            [ShipmentStatus.SIGNED_OFF if s.signed_on else ShipmentStatus.SHIPPED for s in rows.shipments],
        ),
        reserved=_reserved(rows),
        cooperation=_cooperation(plan),
        days={day for past in plan.pasts for day in days_of(past)},
        owners={c.pk: (c.owner_id, c.team_id) for c in map(plan.customer_of, plan.pasts)},
    )


def _foundations(plan: Plan) -> list[Batch]:
    """What is new in the file and must be there first: categories, products, payment terms."""
    terms = plan.book.new()
    parts = [part for each in terms for part in plan.book.parts_of(each)]
    tables: list[list] = [
        list(plan.catalogue.new_categories.values()),
        list(plan.catalogue.added.values()),
        terms,
        parts,
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


def _by_state(records: list, states: Iterable) -> dict[str, list]:
    found: dict[str, list] = defaultdict(list)
    for record, state in zip(records, states, strict=True):
        found[state].append(record)
    return found


def _reserved(rows: _Rows) -> set[int | None]:
    released = {order.pk for order in rows.orders if order.released_at}
    return {line.product_id for line in rows.lines if line.order_id in released and line.to_ship}


def _cooperation(plan: Plan) -> dict[int, date]:
    latest: dict[int, date] = {}
    for past in plan.pasts:
        if past.status == Status.COMPLETED:
            customer = plan.customer_of(past).pk
            latest[customer] = max(past[SIGNED], latest.get(customer, past[SIGNED]))
    return latest


# ---- one order -------------------------------------------------------------------------------------------------------


def _add(past: Past, plan: Plan, rows: _Rows, source: Source) -> None:
    """The rows of one order: itself, lines, instalments, and what was delivered and paid."""
    customer = plan.customer_of(past)
    order = _order(past, customer, plan.terms[past.number], source)
    lines = [_line(order, n, row, plan) for n, row in enumerate(past.rows, start=1)]
    amounts = order_amounts(Amounts(line.net_amount, line.tax_amount) for line in lines)
    order.net_total, order.tax_total, order.gross_total = amounts.net, amounts.tax, amounts.gross
    instalments = _instalments(past, order, plan)
    rows.orders.append(order)
    rows.lines += lines
    rows.instalments += instalments
    if past.is_effective:
        # Nobody decided it here: the order date is the best that is known of its approval.
        moment = timezone.make_aware(datetime.combine(past[ORDERED], time()))
        book(order, approved_at=moment, grade=order.grade, booked_on=past[ORDERED])
        order.released_at = moment
        for line in lines:
            line.first_promised_date = order.first_promised_date
        _deliver(past, order, lines, rows)
    if past.status == Status.COMPLETED:
        _settle(past, order, instalments, rows, source)
    order.payment_status = payment_status_of(order.received_total, order.gross_total)


def _order(past: Past, customer: Customer, terms: PaymentTerms | None, source: Source) -> Order:
    submitted = timezone.make_aware(datetime.combine(past[ORDERED], time()))
    return Order(
        number=past.number,
        customer=customer,
        customer_name=customer.short_name,
        grade=past[GRADE] or customer.grade,
        search_key=f"{past.number} {customer.search_key}".lower(),
        rep=customer.owner,
        team=customer.team,
        drafted_by=source.by,
        order_date=past[ORDERED],
        promised_date=past[PROMISED],
        payment_terms=terms,
        remarks=past.remarks,
        submitted_at=submitted,
    )


def _line(order: Order, position: int, row: Row, plan: Plan) -> OrderLine:
    product = plan.catalogue.product_of(row)
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
    line.list_price = None  # what the catalogue said then is not known
    return line


def _instalments(past: Past, order: Order, plan: Plan) -> list[Instalment]:
    terms = plan.terms[past.number]
    if terms is None:
        return []
    found = make_instalments(order, plan.book.parts_of(terms), order.gross_total)
    happened = _happened(past)
    for part in found:
        if day := happened.get(part.trigger):
            part.due_date = day + timedelta(days=part.days)
    return found


def _happened(past: Past) -> dict[str, date | None]:
    """When what makes instalments due happened; nothing does for a cancelled order."""
    if not past.is_effective:
        return {}
    completed = past[SIGNED] if past.status == Status.COMPLETED else None
    return {
        Trigger.PREPAYMENT: past[ORDERED],
        Trigger.BEFORE_PRODUCTION: past[ORDERED],
        Trigger.BEFORE_SHIPMENT: past.shipped_on,
        Trigger.ARRIVAL: past[SIGNED],
        Trigger.ACCEPTANCE: completed,
    }


def _deliver(past: Past, order: Order, lines: list[OrderLine], rows: _Rows) -> None:
    """What left and what was signed for, all of it at once: a spreadsheet knows no parts."""
    order.delivery_status = DeliveryStatus.PREPARING
    if past.shipped_on is None:
        return
    order.delivery_status = DeliveryStatus.SIGNED if past[SIGNED] else DeliveryStatus.SHIPPED
    order.signed_off_on = past[SIGNED]
    shipment = Shipment(
        order=order,
        customer=order.customer,
        sequence=1,
        rep=order.rep,
        team=order.team,
        imported=True,
        method=order.delivery_method,
        tracking_number=past[TRACKING] or "",
        shipped_on=past.shipped_on,
        expected_on=None if past[SIGNED] else max(past[PROMISED], past.shipped_on),
        signed_on=past[SIGNED],
    )
    rows.shipments.append(shipment)
    for line in lines:
        quantity = line.shipped_quantity = line.quantity or Decimal(0)
        part = ShipmentLine(shipment=shipment, order_line=line, quantity=quantity)
        if past[SIGNED]:
            line.signed_quantity, line.signed_off_on = quantity, past[SIGNED]
            part.received_quantity, part.condition = quantity, Condition.GOOD
        rows.shipment_lines.append(part)


def _settle(past: Past, order: Order, instalments: list[Instalment], rows: _Rows, source: Source) -> None:
    """A completed order counts as paid; the entry that says so is replaced by real receipts (orders.receipts)."""
    parts = [part for part in instalments if part.amount > ZERO]
    if not parts:
        return
    receipt = Receipt(
        customer=order.customer,
        received_on=past[SIGNED],
        amount=total(part.amount for part in parts),
        method=Receipt.Method.IMPORT,
        payer=order.customer.name[:_LONGEST_PAYER],
        note=source.name[:_LONGEST_NOTE],
        recorded_by=source.by,
    )
    rows.receipts.append(receipt)
    rows.allocations += [ReceiptAllocation(receipt=receipt, instalment=part, amount=part.amount) for part in parts]
    order.received_total = receipt.amount


# ---- history ---------------------------------------------------------------------------------------------------------


def _marks(pasts: list[Past], orders: list[Order], source: Source) -> list[Event]:
    """The mark that stands for reviews and proof that nobody gave here; it keeps what the file said."""
    data = [{**_origin(source), "row": past.first.number, "content": past.fingerprint()} for past in pasts]
    return [_event(order, each, source) for order, each in zip(orders, data, strict=True)]


def _marks_of_shipments(shipments: list[Shipment], source: Source) -> list[Event]:
    return [_event(shipment, _origin(source), source, "imported_with_order") for shipment in shipments]


def _origin(source: Source) -> dict:
    return {"file": source.name}


def _event(subject: Order | Shipment, data: dict, source: Source, verb: str = MARK) -> Event:
    kind = ContentType.objects.get_for_model(subject)
    return Event(subject_type=kind, subject_id=subject.pk, actor=source.by, verb=verb, data=data)


# ---- written ---------------------------------------------------------------------------------------------------------


def write(birth: Birth, source: Source) -> None:
    """Writes everything, drafts first, then their final states; call it in a transaction.

    Raises Overtaken when a month was closed or a customer given away meanwhile, IntegrityError when somebody took a
    number or a name.
    """
    periods.share()
    if periods.closed_among(birth.days):
        raise Overtaken
    _hold_customers(birth.owners)
    for customer, day in sorted(birth.cooperation.items()):
        earlier = Q(last_cooperation_on__isnull=True) | Q(last_cooperation_on__lt=day)
        Customer.objects.filter(earlier, pk=customer).update(last_cooperation_on=day)
    for batch in (*birth.foundations, *birth.batches):
        batch.write()
    for states in (birth.orders, birth.shipments):
        for status, records in states.items():
            left = iter(records)
            while chunk := list(islice(left, _AT_ONCE)):
                born(chunk, status)
    refresh_reserved(birth.reserved)


def _hold_customers(owners: dict[int, tuple[int | None, int | None]]) -> None:
    """Lets nobody give the customers away until the orders are there for whom they go to."""
    left = iter(sorted(owners))
    while chunk := list(islice(left, _CUSTOMERS_AT_ONCE)):
        for customer in lock_rows(Customer.objects.filter(pk__in=chunk)):
            if (customer.owner_id, customer.team_id) != owners[customer.pk]:
                raise Overtaken
