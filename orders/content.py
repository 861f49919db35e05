"""What a revision of an order says: the one list of its fields, and how two versions of it are compared.

Database protections, order entry, review rounds and the import of past orders take their fields from here: what is
added to the list is written, compared, shown and protected by all of them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.templatetags.ui import money, percent, price, quantity
from core.text_key import text_key
from orders.models import Instalment, Order, OrderLine
from orders.number_input import plain_figure
from orders.parties import PARTIES


@dataclass(frozen=True)
class ContentField:
    """One thing that an order, a line or an instalment says.

    ``show`` makes its plain text readable. ``is_commercial``: after the draft only a new revision changes it.
    ``is_derived``: nobody writes it, it follows from the rest. ``read_from`` is the attribute that readers are shown in
    its place.
    """

    of: type[models.Model]
    name: str
    own_label: Any = ""
    show: Callable[[str], str] = str
    is_commercial: bool = True
    is_derived: bool = False
    read_from: str = ""

    @property
    def model_field(self) -> Any:
        return self.of._meta.get_field(self.name)

    @property
    def label(self) -> str:
        return str(self.own_label or self.model_field.verbose_name)

    @property
    def column(self) -> str:
        """Its name in the database."""
        return self.model_field.column

    @property
    def read_name(self) -> str:
        """The attribute that readers are shown."""
        return self.read_from or self.name

    @property
    def is_relation(self) -> bool:
        return self.model_field.is_relation

    @property
    def is_figure(self) -> bool:
        return isinstance(self.model_field, models.DecimalField)

    def from_plain(self, text: str) -> Any:
        """The value of its column that a plain text stands for (of a record, its key)."""
        return self.model_field.to_python(text if text or not self.model_field.null else None)

    @property
    def places(self) -> int:
        """How many decimals a figure has."""
        return self.model_field.decimal_places

    @property
    def largest(self) -> Decimal:
        """The largest figure that can be kept."""
        unit = Decimal(1).scaleb(-self.places)
        bounds = [v.limit_value for v in self.model_field.validators if isinstance(v, MaxValueValidator)]
        return min([*bounds, Decimal(10) ** (self.model_field.max_digits - self.places) - unit])

    def readable(self, value: Any) -> str:
        """A value, as it is or as plain text, as people read it; empty when there is none."""
        if not (text := plain_text(value)):
            return ""
        choices = {key: str(label) for key, label in self.model_field.flatchoices}
        return choices.get(text, text) if choices else self.show(text)

    def same(self, one: Any, other: Any) -> bool:
        """Whether two values, as they are or as plain text, say the same: ``10`` is ``10.000``, nothing is empty."""
        return self._comparable(one) == self._comparable(other)

    def _comparable(self, value: Any) -> Any:
        if isinstance(value, models.Model):
            return value
        text = plain_text(value)
        return Decimal(text) if self.is_figure and text else text


def plain_text(value: Any) -> str:
    """A value whatever the language: days as 2026-11-22, figures with their decimals, records by their name."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


HEADER = (
    ContentField(Order, "customer"),
    ContentField(Order, "contact", is_commercial=False),
    ContentField(Order, "order_date"),
    ContentField(Order, "promised_date"),
    ContentField(Order, "channel", is_commercial=False),
    ContentField(Order, "delivery_method"),
    ContentField(Order, "delivery_address", read_from="shipping_address"),
    ContentField(Order, "payment_terms"),
    ContentField(Order, "special_requirements"),
    ContentField(Order, "liability_clauses"),
    ContentField(Order, "customer_reference", is_commercial=False),
    ContentField(Order, "remarks", is_commercial=False),
    *(ContentField(Order, name, is_derived=True) for name in PARTIES),
    ContentField(Order, "net_total", show=money, is_derived=True),
    ContentField(Order, "tax_total", show=money, is_derived=True),
    ContentField(Order, "gross_total", show=money, is_derived=True),
)
LINE = (
    ContentField(OrderLine, "product"),
    ContentField(OrderLine, "name", _("product")),
    ContentField(OrderLine, "specification"),
    ContentField(OrderLine, "unit"),
    ContentField(OrderLine, "quantity", _("Quantity"), show=quantity),
    ContentField(OrderLine, "unit_price", _("Price"), show=price),
    ContentField(OrderLine, "discount", _("Discount"), show=percent),
    ContentField(OrderLine, "tax_rate", _("Tax rate"), show=percent),
    ContentField(OrderLine, "net_amount", show=money, is_derived=True),
    ContentField(OrderLine, "tax_amount", show=money, is_derived=True),
    ContentField(OrderLine, "special_demand"),
)
INSTALMENT = (
    ContentField(Instalment, "percent", show=percent, is_derived=True),
    ContentField(Instalment, "trigger", is_derived=True),
    ContentField(Instalment, "days", is_derived=True),
    ContentField(Instalment, "amount", show=money, is_derived=True),
)

WRITTEN_HEADER = tuple(field for field in HEADER if not field.is_derived)
WRITTEN_LINE = tuple(field for field in LINE if not field.is_derived)
#: What people write into an order's header, by name; everything else follows from it.
HEADER_NAMES = tuple(field.name for field in WRITTEN_HEADER)
#: The same of a line, as ``orders.lines.LineInput`` has it.
LINE_NAMES = tuple(field.model_field.attname for field in WRITTEN_LINE)
LINE_BY_NAME = {field.name: field for field in LINE}


def commercial_columns(fields: Iterable[ContentField]) -> tuple[str, ...]:
    """The columns that only a new revision changes once the order was submitted."""
    return tuple(field.column for field in fields if field.is_commercial)


def same_words(one: Any, other: Any) -> bool:
    """Whether two values are alike to somebody who copied one from the other: form does not count, nothing is empty."""
    one, other = (text_key(value) if isinstance(value, str) else value for value in (one, other))
    return (one or None) == (other or None)


# ---- lines as a whole ------------------------------------------------------------------------------------------------


def written_on(line: OrderLine) -> tuple:
    """What is written on a line, read or not, with the list price it is compared with: tells whether it changed."""
    return (*(getattr(line, name) for name in LINE_NAMES), line.list_price, line.as_typed)


def identity_of(product: int | None, name: str, specification: str) -> tuple:
    """What makes lines of two versions the same line: the product, or for free text its words."""
    return (product,) if product else (name, specification)


def pair_lines(before: Sequence[tuple], after: Sequence[tuple]) -> list[tuple[int | None, int | None]]:
    """Which line of before is which of after: the places of those of after in their order, then of those that are gone.

    Each line is given as its identity and what it says. Of several with one identity those that say the same belong
    together, the others in their order.
    """
    left: dict[tuple, list[int]] = defaultdict(list)
    for was, (identity, _said) in enumerate(before):
        left[identity].append(was)
    found: dict[int, int] = {}
    for says_the_same in (True, False):
        for now, (identity, said) in enumerate(after):
            twins = [was for was in left[identity] if not says_the_same or before[was][1] == said]
            if twins and now not in found:
                found[now] = twins[0]
                left[identity].remove(twins[0])
    gone = sorted(was for places in left.values() for was in places)
    return [*((found.get(now), now) for now in range(len(after))), *((was, None) for was in gone)]


def line_changes(before: Iterable[Any], after: Iterable[Any]) -> list[list[str]]:
    """``[#position, old, new]`` for each line that was changed, moved, added (old is empty) or dropped (new is empty).

    One that stands where another one was dropped is told beside it. Lines are stored ones or what somebody wrote
    (``orders.lines.LineInput``).
    """
    old, new = (
        [(identity_of(line.product_id, line.name, line.specification), line_in_words(line)) for line in lines]
        for lines in (before, after)
    )
    pairs = pair_lines(old, new)
    dropped = {was: old[was][1] for was, now in pairs if was is not None and now is None}
    kept = iter(sorted(was for was, now in pairs if was is not None and now is not None))
    changes = []
    for was, now in pairs:
        if now is None:
            continue
        words = new[now][1]
        if was is None:
            changes.append([f"#{now + 1}", dropped.pop(now, ""), words])
        elif was != next(kept):
            changes.append([f"#{now + 1}", f"#{was + 1} {old[was][1]}", f"#{now + 1} {words}"])
        elif old[was][1] != words:
            changes.append([f"#{now + 1}", old[was][1], words])
    return changes + [[f"#{was + 1}", words, ""] for was, words in dropped.items()]


def line_in_words(line: Any) -> str:
    """The line in one row of text, whatever the language: ``控制柜 KX-200 · 12 台 × 8,600 · −5% · 13% · 红色外观``."""
    parts = [
        f"{line.name} {line.specification}".strip(),
        f"{_figure(line, 'quantity')} {line.unit}".strip() + f" × {_figure(line, 'unit_price')}",
        f"−{plain_figure(line.discount)}%" if line.discount else "",
        f"{plain_figure(line.tax_rate)}%",
        line.special_demand,
    ]
    return " · ".join(part for part in parts if part)


def _figure(line: Any, name: str) -> str:
    """A figure in plain text, or what was typed in its place; ``?`` when nothing was."""
    return plain_figure(getattr(line, name)) or line.as_typed.get(name) or "?"
