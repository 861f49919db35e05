"""What waits for a person, computed from the records each time; nothing is copied."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import registries


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


@dataclass(frozen=True)
class Group:
    """Items that are due in the same stretch of time."""

    key: str
    label: str
    items: list[Item]


_LABELS = {"late": _("Overdue"), "today": _("Today"), "week": _("This week"), "later": _("Later")}


def items_for(user) -> list[Item]:
    """Everything that waits for this person, the longest overdue first."""
    found: Iterable[Item] = (item for source in registries.worklist for item in source(user))
    return sorted(found, key=lambda item: item.due)


def groups_for(user, now: datetime | None = None) -> list[Group]:
    """The worklist by due time: overdue, today, this week, later; empty groups are left out."""
    now = timezone.localtime(now)
    items = items_for(user)
    keys = [_stretch(item.due, now) for item in items]
    pairs = list(zip(items, keys, strict=True))
    groups = [Group(key, str(label), [i for i, k in pairs if k == key]) for key, label in _LABELS.items()]
    return [group for group in groups if group.items]


def _stretch(due: datetime, now: datetime) -> str:
    if due < now:
        return "late"
    day, today = timezone.localtime(due).date(), now.date()
    if day == today:
        return "today"
    return "week" if day <= today + timedelta(days=6 - today.weekday()) else "later"


def counts_for(user) -> dict[str, int]:
    """How much waits: ``worklist`` in all, ``worklist_late`` overdue, and one count per kind."""
    now, counts = timezone.now(), {"worklist": 0, "worklist_late": 0}
    for item in items_for(user):
        counts["worklist"] += 1
        counts["worklist_late"] += item.due < now
        counts[item.kind] = counts.get(item.kind, 0) + 1
    return counts
