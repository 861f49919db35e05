"""How a plan of requirements is written, and requirements as rows of the import again."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django.utils import timezone

from core.chunks import chunks
from core.events import record_all
from core.imports.kinds import Overtaken, Source
from core.locks import lock_rows
from core.numbers import next_serials
from core.text_key import text_key
from core.workflow import born
from customers.models import Customer
from orders.imports.columns import (
    CHANNEL,
    CHANNELS,
    CONFIRMED,
    CONTACT,
    CUSTOMER,
    FIELDS,
    LOST,
    NUMBER,
    ORDER,
    PRIORITIES,
    PRIORITY,
    RECEIVED,
    RESPONDED,
    words_of_reason,
)
from orders.imports.plan import Meant
from orders.models import Order
from orders.statuses import Status
from requirements.models import Requirement
from requirements.services import DERIVED, own_key_of, requirement_number
from requirements.services import FIELDS as CONTENT
from requirements.statuses import RequirementStatus

_BATCH = 500
_CHANGED = (*CONTENT, *DERIVED, "responded_at", "confirmed_on", "lost_on", "lost_reason", "lost_note", "version")
SELECT, PREFETCH = ("customer", "contact"), ("orders",)


def write(plan: list[Meant], source: Source) -> None:
    """Writes all of it in a few statements. Raises Overtaken when somebody changed one of them meanwhile."""
    new = [meant for meant in plan if meant.is_new]
    changed = [meant for meant in plan if not meant.is_new]
    customers = _locked(Customer, {meant.requirement.customer_id for meant in new})
    known = _locked(Requirement, {meant.requirement.pk for meant in changed})
    orders = _locked(Order, {meant.order.pk for meant in plan if meant.order})
    for meant in changed:
        if known[meant.requirement.pk].version != meant.version:
            raise Overtaken
    for meant in plan:
        if meant.order and orders[meant.order.pk].requirement_id not in (None, meant.requirement.pk):
            raise Overtaken
    told = [(meant.requirement, {"changes": meant.changes}) for meant in changed]
    _open(new, customers)
    for meant in changed:
        meant.requirement.version += 1
    Requirement.objects.bulk_update([meant.requirement for meant in changed], _CHANGED, _BATCH)
    _bear(plan)
    _link(plan)
    rows = {meant.requirement.pk: {"file": source.name, "row": meant.row.number} for meant in plan}
    record_all("imported", [(each.requirement, rows[each.requirement.pk]) for each in new], by=source.by)
    entries = [(requirement, {**rows[requirement.pk], **data}) for requirement, data in told]
    record_all("updated_by_import", entries, by=source.by)


def _locked(model, keys: Iterable[int]) -> dict[int, Any]:
    return {row.pk: row for some in chunks(sorted(keys)) for row in lock_rows(model.objects.filter(pk__in=some))}


def _open(new: list[Meant], customers: dict[int, Customer]) -> None:
    """The new ones, of whoever owns their customers now, with numbers of ours where the file has none."""
    _give_numbers([meant.requirement for meant in new])
    for meant in new:
        customer = customers[meant.requirement.customer_id]
        meant.requirement.owner_id, meant.requirement.team_id = customer.owner_id, customer.team_id
    Requirement.objects.bulk_create([meant.requirement for meant in new], _BATCH)


def _give_numbers(requirements: list[Requirement]) -> None:
    month = f"{timezone.localdate():%Y%m}"
    brought = {text_key(each.number) for each in requirements if each.number}
    waiting = [each for each in requirements if not each.number]
    while waiting:
        serials = next_serials(f"requirement:{month}", len(waiting))
        numbers = [requirement_number(month, serial) for serial in serials]
        keys = [text_key(number) for number in numbers]
        taken = brought.union(Requirement.objects.filter(number_key__in=keys).values_list("number_key", flat=True))
        for number in (each for each in numbers if text_key(each) not in taken):
            requirement = waiting.pop(0)
            requirement.number = number
            requirement.own_key = own_key_of(requirement)


def _bear(plan: list[Meant]) -> None:
    """Gives every requirement the state that follows from its row."""
    moved = sorted(
        (meant for meant in plan if meant.becomes != meant.requirement.status), key=lambda each: each.becomes
    )
    for status, some in groupby(moved, key=lambda each: each.becomes):
        born([meant.requirement for meant in some], status)


def _link(plan: list[Meant]) -> None:
    linked = []
    for meant in plan:
        if meant.order:
            meant.order.requirement = meant.requirement
            linked.append(meant.order)
    Order.objects.bulk_update(linked, ["requirement"], _BATCH)


def rows_of(requirements: Iterable[Requirement]) -> Iterator[dict[str, Any]]:
    """Requirements as rows of the import, each with the order that came of it."""
    channels = {channel.value: word for word, channel in CHANNELS.items()}
    priorities = {priority.value: word for word, priority in PRIORITIES.items()}
    for requirement in requirements:
        row = {column: getattr(requirement, name) for column, name in FIELDS.items()}
        orders = sorted(requirement.orders.all(), key=lambda order: (order.status != Status.CANCELLED, order.pk))
        numbered = [order.number for order in orders if order.number]
        lost = requirement.status == RequirementStatus.LOST
        yield row | {
            NUMBER: requirement.number,
            CUSTOMER: requirement.customer.number,
            CONTACT: requirement.contact.name if requirement.contact else None,
            CHANNEL: channels[requirement.channel],
            RECEIVED: timezone.localtime(requirement.received_at).date(),
            PRIORITY: priorities[requirement.priority],
            RESPONDED: requirement.responded_on,
            CONFIRMED: requirement.confirmed_on,
            ORDER: numbered[-1] if numbered else None,
            LOST: words_of_reason(requirement.lost_reason, requirement.lost_note) if lost else None,
        }
