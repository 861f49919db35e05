"""Receipts from a spreadsheet or a bank's list: known by their bank reference, for an order or for a customer."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop

from billing.customer_facts import refresh_customer
from billing.entries import insert
from billing.import_entries import enter_in_place_of_import, settled_by_import
from billing.models import Receipt
from billing.rights import may_record_receipts
from core import periods
from core.chunks import chunks
from core.events import record
from core.imports.kinds import Column, ImportKind, Overtaken, Row, Source, Task, register_import
from core.imports.looks import like_code, like_day, like_words
from core.imports.values import choice, code, day, figure, text
from core.locks import lock_rows
from core.text_key import text_key
from customers.former_names import merged_files
from customers.models import Customer
from orders.models import Order
from orders.statuses import Status

ORDER, CUSTOMER, RECEIVED, AMOUNT = "订单编号", "客户编号", "收款日期", "金额"
METHOD, REFERENCE, PAYER = "方式", "流水号", "付款方"
_LARGEST = Decimal("999999999999.99")
METHODS = {
    "银行转账": Receipt.Method.TRANSFER,
    "转账": Receipt.Method.TRANSFER,
    "电汇": Receipt.Method.TRANSFER,
    "网银": Receipt.Method.TRANSFER,
    "承兑汇票": Receipt.Method.ACCEPTANCE_BILL,
    "承兑": Receipt.Method.ACCEPTANCE_BILL,
    "现金": Receipt.Method.CASH,
    "其他": Receipt.Method.OTHER,
}

COLUMNS = (
    Column(
        ORDER,
        code(60),
        width=24,
        hint=gettext_lazy("empty: to the customer's balance"),
        also=("订单号", "单号"),
        looks=like_code,
    ),
    Column(
        CUSTOMER,
        code(20),
        width=12,
        example="K0001",
        hint=gettext_lazy("needed where no order is named"),
        also=("客户代码", "客户编码"),
        looks=like_code,
    ),
    Column(RECEIVED, day, True, 12, date(2026, 3, 2), also=("到账日期", "交易日期", "日期"), looks=like_day),
    Column(AMOUNT, figure(places=2, largest=_LARGEST, zero=False), True, 14, 50_000, also=("收款金额", "到账金额")),
    Column(METHOD, choice(METHODS), width=10, example="银行转账", also=("收款方式",)),
    Column(
        REFERENCE, text(60), True, 22, "HX20260302001", also=("银行流水号", "交易流水号", "凭证号"), looks=like_code
    ),
    Column(
        PAYER, text(120), width=30, example="云汀海雅装备制造有限公司", also=("付款人", "对方户名"), looks=like_words
    ),
)


@dataclass(frozen=True)
class Meant:
    """One receipt to be entered: its row, its customer, and its order, if it names one."""

    row: Row
    customer: int
    order: int | None

    def receipt(self, source: Source) -> Receipt:
        row = self.row
        return Receipt(
            customer_id=self.customer,
            received_on=row[RECEIVED],
            amount=row[AMOUNT],
            method=row[METHOD] or Receipt.Method.TRANSFER,
            bank_reference=row[REFERENCE],
            payer=row[PAYER] or "",
            recorded_by=source.by,
        )


# ---- plan ------------------------------------------------------------------------------------------------------------


def make_plan(task: Task) -> list[Meant]:
    """The receipts that are not here yet; those that are, and say the same, are left out."""
    rows = [row for row in task.rows if all(row[name] is not None for name in (RECEIVED, AMOUNT, REFERENCE))]
    reader = _Reader(task, rows)
    meant = [found for row in rows if (found := reader.read(row))]
    task.counts.update(created=len(meant), unchanged=reader.known_already)
    return meant


class _Reader:
    """Reads rows against what is here already, looked up for all of them at once."""

    def __init__(self, task: Task, rows: list[Row]):
        self.task = task
        numbers = {text_key(row[ORDER]) for row in rows if row[ORDER]}
        customers = {text_key(row[CUSTOMER]) for row in rows if row[CUSTOMER]}
        references = {text_key(row[REFERENCE]) for row in rows}
        self.orders = _by_key(task.visible(Order.objects), "number_key", numbers)
        seen = task.visible(Customer.objects).filter(merged_into=None)
        self.customers = merged_files(seen, customers) | _by_key(seen, "number_key", customers)
        self.recorded = _by_key(Receipt.objects.filter(is_reversed=False), "reference_key", references)
        self.closed = set(periods.closed_among({row[RECEIVED] for row in rows}))
        self.free: dict[int, Decimal] = {}
        self.rows: dict[str, Row] = {}
        self.known_already = 0

    def read(self, row: Row) -> Meant | None:
        if row.misread:
            return None
        order, customer = self._whose(row)
        if customer is None or self._known(row, customer) or not self._day(row):
            return None
        if order is not None and not self._fits(row, order):
            return None
        return Meant(row, customer, order.pk if order else None)

    def _whose(self, row: Row) -> tuple[Order | None, int | None]:
        """The order and the customer of a row; no customer when something is wrong with them."""
        order, customer = self.orders.get(text_key(row[ORDER] or "")), self.customers.get(text_key(row[CUSTOMER] or ""))
        if row[ORDER] and order is None:
            return self._wrong(row, ORDER, gettext_noop("There is no such order."))
        if row[CUSTOMER] and customer is None:
            return self._wrong(row, CUSTOMER, gettext_noop("There is no such customer. Import the customers first."))
        if order is None and customer is None:
            return self._wrong(row, CUSTOMER, gettext_noop("Write the order, or whose balance it becomes."))
        if order and customer and order.customer_id != customer.pk:
            return self._wrong(row, CUSTOMER, gettext_noop("The order is of another customer."))
        if order and (order.status == Status.CANCELLED or order.number is None):
            return self._wrong(row, ORDER, gettext_noop("No money can be recorded for this order."))
        return order, order.customer_id if order else customer and customer.pk

    def _wrong(self, row: Row, column: str, sentence: str) -> tuple[None, None]:
        self.task.problems.add(row.number, column, sentence, row[column])
        return None, None

    def _known(self, row: Row, customer: int) -> bool:
        """Whether it is here already, or stands in the file before; what says something else is a problem."""
        key = text_key(row[REFERENCE])
        if first := self.rows.get(key):
            if any(first[name] != row[name] for name in (ORDER, CUSTOMER, RECEIVED, AMOUNT)):
                sentence = gettext_noop("Row %(row)s has this bank reference, too, with other content.")
                self.task.problems.add(row.number, REFERENCE, sentence, row[REFERENCE], row=first.number)
            return True
        self.rows[key] = row
        here = self.recorded.get(key)
        if here is None:
            return False
        if (here.customer_id, here.received_on, here.amount) != (customer, row[RECEIVED], row[AMOUNT]):
            sentence = gettext_noop("This bank reference is recorded already, with another day, amount or customer.")
            self.task.problems.add(row.number, REFERENCE, sentence, row[REFERENCE])
        else:
            self.known_already += 1
        return True

    def _day(self, row: Row) -> bool:
        received = row[RECEIVED]
        if received > timezone.localdate():
            self.task.problems.add(row.number, RECEIVED, gettext_noop("This day has not come yet."), received)
            return False
        if received.replace(day=1) in self.closed:
            sentence = gettext_noop("%(month)s is closed: nothing more is booked in it.")
            self.task.problems.add(row.number, RECEIVED, sentence, received, month=f"{received:%Y-%m}")
            return False
        return True

    def _fits(self, row: Row, order: Order) -> bool:
        """Whether the order still needs that much, after the rows before."""
        free = self.free.setdefault(order.pk, order.unpaid_total + settled_by_import(order))
        if row[AMOUNT] > free:
            sentence = gettext_noop(
                "Only ¥%(unpaid)s of this order is unpaid. Give the rest a row of its own without an order."
            )
            self.task.problems.add(row.number, AMOUNT, sentence, row[AMOUNT], unpaid=f"{free:,.2f}")
            return False
        self.free[order.pk] = free - row[AMOUNT]
        return True


def _by_key(rows, field: str, keys: Iterable[str]) -> dict[str, Any]:
    """The rows that have one of the keys, by it, a few hundred to a query."""
    found: dict[str, Any] = {}
    for some in chunks(sorted(keys)):
        found |= {getattr(each, field): each for each in rows.filter(**{f"{field}__in": some})}
    return found


# ---- writing ---------------------------------------------------------------------------------------------------------


def write(meant: list[Meant], source: Source) -> None:
    """Enters the receipts, customer by customer under their locks. Raises Overtaken when one cannot be any more."""
    periods.share()
    if periods.closed_among({each.row[RECEIVED] for each in meant}):
        raise Overtaken
    by_customer: dict[int, list[Meant]] = defaultdict(list)
    for each in meant:
        by_customer[each.customer].append(each)
    lock_rows(Customer.objects.filter(pk__in=by_customer))
    orders = {order.pk: order for order in lock_rows(Order.objects.filter(pk__in=[each.order for each in meant]))}
    customers = Customer.objects.in_bulk(list(by_customer))
    for customer, receipts in sorted(by_customer.items()):
        for each in receipts:
            _enter(each, customers[customer], orders.get(each.order or 0), source)
        refresh_customer(customer)


def _enter(meant: Meant, customer: Customer, order: Order | None, source: Source) -> None:
    receipt = meant.receipt(source)
    told: dict[str, Any] = {"amount": f"{receipt.amount:,.2f}", "bank_reference": receipt.bank_reference}
    told |= {"file": source.name, "row": meant.row.number}
    try:
        if order is None:
            insert(receipt)
            record(customer, "balance_received", by=source.by, receipt=receipt.pk, **told)
            return
        if order.status == Status.CANCELLED or receipt.amount > order.unpaid_total + settled_by_import(order):
            raise Overtaken
        enter_in_place_of_import(receipt, order, by=source.by)
    except ValidationError as refused:
        raise Overtaken from refused
    record(order, "receipt_recorded", by=source.by, receipt=receipt.pk, **told)


RECEIPTS = register_import(
    ImportKind(
        key="receipts",
        label=gettext_lazy("Receipts"),
        columns=COLUMNS,
        plan=make_plan,
        write=write,
        allows=may_record_receipts,
        list_url="billing:receipt-list",
        place=5,
        icon="cash",
        hint=gettext_lazy(
            "A receipt is known by its bank reference; the same file twice creates nothing. With an order it pays its "
            "instalments, what is due first; without one it is the customer's balance."
        ),
    )
)
