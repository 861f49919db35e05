"""Products from a spreadsheet: known by their number; new ones are added, known ones brought up to date."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy, gettext_noop

from core.chunks import chunks
from core.events import changes_between, record_all
from core.imports.kinds import Column, ImportKind, Overtaken, Row, Source, Task, register_import
from core.imports.looks import like_code, like_person, like_words
from core.imports.values import choice, code, figure, percent, text, whole
from core.locks import lock_rows
from core.text_key import text_key
from products.models import COSTS, Category, Product
from products.rights import may_import_products
from products.services import COSTS_CHANGED, FIELDS, KEYS, make_findable

_BATCH = 500
_LARGEST_PRICE = Decimal("99999999.999999")
_LARGEST_QUANTITY = Decimal("99999999.999")
_LONGEST_LEAD_TIME = 999  # working days
NUMBER, NAME, SPECIFICATION, CATEGORY, UNIT = "商品编号", "商品名称", "规格型号", "类别", "单位"
PRICE, TAX_RATE, LEAD_TIME, REORDER_POINT, ON_SALE = "单价", "税率", "交期", "补货点", "在售"
KIND = "种类"
_COSTS = dict(zip(("标准材料", "标准人工", "标准制造", "标准物流", "标准售后"), COSTS, strict=True))
_ON_SALE_WORDS = {True: "是", False: "否"}
_KINDS = {Product.Kind.GOODS: "实物", Product.Kind.SERVICE: "服务"}
#: Columns that are simply a field of the product; an empty cell changes nothing.
_FIELDS = {
    NAME: "name",
    SPECIFICATION: "specification",
    UNIT: "unit",
    PRICE: "list_price",
    TAX_RATE: "tax_rate",
    LEAD_TIME: "lead_time",
    REORDER_POINT: "reorder_point",
    **_COSTS,
}
_WRITTEN = [*_FIELDS.values(), "category", "active", "low_since", "version", *KEYS]

COLUMNS = (
    Column(
        NUMBER,
        code(40),
        True,
        14,
        "KX-200",
        also=("产品编号", "产品编码", "商品编码", "产品代码", "存货编码", "物料编码", "料号", "货号", "编号", "编码"),
        looks=like_code,
    ),
    Column(
        NAME,
        text(120),
        True,
        24,
        "控制柜",
        also=("产品名称", "品名", "货品名称", "物料名称", "存货名称", "名称", "产品", "商品"),
        looks=like_words,
    ),
    Column(SPECIFICATION, text(120), width=20, example="KX-200 双门", also=("规格", "型号")),
    Column(
        CATEGORY,
        text(60),
        True,
        14,
        "控制柜",
        gettext_lazy("a new one is added"),
        also=("商品类别", "产品类别", "产品分类", "商品分类", "分类", "品类", "大类"),
        looks=like_words,
    ),
    Column(UNIT, text(10), width=8, example="台", also=("计量单位",), looks=like_person),
    Column(
        PRICE,
        figure(places=6, largest=_LARGEST_PRICE),
        width=12,
        example=8600,
        hint=gettext_lazy("list price without tax, in 元"),
        also=("不含税单价", "目录价", "目录价不含税", "不含税价", "标准价", "售价", "价格"),
    ),
    Column(
        TAX_RATE,
        percent,
        width=8,
        example="13%",
        hint=gettext_lazy("13%, 13 or 0.13; 13% when empty"),
        also=("增值税率", "税率%"),
    ),
    Column(
        LEAD_TIME,
        whole(_LONGEST_LEAD_TIME),
        width=8,
        example=12,
        hint=gettext_lazy("working days"),
        also=("交货期", "货期", "交货周期", "生产周期", "交期工作日"),
    ),
    Column(
        REORDER_POINT,
        figure(places=3, largest=_LARGEST_QUANTITY),
        width=8,
        example=20,
        hint=gettext_lazy("operations are told when what is available comes down to it"),
        also=("再订货点", "安全库存", "最低库存"),
    ),
    *(
        Column(
            name,
            figure(places=6, largest=_LARGEST_PRICE),
            width=10,
            hint=gettext_lazy("standard cost of one unit, in 元"),
            also=(name + "成本", name + "费用"),
        )
        for name in _COSTS
    ),
    # Our own lists have it; without it, what the file lists is on sale.
    Column(ON_SALE, choice({word: active for active, word in _ON_SALE_WORDS.items()}), is_offered=False),
    # Likewise; without it, what is new is goods.
    Column(KIND, choice({word: kind for kind, word in _KINDS.items()}), is_offered=False),
)


@dataclass
class Entry:
    """One product as its row wants it: in memory, and for a known one what it was before."""

    row: int
    product: Product
    category: str
    before: dict[str, Any] = field(default_factory=dict)

    @property
    def changes(self) -> list[list[str]]:
        """What changes and everybody may know who reads the product's history."""
        changed = changes_between({n: v for n, v in self.before.items() if n not in ("category", *COSTS)}, self.product)
        was = str(self.before["category"])
        return changed + ([["category", was, self.category]] if was != self.category else [])

    @property
    def costs(self) -> list[list[str]]:
        """The standard costs that change."""
        return changes_between({name: self.before.get(name) for name in COSTS}, self.product)


@dataclass
class Plan:
    categories: list[str] = field(default_factory=list)
    new: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)


def make_plan(task: Task) -> Plan:
    """Looks every number up, and works out what is new and what changes."""
    rows = [row for row in task.rows if row[NUMBER]]
    _refuse_twice(task, rows)
    known = find_products({row[NUMBER] for row in rows})
    categories = set(Category.objects.values_list("name", flat=True))
    new = list(dict.fromkeys(row[CATEGORY] for row in rows if row[CATEGORY] and row[CATEGORY] not in categories))
    for name in new:
        task.notices.add(None, gettext_noop("The category “%(name)s” is new and is added."), name=name)
    plan = Plan(categories=new)
    for row in rows:
        product = known.get(text_key(row[NUMBER]))
        if product:
            entry = _changed(task, row, product)
            is_changed = bool(entry.changes or entry.costs)
            if is_changed:
                plan.changed.append(entry)
                task.differences.changes(row.number, product, entry.changes + entry.costs, f"{product.code} {product}")
            task.counts["changed" if is_changed else "unchanged"] += 1
        elif row[NAME] and row[CATEGORY]:
            plan.new.append(_new(task, row))
            task.counts["created"] += 1
            task.differences.creates(row.number, f"{row[NUMBER]} {row[NAME]}", row.values)
    return plan


def _refuse_twice(task: Task, rows: list[Row]) -> None:
    first: dict[str, Row] = {}
    for row in rows:
        if (other := first.setdefault(text_key(row[NUMBER]), row)) is not row:
            sentence = gettext_noop("Stands in row %(row)s already.")
            task.problems.add(row.number, NUMBER, sentence, row[NUMBER], row=other.number)


def find_products(numbers: set[str]) -> dict[str, Product]:
    """The products of these numbers, however they are written, by the key of their number."""
    found: dict[str, Product] = {}
    for some in chunks(sorted({text_key(number) for number in numbers})):
        for product in Product.objects.filter(code_key__in=some).select_related("category"):
            found[product.code_key] = product
    return found


def _new(task: Task, row: Row) -> Entry:
    product = Product(code=row[NUMBER], list_price=Decimal(0), kind=row[KIND] or Product.Kind.GOODS)
    _fill(product, row)
    if row.lacks(PRICE):
        task.notices.add(row.number, gettext_noop("Without a price: the list price is 0."))
    return Entry(row.number, product, row[CATEGORY])


def _changed(task: Task, row: Row, product: Product) -> Entry:
    before = {name: getattr(product, name) for name in FIELDS + COSTS}
    _fill(product, row)
    if row[KIND] and row[KIND] != product.kind:
        sentence = gettext_noop("Whether a known product is goods or a service is changed on its page.")
        task.notices.add(row.number, sentence)
    if not product.active and row[ON_SALE] is None:
        product.active = True
        sentence = gettext_noop("Was off sale and is on sale again, because the file lists it.")
        task.notices.add(row.number, sentence)
    return Entry(row.number, product, row[CATEGORY] or product.category.name, before)


def _fill(product: Product, row: Row) -> None:
    for column, name in _FIELDS.items():
        if row[column] is not None:
            setattr(product, name, row[column])
    if row[ON_SALE] is not None:
        product.active = row[ON_SALE]
    make_findable(product)


def write(plan: Plan, source: Source) -> None:
    """Adds and changes the products in a few bulk writes. Raises Overtaken when somebody changed one meanwhile."""
    Category.objects.bulk_create([Category(name=name) for name in plan.categories], _BATCH)
    categories = {category.name: category for category in Category.objects.all()}
    for entry in (*plan.new, *plan.changed):
        entry.product.category = categories[entry.category]
    for entry in plan.new:
        entry.product.note_level()
    Product.objects.bulk_create([entry.product for entry in plan.new], _BATCH)
    record_all("imported", [(e.product, {"file": source.name, "row": e.row}) for e in plan.new], by=source.by)
    _record_costs(plan.new, source)
    for some in chunks(sorted(plan.changed, key=lambda entry: entry.product.pk)):
        _write_changes(some, source)


def _write_changes(entries: list[Entry], source: Source) -> None:
    locked = {row.pk: row for row in lock_rows(Product.objects.filter(pk__in=[e.product.pk for e in entries]))}
    for entry in entries:
        current = locked.get(entry.product.pk)
        if current is None or any(getattr(current, n) != v for n, v in entry.before.items() if n != "category"):
            raise Overtaken
        entry.product.note_level(current)
        entry.product.version = current.version + 1
        entry.product.save(update_fields=_WRITTEN)
    said = [(e.product, {"file": source.name, "row": e.row, "changes": e.changes}) for e in entries if e.changes]
    record_all("updated_by_import", said, by=source.by)
    _record_costs(entries, source)


def _record_costs(entries: list[Entry], source: Source) -> None:
    said = [(e.product, {"file": source.name, "row": e.row, "changes": e.costs}) for e in entries if e.costs]
    record_all(COSTS_CHANGED, said, by=source.by)


def rows_of(products: Iterable[Product]) -> Iterator[dict[str, Any]]:
    """Products as rows of the import."""
    for product in products:
        yield {
            NUMBER: product.code,
            NAME: product.name,
            SPECIFICATION: product.specification,
            CATEGORY: product.category.name,
            UNIT: product.unit,
            PRICE: product.list_price,
            TAX_RATE: f"{product.tax_rate.normalize():f}%",
            LEAD_TIME: product.lead_time,
            REORDER_POINT: product.reorder_point,
            **{column: getattr(product, name) for column, name in _COSTS.items()},
            ON_SALE: _ON_SALE_WORDS[product.active],
            KIND: _KINDS[Product.Kind(product.kind)],
        }


PRODUCTS = register_import(
    ImportKind(
        key="products",
        label=gettext_lazy("Products"),
        columns=COLUMNS,
        plan=make_plan,
        write=write,
        write_down=rows_of,
        select=("category",),
        allows=may_import_products,
        list_url="products:list",
        place=2,
        icon="package",
        hint=gettext_lazy(
            "A product is known by its number. Known ones are brought up to date, an empty cell changes nothing."
        ),
    )
)
