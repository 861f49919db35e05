"""What an order is on paper: a quotation while it is a draft, else a confirmation, which holds once it is approved."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.files import show_prices
from orders.models import Order
from orders.statuses import UNDER_REVIEW, Status

#: The purpose under which the customer's signed confirmation is filed with the order.
CONFIRMATION = show_prices("confirmation")


@dataclass(frozen=True)
class Paper:
    """What the sheet is called, and the mark on it when the customer must not rely on it; empty when they may."""

    title: str
    mark: str


@dataclass(frozen=True)
class Clause:
    """One thing agreed upon; ``label`` says of what kind it is and may be empty."""

    text: str
    label: str = ""


def paper_of(order: Order) -> Paper:
    """The paper that this order makes in its present state."""
    # A draft that was cancelled never got a number, and nobody ever reviewed it.
    quoted = order.is_draft or not order.number
    mark = _("Cancelled") if order.status == Status.CANCELLED else ""
    if order.status in UNDER_REVIEW:
        mark = _("Not approved yet, not binding")
    return Paper(_("Quotation") if quoted else _("Order confirmation"), mark)


def clauses_of(order: Order, standard: str) -> list[Clause]:
    """What is agreed besides goods and money: the order's own words, then the ``standard`` clauses, one a line."""
    own = [
        Clause(order.special_requirements.strip(), _("Special requirements")),
        Clause(order.liability_clauses.strip(), _("Liability clauses")),
    ]
    common = [Clause(line.strip()) for line in standard.splitlines()]
    return [clause for clause in [*own, *common] if clause.text]
