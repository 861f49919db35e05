"""What was counted, from the sheet of a stock count: known by the count's number and the product's."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy, gettext_noop

from core.imports.kinds import Column, ImportKind, Overtaken, Row, Source, Task, register_import
from core.imports.values import code, figure, text
from core.stale import Stale
from core.text_key import text_key
from products.counting import Counted, write_down
from products.models import StockCount, StockCountLine
from products.rights import may_keep_stock

COUNT, NUMBER, NAME, UNIT, BOOK, COUNTED, NOTE = (
    "盘点单号",
    "商品编号",
    "商品名称",
    "单位",
    "账面数量",
    "实盘数量",
    "说明",
)
_QUANTITY = figure(places=3, largest=Decimal("99999999.999"))

COLUMNS = (
    Column(COUNT, code(20), True, 10, "PD1"),
    Column(NUMBER, code(40), True, 14, "KX-200"),
    Column(NAME, text(240), width=24, example="控制柜 KX-200"),
    Column(UNIT, text(10), width=8, example="台"),
    Column(BOOK, _QUANTITY, width=10, example=12, hint=gettext_lazy("as the sheet was made; it is not read")),
    Column(COUNTED, _QUANTITY, width=10, example=11, hint=gettext_lazy("empty: not counted, stays as it was")),
    Column(NOTE, text(200), width=24),
)


@dataclass
class Plan:
    """What is written down: by sheet, the version that was seen, and what was counted by line."""

    seen: dict[int, int] = field(default_factory=dict)
    said: dict[int, dict[int, Counted]] = field(default_factory=dict)


def make_plan(task: Task) -> Plan:
    """Finds the line of every row, and works out which change."""
    sheets = {text_key(str(count)): count for count in task.visible(StockCount.objects)}
    lines = StockCountLine.objects.filter(count__in=[count.pk for count in sheets.values() if count.is_open])
    known = {(line.count_id, line.product.code_key): line for line in lines.select_related("product")}
    plan, first = Plan(), dict[int, Row]()
    for row in task.rows:
        if line := _line_of(task, row, sheets, known):
            if (other := first.setdefault(line.pk, row)) is not row:
                sentence = gettext_noop("Stands in row %(row)s already.")
                task.problems.add(row.number, NUMBER, sentence, row[NUMBER], row=other.number)
            _enter(plan, task, row, line, sheets[text_key(row[COUNT])].version)
    return plan


def _line_of(task: Task, row: Row, sheets: dict, known: dict) -> StockCountLine | None:
    """The line that a row is about; None, with a problem unless the cell was misread, when there is none."""
    if row[COUNT] is None or row[NUMBER] is None:
        return None
    count = sheets.get(text_key(row[COUNT]))
    if count is None:
        task.problems.add(row.number, COUNT, gettext_noop("There is no such stock count."), row[COUNT])
    elif not count.is_open:
        task.problems.add(row.number, COUNT, gettext_noop("This stock count is closed."), row[COUNT])
    elif line := known.get((count.pk, text_key(row[NUMBER]))):
        return line
    else:
        task.problems.add(row.number, NUMBER, gettext_noop("This product is not on the sheet."), row[NUMBER])
    return None


def _enter(plan: Plan, task: Task, row: Row, line: StockCountLine, version: int) -> None:
    counted = line.counted if row[COUNTED] is None else row[COUNTED]
    note = line.note if row[NOTE] is None else row[NOTE]
    is_changed = (counted, note) != (line.counted, line.note)
    task.counts["changed" if is_changed else "unchanged"] += 1
    if is_changed:
        plan.seen[line.count_id] = version
        plan.said.setdefault(line.count_id, {})[line.pk] = Counted(counted, note)


def write(plan: Plan, source: Source) -> None:
    """Writes the figures onto their sheets. Raises Overtaken when somebody wrote on one meanwhile."""
    for count in StockCount.objects.filter(pk__in=plan.said).order_by("pk"):
        try:
            write_down(count=count, said=plan.said[count.pk], by=source.by, version=plan.seen[count.pk])
        except (Stale, ValidationError) as error:
            raise Overtaken from error


def rows_of(lines: Iterable[StockCountLine]) -> Iterator[dict[str, Any]]:
    """The lines of a sheet (with count and product) as rows of the import."""
    for line in lines:
        yield {
            COUNT: str(line.count),
            NUMBER: line.product.code,
            NAME: str(line.product),
            UNIT: line.product.unit,
            BOOK: line.book,
            COUNTED: line.counted,
            NOTE: line.note,
        }


COUNTS = register_import(
    ImportKind(
        key="counts",
        label=gettext_lazy("Stock counts"),
        columns=COLUMNS,
        plan=make_plan,
        write=write,
        allows=may_keep_stock,
        list_url="products:counts",
        place=9,
        icon="clipboard-list",
        hint=gettext_lazy("Download the sheet on the count's page, write down what was counted, and bring it back."),
    )
)
