"""The next revision of an approved order, the one way in which what was agreed changes, and the revisions before it."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Model

from orders.content import HEADER, plain_text
from orders.models import FormerHeader, Instalment, Order, OrderLine
from orders.totals import Amounts, cut_instalments, line_amounts, order_amounts

_TOTALS = ("net_total", "tax_total", "gross_total")


@dataclass(frozen=True)
class Revision:
    """What a revision would say: its lines and instalments by the ids of those before, not saved, and its amounts.

    ``added`` are lines and instalments that no earlier one became, ``header`` new values by their columns.
    """

    lines: dict[int, OrderLine]
    instalments: dict[int, Instalment]
    amounts: Amounts
    added: tuple[OrderLine | Instalment, ...] = ()
    header: Mapping[str, Any] = field(default_factory=dict)

    def parts(self, kind: type[Model]) -> list[Any]:
        """All its rows of a kind, lines or instalments."""
        return [row for row in (*self.lines.values(), *self.instalments.values(), *self.added) if type(row) is kind]


def reduced(order: Order, quantities: Mapping[int, Decimal]) -> Revision:
    """The order with these quantities by line id; lines without one, or with none, are dropped.

    What instalments have received stays theirs (``orders.totals.cut_instalments``).
    """
    number, lines = order.revision + 1, {}
    for line in order.current_lines():
        if quantity := quantities.get(line.pk):
            amounts = line_amounts(quantity, line.unit_price, line.discount, line.tax_rate)
            known = {"quantity": quantity, "net_amount": amounts.net, "tax_amount": amounts.tax}
            lines[line.pk] = copy_of(line, revision=number, **known)
    amounts = order_amounts(Amounts(line.net_amount, line.tax_amount) for line in lines.values())
    parts = list(order.current_instalments())
    cut = cut_instalments(amounts.gross, [(part.percent, part.received) for part in parts])
    instalments = {
        part.pk: copy_of(part, revision=number, amount=amount, received=Decimal(0))
        for part, amount in zip(parts, cut, strict=True)
    }
    return Revision(lines, instalments, amounts)


def copy_of(part: Model, **otherwise: Any) -> Any:
    """A line or instalment once more, not saved, with other values where some are given."""
    fields = {field.attname: getattr(part, field.attname) for field in part._meta.concrete_fields}
    return type(part)(**(fields | {"id": None} | otherwise))


def move_to(order: Order, revision: Revision) -> None:
    """Inserts lines and instalments, then moves the order to them in one update; call it under the order's lock.

    What hangs on lines and instalments is the caller's to carry along; of what was received the order keeps what it
    costs, until that is counted anew. The header of before is kept.
    """
    for kind in (OrderLine, Instalment):
        kind._base_manager.bulk_create(revision.parts(kind))
    FormerHeader.objects.create(order=order, revision=order.revision, values=header_of(order))
    order.revision += 1
    order.net_total, order.tax_total = revision.amounts
    order.gross_total = revision.amounts.gross
    for column, value in revision.header.items():
        setattr(order, column, value)
    order.received_total = min(order.received_total, order.gross_total)
    order.save(update_fields=["revision", *_TOTALS, "received_total", *revision.header])


# ---- revisions that were in force ------------------------------------------------------------------------------------


def header_of(order: Order) -> dict[str, str]:
    """What the order's header says, by column, as ``FormerHeader`` keeps it."""
    return {part.column: plain_text(getattr(order, part.column)) for part in HEADER}


def as_of(order: Order, number: int) -> Order:
    """The order as it was in a revision, not to be saved: header, lines and instalments of then.

    Raises:
        FormerHeader.DoesNotExist: for a revision that it never had.
    """
    if number == order.revision:
        return order
    kept = order.former_headers.get(revision=number)
    former = copy.copy(order)
    former.revision = number
    for part in HEADER:
        setattr(former, part.column, part.from_plain(kept.values[part.column]))
    return former
