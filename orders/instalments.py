"""How the instalments of an order stand: paid, due, overdue, not due yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders.models import Instalment


@dataclass(frozen=True)
class Standing:
    """One instalment with the money received for it (元) and the state it is in, as badge family and words."""

    instalment: Instalment
    paid: Decimal
    family: str
    label: str

    @property
    def after(self) -> str:
        """How long after its trigger it is due, in words; empty when at once."""
        days = self.instalment.days
        return ngettext("%(days)s day after that", "%(days)s days after that", days) % {"days": days} if days else ""

    @property
    def unpaid(self) -> Decimal:
        return self.instalment.amount - self.paid


def standings(instalments: Iterable[Instalment], paid: dict[int, Decimal], today: date) -> list[Standing]:
    """The standing of each instalment; ``paid`` comes from ``orders.receipts.paid_by_instalment``."""
    return [_standing(instalment, paid[instalment.pk], today) for instalment in instalments]


def _standing(instalment: Instalment, paid: Decimal, today: date) -> Standing:
    if paid >= instalment.amount:
        return Standing(instalment, paid, "good", _("Paid"))
    family, label = _unpaid(instalment.due_date, today)
    if paid and family != "bad":
        family, label = "wait", _("Partly paid")
    return Standing(instalment, paid, family, label)


def _unpaid(due: date | None, today: date) -> tuple[str, str]:
    if due is None:
        return "idle", _("Not due yet")
    if due < today:
        days = (today - due).days
        return "bad", ngettext("%(n)s day overdue", "%(n)s days overdue", days) % {"n": days}
    if due == today:
        return "wait", _("Due today")
    return "wait", _("Due %(day)s") % {"day": due.isoformat()}


def next_unpaid(found: list[Standing]) -> Decimal | None:
    """What is open of the instalment to be paid next (元); None when everything is paid."""
    return next((standing.unpaid for standing in found if standing.unpaid > 0), None)
