"""The columns of a list: declared once, they feed the table on the page and the sheet in Excel."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Column:
    """One column of a list.

    ``value`` is an attribute name or a function of the row. ``kind`` picks how it shows: text, link (to the row), date,
    due (``(date, is late)``), datetime, money, price, quantity, percent, status (``(family, label)``), grade, graded
    (``(grade, text)``), paid (per cent), who (``(name, since when)``). ``css`` places it in the card on a phone (c-id,
    c-cust, c-amt, c-due, c-st, c-dl, c-who, c-date, c-pay). ``sort`` names the NOT NULL field it sorts by, under an
    index that ends in id; empty means not sortable. ``price`` hides it from those who see no prices.
    """

    key: str
    label: Any
    value: str | Callable[[Any], Any] = ""
    kind: str = "text"
    css: str = ""
    sort: str = ""
    price: bool = False
    card_label: Any = ""

    def of(self, row) -> Any:
        """The cell's value for one row."""
        if callable(self.value):
            return self.value(row)
        return getattr(row, self.value or self.key)

    @property
    def is_number(self) -> bool:
        return self.kind in {"money", "price", "quantity", "percent"}

    @property
    def css_head(self) -> str:
        """Classes of the heading: numbers stand right, and a column that a narrow screen drops goes with its head."""
        return " ".join(c for c in ("num" if self.is_number else "", self.css) if c)
