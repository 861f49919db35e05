"""Until when something is due, counted in working days: the instant, how it comes about, and whether it presses."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.workdays import Due, add_workdays, exceptions_between, horizon, starts_over_by

#: What is due on a day is due when the office and the gate close.
CLOSING = time(18)


@dataclass(frozen=True)
class Deadline:
    """Until when somebody must act: the instant, and the working days it was counted in."""

    at: datetime
    counted: Due

    def pressing(self, now: datetime) -> str:
        """``late`` once it has passed, ``soon`` on the last day before, else empty."""
        if self.at < now:
            return "late"
        return "soon" if self.at < now + timedelta(days=1) else ""

    def explained(self, reason: str) -> str:
        """The reason of the due time, with the days that did not count; what a hover tells."""
        if not self.counted.skipped:
            return reason
        skipped = _(", ").join(f"{day:%m-%d}" for day in self.counted.skipped)
        return _("%(why)s Not worked: %(days)s.") % {"why": reason, "days": skipped}


def how_long(since: datetime, now: datetime) -> str:
    """For how long something has waited, in whole days as everywhere else, on the first day in hours or minutes."""
    if (days := (now - since).days) < 1:
        return timesince(since, now, depth=1)
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def deadlines_after(instants: Iterable[datetime], days: int, closing: time | None = None) -> dict[datetime, Deadline]:
    """For each instant the same time of day, or ``closing``, ``days`` working days later; one query for all of them."""
    local = {since: timezone.localtime(since) for since in instants}
    if not local:
        return {}
    first, last = min(local.values()).date(), max(local.values()).date()
    exceptions = exceptions_between(first, horizon(last, days))
    counted = {day: add_workdays(day, days, exceptions) for day in {at.date() for at in local.values()}}
    return {
        since: Deadline(_moment(counted[at.date()].day, closing or at.time()), counted[at.date()])
        for since, at in local.items()
    }


def counted_from(field: str, days: int, instants: list[datetime], closing: time | None = None) -> list[Q]:
    """For each instant the condition of what is due before it, ``days`` working days after the moment in ``field``: at
    that moment's time of day, or when ``closing`` strikes. What ``Source.due_before`` of a worklist answers.
    """
    local = [timezone.localtime(instant) for instant in instants]
    first, last = min(local).date(), max(local).date()
    exceptions = exceptions_between(first - (horizon(first, days) - first), horizon(last, days))
    conditions = []
    for instant in local:
        last_over, ending = starts_over_by(instant.date(), days, exceptions)
        if closing is not None and closing < instant.time():
            last_over = max(ending, default=last_over)
        found = Q(**{f"{field}__lt": start_of(last_over + timedelta(days=1))})
        for day in ending if closing is None else ():
            found |= Q(**{f"{field}__gte": start_of(day), f"{field}__lt": _moment(day, instant.time())})
        conditions.append(found)
    return conditions


def start_of(day: date) -> datetime:
    return _moment(day, time.min)


def end_of(day: date) -> datetime:
    """When what is due on this day is due."""
    return _moment(day, CLOSING)


def last_closed(instant: datetime) -> date:
    """The last day on which office and gate had closed before this instant."""
    local = timezone.localtime(instant)
    return local.date() - timedelta(days=0 if local.time() > CLOSING else 1)


def _moment(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))
