"""Which requirement each row means, and what it makes of it: an empty cell changes nothing, no state goes back."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from core.chunks import chunks
from core.deadlines import start_of
from core.events import changes_between
from core.imports.kinds import NUMBER_TAKEN, Row, Task
from core.imports.values import tidy
from core.text_key import text_key
from customers.former_names import customers_meant
from customers.models import Contact, Customer
from orders.imports.columns import (
    BUDGET_FROM,
    BUDGET_TO,
    CHANNEL,
    CONFIRMED,
    CONTACT,
    CUSTOMER,
    DESCRIPTION,
    FIELDS,
    LOST,
    NUMBER,
    ORDER,
    PRIORITY,
    RECEIVED,
    RESPONDED,
    reason_of,
    words_of_reason,
)
from orders.models import Order
from orders.statuses import Status
from requirements.clock import response_clock
from requirements.models import Question, Requirement
from requirements.services import FIELDS as CONTENT
from requirements.services import make_findable
from requirements.statuses import Channel, RequirementStatus

_SEQUENCE = list(RequirementStatus)
#: What a change is told by; the engine's ``born`` writes the status.
_TOLD = (*CONTENT, "responded_at", "confirmed_on", "lost_on", "lost_reason", "lost_note")


@dataclass
class Meant:
    """A row and its requirement, new or as it is here: with what it was, the state that follows and its order."""

    row: Row
    requirement: Requirement
    before: dict[str, Any] = field(default_factory=dict)
    version: int = 0
    becomes: str = RequirementStatus.RECORDED
    order: Order | None = None

    @property
    def is_new(self) -> bool:
        return self.requirement.pk is None

    @property
    def title(self) -> str:
        """What it is called on the page of the dry run."""
        requirement = self.requirement
        return f"{requirement.number} {requirement.customer.short_name} {requirement.headline}".strip()

    @property
    def changes(self) -> list[list[str]]:
        """What the row changes on a known requirement."""
        found = changes_between(self.before, self.requirement)
        if self.becomes != self.requirement.status:
            found.append(["status", self.requirement.status, self.becomes])
        if self.order and self.order.requirement_id != self.requirement.pk:
            found.append(["orders", "", str(self.order)])
        return found


def make_plan(task: Task) -> list[Meant]:
    """Every row with its requirement; new ones and those that change, everything else is left out."""
    rows = [
        row for row in task.rows if not any(row[name] is None for name in (CUSTOMER, RECEIVED, DESCRIPTION, PRIORITY))
    ]
    reader = _Reader(task, rows)
    meant = [found for row in rows if (found := reader.read(row))]
    new = [each for each in meant if each.is_new]
    changed = [each for each in meant if not each.is_new and each.changes]
    for each in new:
        task.differences.creates(each.row.number, each.title, each.row.values)
    for each in changed:
        task.differences.changes(each.row.number, each.requirement, each.changes, each.title)
    task.counts.update(created=len(new), changed=len(changed), unchanged=len(meant) - len(new) - len(changed))
    return [*new, *changed]


class _Reader:
    """Reads rows against what is here already, looked up for all of them at once."""

    def __init__(self, task: Task, rows: list[Row]):
        self.task = task
        seen = task.visible(Customer.objects).select_related("owner").prefetch_related("contacts")
        self.customers = customers_meant(seen, {text_key(row[CUSTOMER]) for row in rows})
        keys = {text_key(row[NUMBER]) for row in rows if row[NUMBER]}
        self.taken = set(_found(Requirement.objects.values_list("number_key", flat=True), "number_key", keys))
        seen = task.visible(Requirement.objects).select_related("contact")
        self.known = {each.number_key: each for each in _found(seen, "number_key", keys)}
        self.unnumbered = self._unnumbered(seen, [row for row in rows if not row[NUMBER]])
        known = [each.pk for each in (*self.known.values(), *self.unnumbered.values())]
        unanswered = Question.objects.filter(answered_at=None).values_list("requirement", flat=True)
        self.questioned = set(_found(unanswered, "requirement", known))
        orders = {text_key(row[ORDER]) for row in rows if row[ORDER]}
        self.orders = {each.number_key: each for each in _found(task.visible(Order.objects), "number_key", orders)}
        days = [row[RECEIVED] for row in rows] or [timezone.localdate()]
        self.due = response_clock(min(days), max(days))
        self.rows: dict[object, int] = {}
        self.ordered: dict[int, int] = {}

    def _unnumbered(self, seen, rows: list[Row]) -> dict[tuple, Requirement]:
        """The requirements of the customers whose rows have no number, by what such a row is known by."""
        customers = {found.pk for row in rows if (found := self.customers.get(text_key(row[CUSTOMER])))}
        return {_identity(each): each for each in _found(seen, "customer_id", customers)}

    def read(self, row: Row) -> Meant | None:
        customer = self.customers.get(text_key(row[CUSTOMER]))
        if customer is None:
            self._problem(row, CUSTOMER, gettext_noop("There is no such customer. Import the customers first."))
            return None
        requirement = self._requirement(row, customer)
        if requirement is None:
            return None
        before = {name: getattr(requirement, name) for name in _TOLD} if requirement.pk else {}
        meant = Meant(row, requirement, before, requirement.version, requirement.status)
        self._write(meant, customer)
        self._order(meant, customer)
        meant.becomes = self._status(meant)
        self._judge(meant)
        make_findable(requirement, waits=meant.becomes in _SEQUENCE[:2] and requirement.responded_at is None)
        return meant

    def _requirement(self, row: Row, customer: Customer) -> Requirement | None:
        key: Any = text_key(row[NUMBER]) if row[NUMBER] else (customer.pk, row[RECEIVED], row[DESCRIPTION])
        if first := self.rows.get(key):
            sentence = gettext_noop("Row %(row)s is about the same requirement.")
            self.task.problems.add(row.number, NUMBER if row[NUMBER] else DESCRIPTION, sentence, row[NUMBER], row=first)
            return None
        self.rows[key] = row.number
        known = (self.known if row[NUMBER] else self.unnumbered).get(key)
        if known is None and row[NUMBER] and key in self.taken:
            self._problem(row, NUMBER, NUMBER_TAKEN)
            return None
        if known and known.customer_id != customer.pk:
            self._problem(row, CUSTOMER, gettext_noop("This requirement belongs to another customer."))
            return None
        return known or Requirement(number=row[NUMBER] or "", customer=customer, channel=Channel.OTHER)

    def _write(self, meant: Meant, customer: Customer) -> None:
        """Puts the filled cells into the requirement; what is known more exactly already stays."""
        row, requirement = meant.row, meant.requirement
        for column, name in FIELDS.items():
            if row[column] is not None and not _says(getattr(requirement, name), row[column]):
                setattr(requirement, name, row[column])
        requirement.channel = row[CHANNEL] or requirement.channel
        requirement.priority = row[PRIORITY]
        if other_day := meant.is_new or _day(requirement.received_at) != row[RECEIVED]:
            requirement.received_at = start_of(row[RECEIVED])
        if other_day or meant.before["priority"] != requirement.priority:
            requirement.response_due_on = self.due(requirement.received_at, requirement.priority)
        if row[RESPONDED] and requirement.responded_at is None:
            requirement.responded_at = start_of(row[RESPONDED])
        requirement.confirmed_on = row[CONFIRMED] or requirement.confirmed_on
        if row[CONTACT]:
            self._contact(row, requirement, customer)
        if row[LOST] and row[LOST] != _lost_words(requirement):
            requirement.lost_reason, requirement.lost_note = reason_of(row[LOST])
            last = requirement.confirmed_on or row[RESPONDED] or row[RECEIVED]
            requirement.lost_on = requirement.lost_on or last

    def _contact(self, row: Row, requirement: Requirement, customer: Customer) -> None:
        people: Iterable[Contact] = customer.contacts.all()
        contact = next((each for each in people if text_key(each.name) == text_key(row[CONTACT])), None)
        if contact is None:
            sentence = gettext_noop("“%(name)s” is no contact of the customer and is not kept.")
            self.task.notices.add(row.number, sentence, name=row[CONTACT])
        requirement.contact = contact or requirement.contact

    def _order(self, meant: Meant, customer: Customer) -> None:
        row = meant.row
        if not row[ORDER]:
            return
        order = self.orders.get(text_key(row[ORDER]))
        if order is None:
            self._problem(row, ORDER, gettext_noop("There is no such order. Import the orders first."))
        elif order.customer_id != customer.pk:
            self._problem(row, ORDER, gettext_noop("This order is another customer's."))
        elif self.ordered.setdefault(order.pk, row.number) != row.number or (
            order.requirement_id and order.requirement_id != meant.requirement.pk
        ):
            self._problem(row, ORDER, gettext_noop("This order belongs to another requirement."))
        else:
            meant.order = order
            if order.status == Status.CANCELLED:
                sentence = gettext_noop("The order was cancelled: the requirement does not count as ordered.")
                self.task.notices.add(row.number, sentence)

    def _status(self, meant: Meant) -> str:
        """The state that follows from what is known, never one behind where the requirement is."""
        requirement, now = meant.requirement, meant.requirement.status
        live = meant.order and meant.order.status != Status.CANCELLED
        if meant.row[LOST] or now == RequirementStatus.LOST:
            return RequirementStatus.LOST
        follows = RequirementStatus.RECORDED
        if live:
            follows = RequirementStatus.ORDERED
        elif requirement.confirmed_on:
            follows = RequirementStatus.CONFIRMED
        elif requirement.responded_at:
            follows = RequirementStatus.CLARIFYING
        return max(follows, RequirementStatus(now), key=_SEQUENCE.index)

    def _judge(self, meant: Meant) -> None:
        """What cannot be: days in the wrong order, a budget upside down, a settled record that says something else."""
        row, requirement = meant.row, meant.requirement
        for column in (RECEIVED, RESPONDED, CONFIRMED):
            if row[column] and row[column] > timezone.localdate():
                self._problem(row, column, gettext_noop("This day lies in the future."))
            elif row[column] and row[column] < row[RECEIVED]:
                self._problem(row, column, gettext_noop("This day is before the requirement was received."))
        if requirement.budget_from and requirement.budget_to and requirement.budget_to < requirement.budget_from:
            column = BUDGET_TO if row[BUDGET_TO] is not None else BUDGET_FROM
            self._problem(row, column, gettext_noop("The budget's upper end is below its lower one."))
        if meant.is_new:
            return
        if row[RESPONDED] and _day(requirement.responded_at) != row[RESPONDED]:
            self._problem(row, RESPONDED, gettext_noop("The first answer was given on another day."))
        settled = requirement.status not in _SEQUENCE[:2]
        if settled and (told := [name for name, _old, _new in meant.changes if name in CONTENT]):
            column = next((column for column, name in FIELDS.items() if name == told[0]), DESCRIPTION)
            self._problem(row, column, gettext_noop("The requirement is settled and stands as it is."))
        if not settled and meant.becomes == RequirementStatus.CONFIRMED and requirement.pk in self.questioned:
            self._problem(row, CONFIRMED, gettext_noop("A question is still open."))

    def _problem(self, row: Row, column: str, sentence: str) -> None:
        self.task.problems.add(row.number, column, sentence, row[column])


def _found(seen, name: str, keys: Iterable) -> Iterable:
    for some in chunks(sorted(keys)):
        yield from seen.filter(**{f"{name}__in": some})


def _says(kept: Any, read: Any) -> bool:
    """Whether what is kept is what was read; blanks at the ends of lines do not count."""
    return (tidy(kept) if isinstance(kept, str) else kept) == read


def _identity(requirement: Requirement) -> tuple:
    return requirement.customer_id, _day(requirement.received_at), tidy(requirement.description)


def _lost_words(requirement: Requirement) -> str:
    if not requirement.lost_reason:
        return ""
    return words_of_reason(requirement.lost_reason, requirement.lost_note)


def _day(moment: datetime | None) -> date | None:
    return timezone.localtime(moment).date() if moment else None
