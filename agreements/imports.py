"""Price agreements from a spreadsheet: known by customer, product and first day; a known one stands as it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy, gettext_noop

from agreements.models import FOREVER, PriceAgreement
from agreements.rights import may_agree
from core.chunks import chunks
from core.events import record_all
from core.imports.kinds import Column, ImportKind, Overtaken, Row, Source, Task, register_import
from core.imports.looks import like_code, like_day, like_words
from core.imports.values import code, day, figure, text
from core.locks import lock_rows
from core.templatetags.ui import price
from core.text_key import text_key
from customers.former_names import customers_meant
from customers.models import Customer
from products.imports.catalogue import find_products

_BATCH = 500
CUSTOMER, PRODUCT, PRICE, FROM, TO, NOTE = "客户编号", "商品编号", "协议价", "生效日期", "失效日期", "备注"

COLUMNS = (
    Column(
        CUSTOMER,
        code(120),
        True,
        12,
        "K0001",
        gettext_lazy("number or name of a customer who is here already"),
        also=("客户代码", "客户编码", "客户号", "客户名称", "客户"),
        looks=like_words,
    ),
    Column(
        PRODUCT,
        code(40),
        True,
        14,
        "KX-200",
        gettext_lazy("number of a product that is here already"),
        also=("产品编号", "产品编码", "商品编码", "物料编码", "料号", "货号"),
        looks=like_code,
    ),
    Column(
        PRICE,
        figure(places=6, largest=Decimal("99999999.999999")),
        True,
        12,
        8256,
        gettext_lazy("without tax, in 元, after every discount"),
        also=("协议单价", "协议价格", "合同价", "约定价", "单价", "价格"),
    ),
    Column(FROM, day, True, 14, date(2026, 1, 1), also=("起始日期", "开始日期", "起", "有效期起"), looks=like_day),
    Column(
        TO,
        day,
        width=14,
        example=date(2026, 12, 31),
        hint=gettext_lazy("the last day on which it holds; empty: open end"),
        also=("截止日期", "结束日期", "到期日期", "止", "有效期止"),
        looks=like_day,
    ),
    Column(NOTE, text(400), width=24, example="年度框架协议", also=("依据", "说明", "原因")),
)


@dataclass
class Plan:
    """What is agreed anew, by row, and what was known of the same customers: id → last day."""

    new: list[tuple[Row, PriceAgreement]] = field(default_factory=list)
    seen: dict[int, date] = field(default_factory=dict)


def make_plan(task: Task) -> Plan:
    """Finds customer and product of every row, and what of it is not agreed yet."""
    rows = [
        row
        for row in task.rows
        if not (row.misread or any(row[name] is None for name in (CUSTOMER, PRODUCT, PRICE, FROM)))
    ]
    reader = _Reader(task, rows)
    plan = Plan()
    for row in rows:
        if agreement := reader.read(row):
            plan.new.append((row, agreement))
    reader.refuse_overlaps(plan.new)
    meant = {agreement.customer_id for _row, agreement in plan.new}
    plan.seen = {known.pk: known.last_day for known in reader.known if known.customer_id in meant}
    task.counts.update(created=len(plan.new), unchanged=reader.unchanged)
    return plan


class _Reader:
    """Reads rows against what is here already, looked up for all of them at once."""

    def __init__(self, task: Task, rows: list[Row]):
        self.task = task
        self.customers = customers_meant(task.visible(Customer.objects), {text_key(row[CUSTOMER]) for row in rows})
        self.products = find_products({row[PRODUCT] for row in rows})
        self.known = list(_known({customer.pk for customer in self.customers.values()}))
        self.by_start = {(each.customer_id, each.product_id, each.starts_on): each for each in self.known}
        self.rows: dict[tuple, int] = {}
        self.unchanged = 0

    def read(self, row: Row) -> PriceAgreement | None:
        """What a row agrees on; None when it is known, or when something is wrong with it."""
        customer, product = self.customers.get(text_key(row[CUSTOMER])), self.products.get(text_key(row[PRODUCT]))
        if customer is None:
            self._problem(row, CUSTOMER, gettext_noop("There is no such customer. Import the customers first."))
        if product is None:
            self._problem(row, PRODUCT, gettext_noop("There is no such product. Import the products first."))
        if customer is None or product is None:
            return None
        key = (customer.pk, product.pk, row[FROM])
        if (first := self.rows.setdefault(key, row.number)) != row.number:
            self._problem(row, FROM, gettext_noop("Row %(other)s is about the same agreement."), other=first)
            return None
        if known := self.by_start.get(key):
            self._compare(row, known)
            return None
        if row[TO] and row[TO] < row[FROM]:
            self._problem(row, TO, gettext_noop("The last day comes before the first one."))
            return None
        self._tell(row, customer, product)
        return PriceAgreement(
            customer=customer,
            product=product,
            price=row[PRICE],
            starts_on=row[FROM],
            ends_on=row[TO],
            last_day=row[TO] or FOREVER,
            note=row[NOTE] or "",
        )

    def _compare(self, row: Row, known: PriceAgreement) -> None:
        said = [(PRICE, row[PRICE] == known.price), (TO, (row[TO] or FOREVER) == known.last_day)]
        said.append((NOTE, row[NOTE] is None or row[NOTE] == known.note))
        differing = next((column for column, is_same in said if not is_same), None)
        if differing is None:
            self.unchanged += 1
            return
        sentence = gettext_noop(
            "This agreement stands here with ¥%(price)s, %(first)s – %(last)s. End it, and agree anew from another day."
        )
        self._problem(row, differing, sentence, price=price(known.price), **_days(known))

    def _tell(self, row: Row, customer: Customer, product: Any) -> None:
        if not customer.active:
            self.task.notices.add(row.number, gettext_noop("The customer is frozen: nothing is sold at it meanwhile."))
        if not product.active:
            self.task.notices.add(row.number, gettext_noop("The product is off sale: nothing is sold at it meanwhile."))

    def refuse_overlaps(self, new: list[tuple[Row, PriceAgreement]]) -> None:
        """Names what holds on the same days, here already or by another row."""
        groups: dict[tuple, list[tuple[PriceAgreement, Row | None]]] = {}
        for known in self.known:
            groups.setdefault((known.customer_id, known.product_id), []).append((known, None))
        for row, agreement in new:
            groups.setdefault((agreement.customer_id, agreement.product_id), []).append((agreement, row))
        for some in groups.values():
            self._refuse_overlaps(sorted(some, key=lambda pair: pair[0].starts_on))

    def _refuse_overlaps(self, some: list[tuple[PriceAgreement, Row | None]]) -> None:
        """Of one customer and product, by first day: each beside the one before it that lasts longest."""
        longest = None
        for pair in some:
            if longest and longest[0].last_day >= pair[0].starts_on:
                (other, of_other), (agreement, row) = (longest, pair) if pair[1] else (pair, longest)
                self._refuse(row, agreement, other, of_other)
            if longest is None or pair[0].last_day > longest[0].last_day:
                longest = pair

    def _refuse(self, row: Row | None, agreement: PriceAgreement, other: PriceAgreement, of_other: Row | None) -> None:
        if row is None:
            return
        words: dict[str, Any] = {"price": price(other.price), **_days(other)}
        if of_other:
            sentence = gettext_noop("Overlaps with row %(other)s: ¥%(price)s, %(first)s – %(last)s.")
            words["other"] = of_other.number
        else:
            sentence = gettext_noop("Overlaps with what is agreed already: ¥%(price)s, %(first)s – %(last)s.")
        self._problem(row, FROM, sentence, **words)

    def _problem(self, row: Row, column: str, sentence: str, **words: Any) -> None:
        self.task.problems.add(row.number, column, sentence, row[column], **words)


def _days(agreement: PriceAgreement) -> dict[str, str]:
    """First and last day as a kept sentence can have them."""
    return {
        "first": agreement.starts_on.isoformat(),
        "last": "…" if agreement.is_open else agreement.last_day.isoformat(),
    }


def _known(customers: Iterable[int]) -> Iterator[PriceAgreement]:
    """Everything that was agreed with these customers and not withdrawn."""
    for some in chunks(sorted(customers)):
        yield from PriceAgreement.objects.held().filter(customer__in=some).order_by("starts_on")


def write(plan: Plan, source: Source) -> None:
    """Writes the new agreements in a few statements. Raises Overtaken when others were made or ended meanwhile."""
    by_customer: dict[int, list[PriceAgreement]] = {}
    for _row, agreement in plan.new:
        agreement.made_by = source.by
        by_customer.setdefault(agreement.customer_id, []).append(agreement)
    customers = [row for some in chunks(sorted(by_customer)) for row in lock_rows(Customer.objects.filter(pk__in=some))]
    if (
        any(row.merged_into_id for row in customers)
        or {known.pk: known.last_day for known in _known(by_customer)} != plan.seen
    ):
        raise Overtaken
    PriceAgreement.objects.bulk_create([agreement for _row, agreement in plan.new], _BATCH)
    said = [(each, {"file": source.name, "n": len(by_customer[each.pk])}) for each in customers]
    record_all("prices_imported", said, by=source.by)


def rows_of(agreements: Iterable[PriceAgreement]) -> Iterator[dict[str, Any]]:
    """Agreements as rows of the import, as they hold: what ended early until then, what was withdrawn not at all."""
    for agreement in agreements:
        if not agreement.was_withdrawn:
            yield {
                CUSTOMER: agreement.customer.number,
                PRODUCT: agreement.product.code,
                PRICE: agreement.price,
                FROM: agreement.starts_on,
                TO: None if agreement.is_open else agreement.last_day,
                NOTE: agreement.note,
            }


AGREEMENTS = register_import(
    ImportKind(
        key="agreements",
        label=gettext_lazy("Price agreements"),
        columns=COLUMNS,
        plan=make_plan,
        write=write,
        write_down=rows_of,
        select=("customer", "product"),
        allows=may_agree,
        list_url="agreements:list",
        place=5,
        icon="tag",
        hint=gettext_lazy(
            "An agreement is known by customer, product and its first day. Known ones stand as they are; another price "
            "or end is a problem, and so are two that hold on the same day. Import customers and products first."
        ),
    )
)
