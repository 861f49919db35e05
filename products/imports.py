"""Products from a spreadsheet: known by their number; new ones are added, known ones brought up to date."""

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any

from django.utils.translation import gettext_lazy, gettext_noop

from accounts.roles import Role
from core.events import changes_between, record_all
from core.imports.kinds import Column, ImportKind, Overtaken, Row, Source, Task, register_import
from core.imports.values import code, figure, percent, text, whole
from core.locks import lock_rows
from products.models import Category, Product
from products.services import FACTS, make_findable

_BATCH = 500
_LARGEST_PRICE = Decimal("99999999.999999")
_LONGEST_LEAD_TIME = 999  # working days
NUMBER, NAME, CATEGORY, PRICE = "商品编号", "商品名称", "类别", "单价"
#: Columns that are simply a field of the product; an empty cell changes nothing.
_FIELDS = {
    NAME: "name",
    "规格型号": "specification",
    "单位": "unit",
    PRICE: "list_price",
    "税率": "tax_rate",
    "交期": "lead_time",
}
_WRITTEN = [*_FIELDS.values(), "category", "active", "search_key", "name_pinyin"]

COLUMNS = (
    Column(NUMBER, code(40), True, 14, "KX-200"),
    Column(NAME, text(120), True, 24, "控制柜"),
    Column("规格型号", text(120), width=20, example="KX-200 双门"),
    Column(CATEGORY, text(60), True, 14, "控制柜", gettext_lazy("a new one is added")),
    Column("单位", text(10), width=8, example="台"),
    Column(
        PRICE,
        figure(places=6, largest=_LARGEST_PRICE),
        width=12,
        example=8600,
        hint=gettext_lazy("list price without tax, in 元"),
    ),
    Column("税率", percent, width=8, example="13%", hint=gettext_lazy("13%, 13 or 0.13; 13% when empty")),
    Column("交期", whole(_LONGEST_LEAD_TIME), width=8, example=12, hint=gettext_lazy("working days")),
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
        changed = changes_between({n: v for n, v in self.before.items() if n != "category"}, self.product)
        was = str(self.before["category"])
        return changed + ([["category", was, self.category]] if was != self.category else [])


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
    plan = Plan(categories=_new_categories(task, rows))
    for row in rows:
        product = known.get(row[NUMBER].casefold())
        if product and product.code != row[NUMBER]:
            sentence = gettext_noop("Differs from the known “%(code)s” only in capital letters. Write it alike.")
            task.problems.add(row.number, NUMBER, sentence, row[NUMBER], code=product.code)
        elif product:
            entry = _changed(task, row, product)
            plan.changed += [entry] if entry.changes else []
            task.counts["changed" if entry.changes else "unchanged"] += 1
        elif row[NAME] and row[CATEGORY]:
            plan.new.append(_new(task, row))
            task.counts["created"] += 1
    return plan


def _refuse_twice(task: Task, rows: list[Row]) -> None:
    first: dict[str, Row] = {}
    for row in rows:
        if (other := first.setdefault(row[NUMBER].casefold(), row)) is not row:
            sentence = gettext_noop("Stands in row %(row)s already.")
            task.problems.add(row.number, NUMBER, sentence, row[NUMBER], row=other.number)


def find_products(numbers: set[str]) -> dict[str, Product]:
    """The products of these numbers, whatever the case of their letters, by number in small letters."""
    wanted = {number.casefold() for number in numbers}
    pairs = Product.objects.values_list("pk", "code").iterator(chunk_size=10_000)
    keys = iter([pk for pk, number in pairs if number.casefold() in wanted])
    found: dict[str, Product] = {}
    while chunk := list(islice(keys, _BATCH)):
        for product in Product.objects.filter(pk__in=chunk).select_related("category"):
            found[product.code.casefold()] = product
    return found


def _new_categories(task: Task, rows: list[Row]) -> list[str]:
    known = set(Category.objects.values_list("name", flat=True))
    new = list(dict.fromkeys(row[CATEGORY] for row in rows if row[CATEGORY] and row[CATEGORY] not in known))
    for name in new:
        task.notices.add(None, gettext_noop("The category “%(name)s” is new and is added."), name=name)
    return new


def _new(task: Task, row: Row) -> Entry:
    product = Product(code=row[NUMBER], list_price=Decimal(0))
    _fill(product, row)
    if row.lacks(PRICE):
        task.notices.add(row.number, gettext_noop("Without a price: the list price is 0."))
    return Entry(row.number, product, row[CATEGORY])


def _changed(task: Task, row: Row, product: Product) -> Entry:
    before = {name: getattr(product, name) for name in FACTS}
    _fill(product, row)
    if not product.active:
        product.active = True
        sentence = gettext_noop("Was off sale and is on sale again, because the file lists it.")
        task.notices.add(row.number, sentence)
    return Entry(row.number, product, row[CATEGORY] or product.category.name, before)


def _fill(product: Product, row: Row) -> None:
    for column, name in _FIELDS.items():
        if row[column] is not None:
            setattr(product, name, row[column])
    make_findable(product)


def write(plan: Plan, source: Source) -> None:
    """Adds and changes the products in a few bulk writes. Raises Overtaken when somebody changed one meanwhile."""
    Category.objects.bulk_create([Category(name=name) for name in plan.categories], _BATCH)
    categories = {category.name: category for category in Category.objects.all()}
    for entry in (*plan.new, *plan.changed):
        entry.product.category = categories[entry.category]
    Product.objects.bulk_create([entry.product for entry in plan.new], _BATCH)
    record_all("imported", [(e.product, {"file": source.name, "row": e.row}) for e in plan.new], by=source.by)
    left = iter(sorted(plan.changed, key=lambda entry: entry.product.pk))
    while chunk := list(islice(left, _BATCH)):
        _write_changes(chunk, source)


def _write_changes(entries: list[Entry], source: Source) -> None:
    locked = {row.pk: row for row in lock_rows(Product.objects.filter(pk__in=[e.product.pk for e in entries]))}
    for entry in entries:
        current = locked.get(entry.product.pk)
        if current is None or any(getattr(current, n) != v for n, v in entry.before.items() if n != "category"):
            raise Overtaken
        entry.product.save(update_fields=_WRITTEN)
    said = [(e.product, {"file": source.name, "row": e.row, "changes": e.changes}) for e in entries]
    record_all("updated_by_import", said, by=source.by)


def may_import(user) -> bool:
    """Managers bring spreadsheets."""
    return user.role == Role.MANAGER


def register() -> None:
    """Makes products known as a kind of import."""
    register_import(
        ImportKind(
            key="products",
            label=gettext_lazy("Products"),
            columns=COLUMNS,
            plan=make_plan,
            write=write,
            allows=may_import,
            list_url="products:list",
            place=2,
            icon="package",
            hint=gettext_lazy(
                "A product is known by its number. Known ones are brought up to date, an empty cell changes nothing."
            ),
        )
    )
