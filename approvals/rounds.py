"""Review rounds: the order's content as it was submitted, and what has changed since the round before."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from approvals.models import Round
from orders import content
from orders.content import ContentField, identity_of, pair_lines, plain_text
from orders.models import Order, OrderLine

#: Whom an order is for never changes once it has its number, so no round says it.
HEADER = tuple(field for field in content.HEADER if field.name != "customer")
#: Which product a line is of tells lines apart; the rest is compared.
LINE = tuple(field for field in content.LINE if field.name != "product")


def content_of(order: Order, lines: Iterable[OrderLine] | None = None) -> dict:
    """Header and lines as plain text, language-free: what a round stores of a submission.

    ``lines`` are the order's, for whoever has them at hand.
    """
    lines = order.current_lines() if lines is None else lines
    return {
        "header": {field.read_name: plain_text(getattr(order, field.read_name)) for field in HEADER},
        "lines": [
            {
                "product": row.product_id,
                "list_price": plain_text(row.list_price),
                **{field.name: plain_text(getattr(row, field.name)) for field in LINE},
            }
            for row in lines
        ],
    }


@dataclass(frozen=True)
class Value:
    """One value as it reads now, and how it read in the round before (the same when it did not change)."""

    now: str
    was: str
    changed: bool

    @property
    def is_given(self) -> bool:
        """Whether it says anything, or did."""
        return bool(self.now or self.was)


@dataclass(frozen=True)
class Row:
    """One line with its values; ``state`` is added, removed or empty, against the round before."""

    number: int
    values: dict[str, Value]
    state: str = ""


@dataclass(frozen=True)
class Content:
    """An order as the reviewer reads it. ``compared`` tells whether there was a round to compare with."""

    header: dict[str, Value]
    rows: list[Row] = field(default_factory=list)
    compared: bool = False


def content_with_changes(order: Order) -> Content:
    """The order's present content beside that of the round before this one."""
    before = Round.objects.filter(order=order, number=order.round - (0 if order.is_draft else 1)).first()
    return compare(content_of(order), before.content if before else None)


def compare(now: dict, before: dict | None) -> Content:
    """Present content with the old value beside each; without ``before`` nothing counts as changed.

    The present lines stand in their order, then those that are gone.
    """
    compared, before = before is not None, before or now
    lines, old = now["lines"], before["lines"]
    told_apart = (
        [(identity_of(line["product"], line["name"], line["specification"]), line) for line in each]
        for each in (old, lines)
    )
    rows = []
    for number, (was, place) in enumerate(pair_lines(*told_apart), start=1):
        twin = {} if was is None else old[was]
        line = twin if place is None else lines[place]
        state = "added" if was is None else "removed" if place is None else ""
        rows.append(Row(number, _values(LINE, line, twin), state))
    return Content(_values(HEADER, now["header"], before["header"]), rows, compared)


def _values(fields: Iterable[ContentField], now: dict, was: dict) -> dict[str, Value]:
    """What both say of each field; what one of them did not keep counts as empty."""
    found = {}
    for field_ in fields:
        text, old = now.get(field_.read_name, ""), was.get(field_.read_name, "")
        found[field_.read_name] = Value(field_.readable(text), field_.readable(old), not field_.same(text, old))
    return found
