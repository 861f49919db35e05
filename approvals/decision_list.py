"""The decisions of reviews as a list: the rows behind every figure of the statistics, and to be exported."""

import django_filters
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import PersonRequest
from accounts.rights import demand
from approvals.checks.result import LABELS
from approvals.models import Cause, Decision, Stage
from approvals.rights import may_read_statistics
from approvals.statistics import decided_between
from core import cells
from core.columns import Column, LinkColumn, MomentColumn, WordsColumn
from core.listing import ListPage
from core.spans import choices_with, months_back, period
from orders.filters import reps_seen_by
from orders.matching import orders_matching
from orders.models import Order

#: Months that are offered.
MONTHS = 12


def hours(minutes: int | None) -> str:
    """Minutes of office hours as people speak of them."""
    return _("%(n)s h") % {"n": f"{minutes / 60:.1f}"} if minutes is not None else "—"


class HoursColumn(Column):
    """How long a stage took, in office hours."""

    is_number = True

    def to_html(self, value):
        return hours(value)

    def to_excel(self, value):
        return cells.as_text(hours(value))


def decided_by(decision: Decision) -> str:
    """Who decided, and for whom."""
    if decision.on_behalf_of is None:
        return str(decision.by)
    return _("%(who)s for %(whom)s") % {"who": decision.by, "whom": decision.on_behalf_of}


def labels_of(decision: Decision) -> str:
    """The checks that were overridden, by name."""
    return _(", ").join(str(LABELS.get(code, code)) for code in filter(None, decision.released.split(",")))


class DecisionFilter(django_filters.FilterSet):
    """Search, period, stage, what was decided and why, whose order, and which check was overridden."""

    folded = ("released",)

    q = django_filters.CharFilter(method="by_text", label=gettext_lazy("Search"))
    period = django_filters.ChoiceFilter(method="by_period", label=gettext_lazy("Period"), empty_label=None)
    stage = django_filters.ChoiceFilter(
        choices=Stage.choices, label=gettext_lazy("Review stage"), empty_label=gettext_lazy("Review stage")
    )
    verdict = django_filters.ChoiceFilter(
        choices=Decision.Verdict.choices, label=gettext_lazy("Decision"), empty_label=gettext_lazy("Decision")
    )
    cause = django_filters.ChoiceFilter(
        choices=Cause.choices, label=gettext_lazy("sent back for"), empty_label=gettext_lazy("sent back for")
    )
    rep = django_filters.ModelChoiceFilter(
        queryset=lambda request: reps_seen_by(request.user),
        label=gettext_lazy("Sales representative"),
        empty_label=gettext_lazy("Sales representative"),
    )
    released = django_filters.ChoiceFilter(
        choices=list(LABELS.items()),
        method="by_check",
        label=gettext_lazy("overridden"),
        empty_label=gettext_lazy("overridden"),
    )

    class Meta:
        model = Decision
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        chosen = str((self.data or {}).get("period", ""))
        names = choices_with(chosen, months_back(timezone.localdate(), MONTHS), str(_("Period")))
        self.filters["period"].extra["choices"] = names

    def by_text(self, queryset, name, value):
        orders = orders_matching(Order.objects.visible_to(self.request.user), value)
        return queryset.filter(round__order__in=orders.order_by())

    def by_period(self, queryset, name, value):
        days = period(value)
        return queryset.filter(pk__in=decided_between(self.request.user, *days)) if days else queryset

    def by_check(self, queryset, name, value):
        return queryset.filter(released__contains=f",{value},")


class Decisions(ListPage):
    """The decisions on orders that this person reads of, newest first."""

    request: PersonRequest

    title = gettext_lazy("Review decisions")
    export_key = "decisions"
    filterset_class = DecisionFilter
    default_sort = "-at"
    search_hint = gettext_lazy("Order number, customer, pinyin initials")
    empty_title = gettext_lazy("Nothing has been decided yet.")
    columns = (
        LinkColumn("order", gettext_lazy("Order number"), lambda row: str(row.round.order), css="card-top text-nowrap"),
        Column("stage", gettext_lazy("Review stage"), lambda row: row.get_stage_display(), css="card-middle"),
        Column("verdict", gettext_lazy("Decision"), lambda row: row.get_verdict_display(), css="card-top-end"),
        Column("by", gettext_lazy("Decided by"), decided_by, css="card-foot"),
        MomentColumn("at", gettext_lazy("Time"), "at", css="card-middle-end text-nowrap", sort="at"),
        HoursColumn("worked", gettext_lazy("time taken"), "worked", css="card-foot-middle"),
        Column("rep", gettext_lazy("Sales representative"), "rep", css="card-foot-end"),
        Column("cause", gettext_lazy("sent back for"), lambda row: row.get_cause_display(), css="card-none"),
        Column("released", gettext_lazy("overridden"), labels_of, css="card-none"),
        WordsColumn("note", gettext_lazy("Note"), "note", css="card-none"),
    )

    def dispatch(self, request, *args, **kwargs):
        demand(may_read_statistics(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        found = Decision.objects.visible_to(self.request.user)
        return found.select_related("round__order__customer", "by", "on_behalf_of", "rep")

    def url_of(self, row):
        return reverse("approvals:review", args=[row.round.order_id])
