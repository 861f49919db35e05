"""The columns of a list: declared once, each says what its cell is on the page and in Excel."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.html import conditional_escape, format_html
from django.utils.translation import gettext as _

from core import cells
from core.templatetags import ui

NO_VALUE = f'<span class="meta">{ui.NOTHING}</span>'


@dataclass(frozen=True)
class Column:
    """One column of a list: text, as it is.

    ``value`` is an attribute name or a function of the row. ``css`` places the cell in the card that a row becomes on
    a phone: card-top, card-top-end, card-middle, card-middle-end, card-foot, card-foot-middle, card-foot-end; card-none
    is left out there. ``sort`` names the NOT NULL field it sorts by, under an index that ends in id; empty means not
    sortable. ``price`` hides it from those who see no prices, ``cost`` from those who see no costs. Subclasses turn
    other values into a cell: ``to_html`` (escaped) and ``to_excel`` (value and number format) get what is not empty.
    """

    key: str
    label: Any
    value: str | Callable[[Any], Any] = ""
    css: str = ""
    sort: str = ""
    price: bool = False
    cost: bool = False
    card_label: Any = ""

    #: Figures: on the right, digit below digit.
    is_number: ClassVar[bool] = False
    #: How the cell stands in Excel: left, right, or wrapped.
    align: ClassVar[str] = "left"

    def of(self, row) -> Any:
        """The cell's value for one row."""
        if callable(self.value):
            return self.value(row)
        return getattr(row, self.value or self.key)

    def html(self, row, url: str) -> str:
        """The content of the cell of a row whose own page is at ``url`` (escaped)."""
        value = self.of(row)
        return NO_VALUE if value is None or value == "" else self.to_html(value)

    def excel(self, row) -> cells.Cell:
        """Value and number format of the cell in a workbook; nothing to say is an empty cell."""
        value = self.of(row)
        return cells.EMPTY if value is None or value == "" else self.to_excel(value)

    def to_html(self, value) -> str:
        return conditional_escape(value)

    def to_excel(self, value) -> cells.Cell:
        return cells.as_text(value)

    def in_a_sheet(self) -> tuple["Column", ...]:
        """The columns of a workbook that hold what this one shows."""
        return (self,)

    @property
    def head(self) -> str:
        """What stands above the column on the page (escaped)."""
        return conditional_escape(self.label)

    @property
    def sheet_head(self) -> str:
        """What stands above it in Excel."""
        return str(self.label or self.card_label or self.key)

    @property
    def css_cell(self) -> str:
        return f"{self.css} num" if self.is_number else self.css

    @property
    def css_head(self) -> str:
        """Classes of the heading: numbers stand right, and a column that a narrow screen drops goes with its head."""
        return " ".join(c for c in ("num" if self.is_number else "", self.css) if c)


class LinkColumn(Column):
    """Leads to the row's own page."""

    def html(self, row, url):
        return f'<a class="link" href="{url}">{conditional_escape(self.of(row))}</a>'


class WordsColumn(Column):
    """Text that may be long: in Excel it is wrapped instead of cut off by the next cell."""

    align = "wrap"


class DateColumn(Column):
    """A day."""

    align = "right"

    def to_html(self, value):
        return ui.short_date(value)

    def to_excel(self, value):
        return cells.as_date(value)


class MomentColumn(Column):
    """A day and the time of day."""

    align = "right"

    def to_html(self, value):
        return conditional_escape(ui.when(value))

    def to_excel(self, value):
        return cells.as_moment(value)


class DueColumn(Column):
    """``(date or None, is it late)``: red when it is."""

    align = "right"

    def to_html(self, value):
        day, late = value
        return f'<span class="late">{ui.short_date(day)}</span>' if late else ui.short_date(day)

    def to_excel(self, value):
        return cells.as_date(value[0]) if value[0] else cells.EMPTY


class MoneyColumn(Column):
    """An amount in 元 with two decimals."""

    is_number, align = True, "right"

    def to_html(self, value):
        return ui.money(value)

    def to_excel(self, value):
        return cells.as_money(value)


class PriceColumn(Column):
    """A unit price in 元 with its own decimals."""

    is_number, align = True, "right"

    def to_html(self, value):
        return ui.price(value)

    def to_excel(self, value):
        return cells.as_price(value)


class QuantityColumn(Column):
    """A quantity without trailing zeros, red below zero."""

    is_number, align = True, "right"

    def to_html(self, value):
        return f'<span class="late">{ui.quantity(value)}</span>' if value < 0 else ui.quantity(value)

    def to_excel(self, value):
        return cells.as_quantity(value)


class PercentColumn(Column):
    """Percentage points."""

    is_number, align = True, "right"

    def to_html(self, value):
        return ui.percent(value)

    def to_excel(self, value):
        return cells.as_percent(value)


class PaidColumn(Column):
    """Whole per cent as a bar."""

    align = "right"

    def to_html(self, value):
        return f'<span class="pay"><svg aria-hidden="true"><rect width="{value}%" height="4"/></svg>{value}%</span>'

    def to_excel(self, value):
        return cells.as_percent(value)


class StatusColumn(Column):
    """``(colour family, label)``."""

    def to_html(self, value):
        family, label = value
        return f'<span class="st st-{family}">{conditional_escape(label)}</span>'

    def to_excel(self, value):
        return cells.as_text(value[1])


class GradeColumn(Column):
    """A customer's grade as a letter tile."""

    def to_html(self, value):
        return ui.grade_tile(value)


class GradedColumn(Column):
    """``(grade, name)`` of a customer; in Excel two columns."""

    def to_html(self, value):
        grade, name = value
        return f"{ui.grade_tile(grade)} {conditional_escape(name)}"

    def in_a_sheet(self):
        return Column("grade", _("Grade"), lambda row: self._part(row, 0)), Column(
            self.key, self.label, lambda row: self._part(row, 1)
        )

    def _part(self, row, place: int):
        value = self.of(row)
        return value[place] if value else None


class DetailColumn(Column):
    """``(name, detail)``: who holds it and since when, the carrier and its number."""

    def to_html(self, value):
        name, detail = value
        shown = conditional_escape(name) if name else ui.NOTHING
        return f'{shown} <span class="meta">{conditional_escape(detail)}</span>' if detail else shown

    def to_excel(self, value):
        return cells.as_text(" · ".join(str(part) for part in value if part))


class ChoiceColumn(Column):
    """A box to choose the row with, posted as ``key``; its heading is for screen readers, and Excel has none."""

    def html(self, row, url):
        return self.box(self.of(row), _("Choose %(row)s") % {"row": row})

    def box(self, posted, label: str, attributes: str = "") -> str:
        """The box; ``attributes`` are more of them, escaped."""
        name, value, words = self.key, conditional_escape(posted), conditional_escape(label)
        box = f'<input class="form-check-input" type="checkbox" name="{name}" value="{value}" aria-label="{words}"'
        return f"{box}{attributes}>"

    @property
    def head(self):
        return format_html('<span class="visually-hidden">{}</span>', self.label)

    def in_a_sheet(self):
        return ()


def sheet_columns(columns: Iterable[Column]) -> list[Column]:
    """The columns of a workbook for those of a list."""
    return [held for column in columns for held in column.in_a_sheet()]
