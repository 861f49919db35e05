"""The requirements behind a month: those whose first answer was due in it, and those that were lost, and why."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from analytics.dashboard.filters import Chosen, RowFilter
from analytics.dashboard.row_lists import RowList
from analytics.figures.addresses import rows_url
from analytics.figures.months import Month
from analytics.figures.segments import Segment
from analytics.models import Scope
from core import parameters
from core.columns import Column, DateColumn, DueColumn, GradedColumn, LinkColumn, StatusColumn
from requirements.models import Requirement
from requirements.search import requirements_matching
from requirements.statuses import LostReason
from requirements.views import graded_customer

_OF_SCOPE = {Scope.TEAM.value: "team", Scope.REP.value: "owner"}


def due_in(month: Month) -> Q:
    """What counts for answers in time: due in the month, and over or answered."""
    over = Q(response_due_on__lt=timezone.localdate()) | Q(responded_at__isnull=False)
    return Q(response_due_on__range=(month.first, month.last)) & over


def answered_late() -> Q:
    """First answered after the due day, or not yet."""
    return Q(responded_at=None) | Q(responded_at__date__gt=F("response_due_on"))


def lost_in(month: Month) -> Q:
    """Given up as lost in the month, and not taken up again since."""
    return Q(lost_on__range=(month.first, month.last))


def kept_in(segment: Segment) -> Q:
    """The requirements of a whole scope: everybody's, a team's, an owner's."""
    return Q() if segment.scope == Scope.ALL else Q(**{_OF_SCOPE[segment.scope]: segment.scope_id})


class RequirementRowFilter(RowFilter):
    """Requirements behind a figure; they are of owners and teams, and are divided by nothing else."""

    selections = (
        ("due", _("First answer due in the month")),
        ("late", _("Of these answered late or not yet")),
        ("lost", _("Lost in the month")),
    )
    part = None

    class Meta:
        model = Requirement
        fields: list[str] = []

    def selected(self, queryset: Any, chosen: Chosen) -> QuerySet:
        month = chosen.month
        wanted = {"due": due_in(month), "late": due_in(month) & answered_late(), "lost": lost_in(month)}
        return queryset.filter(kept_in(chosen.segment), wanted[chosen.of])

    def found(self, queryset: Any, text: str) -> QuerySet:
        return requirements_matching(queryset, text) if text else queryset


class RequirementRows(RowList):
    """The requirements behind a figure."""

    title = _("Requirements behind the figure")
    export_key = "figure-requirements"
    filterset_class = RequirementRowFilter
    search_hint = _("Requirement number, customer, pinyin initials")

    @property
    def day(self) -> str:
        """The date that makes a requirement count."""
        return "lost_on" if parameters.text(self.request.GET, "of") == "lost" else "response_due_on"

    # What sorts depends on which date counts.
    @property
    def default_sort(self) -> str:  # type: ignore[override]
        return f"-{self.day}"

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        dates: tuple[Column, ...] = (
            DueColumn(
                "response_due_on",
                _("Answer due"),
                lambda row: (row.response_due_on, row.responded_on is None or row.responded_on > row.response_due_on),
                css="card-middle-end text-nowrap",
                sort="response_due_on",
                card_label=_("Answer due"),
            ),
            DateColumn(
                "responded_on",
                _("First answer"),
                css="card-foot-end text-nowrap",
                card_label=_("First answer"),
            ),
        )
        if self.day == "lost_on":
            dates = (
                DateColumn("lost_on", _("Lost on"), css="card-middle-end text-nowrap", sort="lost_on"),
                Column("lost_reason", _("Reason"), lambda row: row.get_lost_reason_display(), css="card-foot-end"),
            )
        return (
            LinkColumn("number", _("Requirement number"), css="card-top text-nowrap"),
            GradedColumn("customer", _("Customer"), graded_customer, css="card-middle"),
            Column("headline", _("Description"), css="only-desk"),
            Column("priority", _("Priority"), lambda row: row.get_priority_display(), css="only-desk text-nowrap"),
            DateColumn("received_on", _("Requirement received on"), received_on, css="only-desk text-nowrap"),
            *dates,
            Column("owner", _("Owner"), lambda row: row.owner, css="card-top-end text-nowrap"),
            StatusColumn("status", _("Status"), lambda row: (row.status_family, row.status_label), css="card-foot"),
        )

    def get_queryset(self):
        return Requirement.objects.visible_to(self.request.user).select_related("customer", "owner")


def received_on(row: Requirement):
    """The day it was received."""
    return timezone.localtime(row.received_at).date()


@dataclass(frozen=True)
class Losses:
    """How many requirements of an owner were lost in a month, by reason; ``url`` leads to them."""

    owner: str
    counts: list[int]
    total: int
    url: str


def losses(user: User, segment: Segment, month: Month) -> tuple[list[str], list[Losses]]:
    """The reasons for which requirements were lost in the month, the most frequent first, and each owner's losses."""
    seen = Requirement.objects.visible_to(user).filter(kept_in(segment), lost_in(month)).order_by()
    by_owner: dict[tuple, dict[str, int]] = defaultdict(dict)
    by_reason: dict[str, int] = defaultdict(int)
    counted = seen.values_list("owner", "owner__name", "lost_reason").annotate(count=Count("pk"))
    for owner, name, reason, count in counted:
        by_owner[owner, name][reason] = count
        by_reason[reason] += count
    reasons = sorted(by_reason, key=lambda reason: (-by_reason[reason], reason))
    rows = [
        Losses(
            owner=name or str(_("Nobody")),
            counts=[counts.get(reason, 0) for reason in reasons],
            total=sum(counts.values()),
            url=rows_url("requirements", "lost", month, Segment(Scope.REP, owner) if owner else segment),
        )
        for (owner, name), counts in by_owner.items()
    ]
    return [str(LostReason(each).label) for each in reasons], sorted(rows, key=lambda row: (-row.total, row.owner))
