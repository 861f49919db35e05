"""The rows in which a rep chooses orders and writes how much of each is invoiced."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from billing.invoices import amount_name
from core import parameters
from core.money import ZERO
from core.templatetags.ui import money
from orders.models import Order
from orders.number_input import Fault, Figure, read_figure
from orders.totals import LARGEST_AMOUNT

#: The boxes that choose an order; their value is its id.
CHOSEN = "order"


@dataclass(frozen=True)
class OrderBox:
    """One order with its boxes: whether it is chosen, what is written as its amount, and what is wrong with that."""

    order: Order
    chosen: bool
    typed: str
    error: str = ""

    @property
    def name(self) -> str:
        return amount_name(self.order.pk)


@dataclass(frozen=True)
class OrderBoxes:
    """The rows of the page, and the amounts (元) of those that are chosen and can be read, by the order's id."""

    rows: list[OrderBox]
    amounts: dict[int, Decimal]

    @property
    def faulty(self) -> bool:
        return any(row.error for row in self.rows)

    def refuse(self, refused: ValidationError, form) -> "OrderBoxes":
        """The same with what the service refused beside its box; everything else goes to the form."""
        said: dict[str, list[str]] = (
            refused.message_dict if hasattr(refused, "error_dict") else {NON_FIELD_ERRORS: refused.messages}
        )
        ours = {row.name for row in self.rows}
        for name, sentences in said.items():
            if name not in ours:
                form.add_error(name if name in form.fields else None, sentences)
        rows = [replace(row, error=row.error or " ".join(said.get(row.name, []))) for row in self.rows]
        return replace(self, rows=rows)


def proposed_boxes(orders: Iterable[Order], chosen: Mapping[int, Decimal]) -> OrderBoxes:
    """All that is left of each order; chosen are those that the page was opened for, with these amounts."""
    rows = []
    for order in orders:
        amount = min(chosen.get(order.pk) or order.invoiceable, order.invoiceable)
        rows.append(OrderBox(order, order.pk in chosen, money(amount)))
    return OrderBoxes(rows, {})


def read_boxes(data: QueryDict, orders: Iterable[Order]) -> OrderBoxes:
    """What was chosen and typed; an order that can be invoiced no more stays among the amounts, so that it is said."""
    chosen, figure = set(parameters.keys(data, CHOSEN)), Figure(_("The amount"), 2, LARGEST_AMOUNT, zero=False)
    amounts, rows = dict.fromkeys(chosen, ZERO), []
    for order in orders:
        typed = parameters.text(data, amount_name(order.pk))
        found = read_figure(typed, figure) if order.pk in chosen else None
        error = found.sentence if isinstance(found, Fault) else ""
        if order.pk in chosen and found is None:
            error = _("Write how much of it is invoiced.")
        if isinstance(found, Decimal):
            amounts[order.pk] = found
        rows.append(OrderBox(order, order.pk in chosen, typed, error))
    return OrderBoxes(rows, amounts)
