"""The boxes in which finance writes how much of each instalment a receipt pays."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from billing.balance import SHARE, Shares, share_name
from core import parameters
from core.http import is_key
from core.money import total
from core.templatetags.ui import money
from orders.models import Instalment
from orders.number_input import Fault, Figure, read_figure
from orders.totals import LARGEST_AMOUNT


@dataclass(frozen=True)
class ShareRow:
    """One instalment with its box: what stands in it, and what is wrong with that."""

    instalment: Instalment
    typed: str = ""
    error: str = ""

    @property
    def name(self) -> str:
        return share_name(self.instalment.pk)


@dataclass(frozen=True)
class SharesForm:
    """The boxes of some instalments as they were sent: the shares that can be read, by id, and the rows of the page."""

    shares: dict[int, Decimal]
    rows: list[ShareRow]

    @property
    def faulty(self) -> bool:
        return any(row.error for row in self.rows)

    @property
    def given(self) -> Decimal:
        """What is shared out, in 元."""
        return total(self.shares.values())

    def with_errors(self, refused: ValidationError) -> "SharesForm":
        """The same, with what the service refused beside its box."""
        found = refused.message_dict if hasattr(refused, "error_dict") else {}
        rows = [ShareRow(r.instalment, r.typed, r.error or " ".join(found.get(r.name, []))) for r in self.rows]
        return SharesForm(self.shares, rows)


def read_shares(data: QueryDict, parts: list[Instalment]) -> SharesForm:
    """What was typed beside the instalments; an empty box is nothing.

    The share of an instalment that was paid or replaced since the page was shown stays among them: who records the
    money is told, and it does not become balance unasked.
    """
    figure = Figure(_("The amount"), 2, LARGEST_AMOUNT)
    shares, rows = {}, []
    for part in parts:
        typed = parameters.text(data, share_name(part.pk))
        found = read_figure(typed, figure)
        rows.append(ShareRow(part, typed, found.sentence if isinstance(found, Fault) else ""))
        if isinstance(found, Decimal) and found:
            shares[part.pk] = found
    return SharesForm(_of_others(data, parts, figure) | shares, rows)


def _of_others(data: QueryDict, parts: list[Instalment], figure: Figure) -> dict[int, Decimal]:
    """The shares that were sent for other instalments than these."""
    typed = {name.removeprefix(SHARE): parameters.text(data, name) for name in data if name.startswith(SHARE)}
    found = {int(pk): read_figure(text, figure) for pk, text in typed.items() if is_key(pk)}
    shown = {part.pk for part in parts}
    return {pk: share for pk, share in found.items() if pk not in shown and isinstance(share, Decimal) and share}


def proposed_shares(parts: list[Instalment], shares: Mapping[int, Decimal] | Shares) -> SharesForm:
    """The boxes with what is proposed."""
    rows = [ShareRow(part, money(shares[part.pk]) if part.pk in shares else "") for part in parts]
    return SharesForm(dict(shares), rows)
