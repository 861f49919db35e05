"""What waits for a person, computed from the records each time; nothing is copied.

Each kind of work is a ``Source``: how much waits is counted by the database, and only what a page shows becomes items.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import policy, registries, workdays
from core.deadlines import start_of

AT_ONCE = 50  # items of a source that the page shows; it says how many more wait and where they are listed


@dataclass(frozen=True)
class Item:
    """One thing to do: its kind, for whom, what, until when and why then, and the verb that leads there."""

    kind: str  # key, e.g. "review"; counts in the navigation are per kind
    kind_label: str
    whom: str
    what: str
    url: str
    verb: str
    due: datetime
    why: str
    grade: str = ""
    detail: str = ""
    estimated: bool = False


class Source:
    """One kind of work that waits for people; see ``worklist_source``.

    ``kind`` is the key under which it is counted, ``label`` what it is called when not all of it is shown.
    """

    kind = ""
    label: Any = ""

    def waiting(self, user) -> QuerySet:
        """The records that wait for this person, the most pressing first."""
        raise NotImplementedError

    def due_before(self, instants: list[datetime]) -> list[Q]:
        """For each instant the condition of the records that are due before it."""
        raise NotImplementedError

    def items_of(self, records: list) -> list[Item]:
        """What the page says about some of the records, in a bounded number of queries."""
        raise NotImplementedError

    def list_url(self) -> str:
        """Where all of them are listed."""
        raise NotImplementedError

    def items(self, user, limit: int) -> list[Item]:
        """The most pressing ones, at most ``limit``."""
        records = list(self.waiting(user)[:limit])
        return self.items_of(records) if records else []

    def counts(self, user, now: datetime) -> dict[str, int]:
        """How many items there are by the stretch of time in which they are due, in one query."""
        waiting = self.waiting(user).order_by()
        if waiting.query.is_empty():
            return dict.fromkeys(STRETCHES, 0)
        ends = ends_of_stretches(now)
        conditions = zip(ends, self.due_before(list(ends.values())), strict=True)
        before = {key: Count("pk", filter=condition) for key, condition in conditions}
        found = waiting.aggregate(**before, later=Count("pk"))
        earlier = [0, *found.values()]
        return {key: number - past for (key, number), past in zip(found.items(), earlier, strict=False)}


_Kind = TypeVar("_Kind", bound=type[Source])


def worklist_source(kind: _Kind) -> _Kind:
    """Puts a kind of work on everybody's worklist."""
    registries.worklist.append(kind())
    return kind


@dataclass(frozen=True)
class Group:
    """Items that are due in the same stretch of time, and how many there are with those that are not shown."""

    key: str
    label: str
    items: list[Item]
    number: int


@dataclass(frozen=True)
class Rest:
    """A kind of work of which the page shows only a part."""

    label: str
    shown: int
    number: int
    url: str


@dataclass(frozen=True)
class Worklist:
    """What a person's page shows."""

    groups: list[Group]
    rests: list[Rest]


STRETCHES = {"late": _("Overdue"), "today": _("Today"), "week": _("This week"), "later": _("Later")}


def items_for(user) -> list[Item]:
    """What waits for this person, at most ``AT_ONCE`` of a source, the longest overdue first."""
    found: Iterable[Item] = (item for source in registries.worklist for item in source.items(user, AT_ONCE))
    return sorted(found, key=lambda item: item.due)


@policy.read_once()
@workdays.read_once()
def worklist_for(user, now: datetime | None = None) -> Worklist:
    """The worklist by due time: overdue, today, this week, later; groups that show nothing are left out."""
    now = timezone.localtime(now)
    numbers, items, rests = dict.fromkeys(STRETCHES, 0), [], []
    for source in registries.worklist:
        found = source.items(user, AT_ONCE)
        items += found
        counts = source.counts(user, now) if len(found) == AT_ONCE else _counted(found, now)
        numbers = {key: number + counts[key] for key, number in numbers.items()}
        if sum(counts.values()) > len(found):
            rests.append(Rest(str(source.label), len(found), sum(counts.values()), source.list_url()))
    pairs = [(item, stretch_of(item.due, now)) for item in sorted(items, key=lambda item: item.due)]
    groups = [
        Group(key, str(label), [item for item, stretch in pairs if stretch == key], numbers[key])
        for key, label in STRETCHES.items()
    ]
    return Worklist([group for group in groups if group.items], rests)


def _counted(items: list[Item], now: datetime) -> dict[str, int]:
    """``Source.counts`` of items that are all there are."""
    return {**dict.fromkeys(STRETCHES, 0), **Counter(stretch_of(item.due, now) for item in items)}


@policy.read_once()
@workdays.read_once()
def counts_for(user) -> dict[str, int]:
    """How much waits: ``worklist`` in all, ``worklist_late`` overdue, and one count per kind."""
    now, found = timezone.now(), {"worklist": 0, "worklist_late": 0}
    for source in registries.worklist:
        counts = source.counts(user, now)
        number = sum(counts.values())
        found["worklist"] += number
        found["worklist_late"] += counts["late"]
        found[source.kind] = found.get(source.kind, 0) + number
    return found


# ---- when things are due ---------------------------------------------------------------------------------------------


def ends_of_stretches(now: datetime) -> dict[str, datetime]:
    """Until when a due time belongs to each stretch: what is overdue, today, this week; the rest is for later."""
    today = timezone.localtime(now).date()
    monday = today + timedelta(days=7 - today.weekday())
    return {"late": now, "today": start_of(today + timedelta(days=1)), "week": start_of(monday)}


def stretch_of(due: datetime, now: datetime) -> str:
    """The stretch of time in which something is due."""
    if due < now:
        return "late"
    return next((key for key, end in ends_of_stretches(now).items() if due < end), "later")
