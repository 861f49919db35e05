"""What waits for finance: months that are over and not archived."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from analytics.archive.automatic_closing import due_at, months_over
from analytics.archive.closing import archived_months
from analytics.figures.months import Month
from analytics.rights import may_close
from core.worklist import AT_ONCE, STRETCHES, Item, Source, stretch_of, worklist_source


@worklist_source
class MonthsToClose(Source):
    """Worklist of finance: months that are over and not archived."""

    kind = "closing"
    label = gettext_lazy("Month to close")

    def items(self, user: User, limit: int = AT_ONCE) -> list[Item]:
        return [
            Item(
                kind=self.kind,
                kind_label=str(self.label),
                whom=str(month),
                what=_("Check the list and close the month"),
                url=reverse("archive:month", args=[str(month)]),
                verb=_("Close"),
                due=due_at(month),
                why=_("Closes by itself on the 5th at 22:00"),
            )
            for month in _to_close(user)[:limit]
        ]

    def counts(self, user: User, now: datetime) -> dict[str, int]:
        found = dict.fromkeys(STRETCHES, 0)
        for month in _to_close(user):
            found[stretch_of(due_at(month), now)] += 1
        return found

    def list_url(self) -> str:
        return reverse("archive:list")


def _to_close(user: User) -> list[Month]:
    if not may_close(user):
        return []
    archived = archived_months()
    return [month for month in months_over() if month not in archived]
