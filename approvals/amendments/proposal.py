"""What an amendment would make of its order: header and lines as they are kept, and the order as it would be."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from approvals.amendments.instalments import amended_instalments
from approvals.models import Amendment
from orders.content import WRITTEN_HEADER, WRITTEN_LINE, ContentField, identity_of, pair_lines, plain_text
from orders.lines import LineInput, build_lines
from orders.models import Instalment, Order, OrderLine
from orders.parties import recipient_of
from orders.revisions import Revision, as_of
from orders.totals import Amounts, order_amounts

#: Whom an order is for and of which day it is never changes any more.
STANDS_FAST = ("customer", "order_date")
#: What of an order's header an amendment can say.
HEADER = tuple(field for field in WRITTEN_HEADER if field.name not in STANDS_FAST)
#: What a line says besides which product it is of, which tells lines apart.
COMPARED = tuple(field for field in WRITTEN_LINE if not field.is_relation)
_FIGURES = tuple(field.name for field in COMPARED if field.is_figure)


# ---- as it is kept ---------------------------------------------------------------------------------------------------


def header_as_kept(values: Mapping[str, Any]) -> dict[str, str]:
    """A header, given by the names of its fields, by columns as plain text; records by their keys."""
    found = {}
    for field in HEADER:
        value = values[field.name]
        found[field.column] = plain_text(value.pk if field.is_relation and value else value)
    return found


def header_of(order: Order) -> dict[str, str]:
    """What an order's header says now, as an amendment keeps it."""
    return {field.column: plain_text(getattr(order, field.column)) for field in HEADER}


def line_as_kept(line: LineInput) -> dict[str, Any]:
    """A line with its figures as text."""
    kept = asdict(line) | {"as_typed": dict(line.as_typed)}
    return kept | {name: None if kept[name] is None else plain_text(kept[name]) for name in _FIGURES}


def line_of(kept: Mapping[str, Any]) -> LineInput:
    """The line that was kept."""
    figures = {name: None if kept[name] is None else Decimal(kept[name]) for name in _FIGURES}
    return LineInput(**{**kept, **figures})


def input_of(line: OrderLine) -> LineInput:
    """A line of an order as somebody would write it."""
    return LineInput(product_id=line.product_id, **{field.name: getattr(line, field.name) for field in COMPARED})


# ---- as it would be --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pair:
    """A line of the order and what becomes of it: added lines have no ``was``, dropped ones no ``now``."""

    was: OrderLine | None
    now: OrderLine | None

    @property
    def any(self) -> OrderLine:
        """What of the two there is, rather the new one."""
        line = self.now or self.was
        assert line, "A pair has one of the two."
        return line

    @property
    def changed(self) -> list[ContentField]:
        """The fields in which both differ; none where there is only one."""
        if self.was is None or self.now is None:
            return []
        return [f for f in COMPARED if not f.same(getattr(self.was, f.name), getattr(self.now, f.name))]

    @property
    def is_touched(self) -> bool:
        return self.was is None or self.now is None or bool(self.changed)


class Proposed:
    """An order as an amendment would have it, in memory, beside what it is now.

    ``before`` is the order with the lines that the amendment changes, ``order`` a copy that says the new content.
    """

    def __init__(self, amendment: Amendment):
        self.amendment = amendment
        # Of its lines, by the id of what they were (approvals.amendments.floor).
        self.floors: Any = None
        self.before: Order = as_of(amendment.order, amendment.base_revision)
        self.order = copy.copy(self.before)
        for field in HEADER:
            setattr(self.order, field.column, field.from_plain(amendment.header[field.column]))
        self._follow_header()
        amounts = order_amounts(Amounts(line.net_amount, line.tax_amount) for line in self.lines)
        self.order.net_total, self.order.tax_total = amounts
        self.order.gross_total = amounts.gross

    def _follow_header(self) -> None:
        """Recipient and address of the papers follow what was changed, and nothing else does."""
        if "contact" in self.changed_names:
            file = copy.copy(self.order)
            file.buyer_name = ""
            found = recipient_of(file)
            self.order.recipient_name, self.order.recipient_phone = (found.name, found.phone) if found else ("", "")
        if "delivery_address" in self.changed_names:
            self.order.ship_to = self.order.delivery_address or self.order.customer.full_address
        self.order.revision = self.before.revision + 1

    @cached_property
    def changed_header(self) -> list[ContentField]:
        """The fields of the header that would say something else."""
        return [f for f in HEADER if getattr(self.before, f.column) != getattr(self.order, f.column)]

    @cached_property
    def changed_names(self) -> set[str]:
        return {field.name for field in self.changed_header}

    @cached_property
    def before_lines(self) -> list[OrderLine]:
        return list(self.before.current_lines().select_related("product"))

    @cached_property
    def before_parts(self) -> list[Instalment]:
        return list(self.before.current_instalments())

    @cached_property
    def _built(self) -> tuple[list[OrderLine], dict]:
        return build_lines(self.order, [line_of(kept) for kept in self.amendment.lines])

    @cached_property
    def lines(self) -> list[OrderLine]:
        """The lines, not saved; one whose price stays keeps the list price that it was judged by."""
        lines = self._built[0]
        for was, now in _pairs(self.before_lines, lines):
            if was and now and all(_same(was, now, name) for name in ("unit_price", "discount", "product_id")):
                now.list_price = was.list_price
        return lines

    @property
    def faults(self) -> dict:
        """What cannot be kept, by line and field, as of ``orders.lines.build_lines``."""
        return self._built[1]

    @cached_property
    def pairs(self) -> list[Pair]:
        """The new lines in their order, each with what it was; then those that are dropped."""
        return [Pair(was, now) for was, now in _pairs(self.before_lines, self.lines)]

    @cached_property
    def instalments(self) -> list[Instalment]:
        """The instalments, not saved."""
        return amended_instalments(self.before, self.before_parts, self.order)

    @property
    def keeps_terms(self) -> bool:
        return "payment_terms" not in self.changed_names

    @property
    def says_something_else(self) -> bool:
        moved = [line.position for line in self.before_lines] != [p.was.position for p in self.pairs if p.was]
        return bool(self.changed_header) or moved or any(pair.is_touched for pair in self.pairs)

    @property
    def net_change(self) -> Decimal:
        return self.order.net_total - self.before.net_total

    @property
    def gross_change(self) -> Decimal:
        return self.order.gross_total - self.before.gross_total

    @property
    def touched_lines(self) -> list[OrderLine]:
        """The lines of the order that wait meanwhile: all where the goods would go elsewhere or otherwise."""
        if self.changed_names & {"delivery_address", "delivery_method"}:
            return self.before_lines
        return [pair.was for pair in self.pairs if pair.was and pair.is_touched]

    def revision(self) -> Revision:
        """The revision that it becomes; lines and instalments are saved by ``orders.revisions.move_to``."""
        kept = {pair.was.pk: pair.now for pair in self.pairs if pair.was and pair.now}
        added: list[OrderLine | Instalment] = [pair.now for pair in self.pairs if pair.now and not pair.was]
        parts: dict[int, Instalment] = {}
        if self.keeps_terms:
            parts = {was.pk: now for was, now in zip(self.before_parts, self.instalments, strict=True)}
        else:
            added += self.instalments
        parties = ("recipient_name", "recipient_phone", "ship_to")
        columns = [*(field.column for field in self.changed_header), *parties]
        amounts = Amounts(self.order.net_total, self.order.tax_total)
        header = {column: getattr(self.order, column) for column in columns}
        return Revision(kept, parts, amounts, added=tuple(added), header=header)


def _same(was: OrderLine, now: OrderLine, name: str) -> bool:
    return getattr(was, name) == getattr(now, name)


def _pairs(before: Sequence[OrderLine], after: Sequence[OrderLine]) -> Iterable[tuple[Any, Any]]:
    """The lines of both, those that are the same line together."""
    old, new = (
        [(identity_of(line.product_id, line.name, line.specification), _said(line)) for line in lines]
        for lines in (before, after)
    )
    for was, now in pair_lines(old, new):
        yield (None if was is None else before[was], None if now is None else after[now])


def _said(line: OrderLine) -> tuple:
    """What tells lines of one product apart."""
    return tuple(getattr(line, field.name) for field in COMPARED)


def products_in(proposed: Proposed) -> set[int]:
    """The products of its lines, old and new."""
    return {line.product_id for line in (*proposed.before_lines, *proposed.lines) if line.product_id}
