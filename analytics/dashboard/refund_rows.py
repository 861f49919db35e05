"""The refunds behind a month's figure."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from analytics.dashboard.filters import Chosen, RowFilter
from analytics.dashboard.row_lists import RowList
from analytics.figures.segments import Segment
from analytics.models import Scope
from billing.columns import REFUND_COLUMNS
from billing.filters import of_customer_or_called
from billing.models import Refund

_OF_SCOPE = {Scope.TEAM.value: "sold_team", Scope.REP.value: "sold_by"}


def kept_in(segment: Segment) -> Q:
    """The refunds of a whole scope: everybody's, a team's, a rep's."""
    return Q() if segment.scope == Scope.ALL else Q(**{_OF_SCOPE[segment.scope]: segment.scope_id})


class RefundRowFilter(RowFilter):
    """Refunds behind the figure; they are of reps and teams, and are divided by nothing else."""

    selections = (("paid", _("Refunded in the month")),)
    part = None

    class Meta:
        model = Refund
        fields: list[str] = []

    def selected(self, queryset: Any, chosen: Chosen) -> QuerySet:
        days = (chosen.month.first, chosen.month.last)
        return queryset.filter(kept_in(chosen.segment), refunded_on__range=days)

    def found(self, queryset: Any, text: str) -> QuerySet:
        return of_customer_or_called(queryset, text) if text else queryset


class RefundRows(RowList):
    """The refunds behind a figure, and what undid one."""

    title = _("Refunds behind the figure")
    export_key = "figure-refunds"
    filterset_class = RefundRowFilter
    columns = REFUND_COLUMNS
    default_sort = "-refunded_on"
    search_hint = _("Customer, pinyin, bank reference")

    def get_queryset(self):
        return Refund.objects.visible_to(self.request.user).select_related("customer", "order", "recorded_by")
