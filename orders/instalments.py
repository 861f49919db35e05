"""When the instalments of an order are due, what has been received for them, and how they stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import policy
from core.money import total
from customers.models import Trigger
from orders.models import Instalment, Order
from orders.policies import ACCEPTANCE_DAYS
from orders.statuses import PaymentStatus


@dataclass(frozen=True)
class Standing:
    """One instalment and the state it is in, as badge family and words."""

    instalment: Instalment
    family: str
    label: str

    @property
    def after(self) -> str:
        """How long after its trigger it is due, in words; empty when at once."""
        days = self.instalment.days
        return ngettext("%(days)s day after that", "%(days)s days after that", days) % {"days": days} if days else ""


def standings(instalments: Iterable[Instalment], today: date) -> list[Standing]:
    """The standing of each instalment on a day."""
    return [_standing(instalment, today) for instalment in instalments]


def _standing(instalment: Instalment, today: date) -> Standing:
    if not instalment.amount:
        return Standing(instalment, PaymentStatus.FREE.family, str(PaymentStatus.FREE.label))
    if not instalment.unpaid:
        return Standing(instalment, "good", _("Paid"))
    due = instalment.due_date
    if due and due < today:
        days = (today - due).days
        return Standing(instalment, "bad", ngettext("%(n)s day overdue", "%(n)s days overdue", days) % {"n": days})
    if instalment.received:
        return Standing(instalment, "wait", _("Partly paid"))
    if due is None:
        return Standing(instalment, "idle", _("Not due yet"))
    label = _("Due today") if due == today else _("Due %(day)s") % {"day": due.isoformat()}
    return Standing(instalment, "wait", label)


def next_unpaid(found: list[Standing]) -> Decimal | None:
    """What is open of the instalment to be paid next (元); None when everything is paid."""
    return next((standing.instalment.unpaid for standing in found if standing.instalment.unpaid), None)


def payment_status_of(received: Decimal, gross: Decimal) -> PaymentStatus:
    """How far an order over ``gross`` is paid (元, with tax); one over nothing is free."""
    if not gross:
        return PaymentStatus.FREE
    if received <= 0:
        return PaymentStatus.UNPAID
    return PaymentStatus.PAID if received >= gross else PaymentStatus.PARTLY_PAID


def unpaid_of(order: Order, trigger: str) -> Decimal:
    """What is missing (元, with tax) of the instalments that this trigger makes due.

    Those that the terms put some days after it are not missing yet when it happens.
    """
    return total(part.unpaid for part in order.current_instalments().filter(trigger=trigger, days=0))


# ---- due dates -------------------------------------------------------------------------------------------------------


def make_due(order: Order, trigger: Trigger, happened: date) -> list[list[int | str]]:
    """Gives the instalments with this trigger their due date, once; returns position and day of each, for history."""
    made: list[list[int | str]] = []
    for part in order.current_instalments().filter(trigger=trigger, due_date=None):
        part.due_date = due_on(part, happened)
        part.save(update_fields=["due_date"])
        made.append([part.position, part.due_date.isoformat()])
    return made


def follow_arrival(order: Order) -> None:
    """Instalments on arrival are due by the day on which all of the order was signed for; while there is none, not.

    Those on acceptance follow: what nobody objected to for some days (a policy) counts as accepted.
    """
    after = {Trigger.ARRIVAL: 0, Trigger.ACCEPTANCE: policy.value(ACCEPTANCE_DAYS)}
    for part in order.current_instalments().filter(trigger__in=after):
        arrived = order.signed_off_on
        happened = arrived and arrived + timedelta(days=after[Trigger(part.trigger)])
        part.due_date = due_on(part, happened) if happened else None
        part.save(update_fields=["due_date"])


def due_on(instalment: Instalment, happened: date) -> date:
    """When it is due if its trigger happened on this day."""
    return happened + timedelta(days=instalment.days)


def is_overdue(day: date) -> Exists:
    """Whether something of an order is past its due date on this day and not paid in full."""
    of_order = Instalment.objects.filter(order=OuterRef("pk"), revision=OuterRef("revision"))
    return Exists(of_order.unpaid().filter(due_date__lt=day))


def make_nothing_due(order: Order) -> None:
    """An order that goes back to its draft, or is cancelled, asks for no money."""
    order.instalments.update(due_date=None)
