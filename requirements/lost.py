"""Why requirements were lost: counted by month, owner and reason."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from accounts.models import User
from requirements.models import Requirement
from requirements.statuses import LostReason


@dataclass(frozen=True)
class Lost:
    """What one owner lost in one month: how many by reason, in the order of the reasons, and in all."""

    month: date
    owner: str
    owner_id: int | None
    numbers: list[int]

    @property
    def total(self) -> int:
        return sum(self.numbers)


def lost_since(user: User, since: date) -> list[Lost]:
    """What the owners whom this person sees lost since a day, the newest month first."""
    lost = Requirement.objects.visible_to(user).filter(lost_on__gte=since).order_by()
    grouped = lost.annotate(month=TruncMonth("lost_on")).values("month", "owner", "owner__name", "lost_reason")
    counted: dict[tuple[date, str, int | None], Counter] = {}
    for row in grouped.annotate(n=Count("pk")):
        key = (row["month"], row["owner__name"] or _("Unassigned"), row["owner"])
        counted.setdefault(key, Counter())[row["lost_reason"]] += row["n"]
    rows = [
        Lost(month, who, pk, [numbers[reason] for reason in LostReason.values])
        for (month, who, pk), numbers in counted.items()
    ]
    return sorted(rows, key=lambda row: (-row.month.toordinal(), -row.total, row.owner))


def lost_by_reason(rows: list[Lost]) -> list[tuple[str, int]]:
    """How many were lost in all by reason, the most frequent first; reasons that none had are left out."""
    sums = [sum(row.numbers[place] for row in rows) for place in range(len(LostReason.values))]
    named = zip(map(str, LostReason.labels), sums, strict=True)
    return sorted(((label, number) for label, number in named if number), key=lambda pair: -pair[1])
