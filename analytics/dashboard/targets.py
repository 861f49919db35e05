"""Targets and how far they are reached."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from analytics.figures.months import Month
from analytics.figures.segments import Segment
from analytics.models import SalesTarget, Scope
from core.money import percentage, round_money


@dataclass(frozen=True)
class Attainment:
    """A month's order total beside its target, both in 元 without tax."""

    total: Decimal
    target: Decimal

    @property
    def share(self) -> Decimal:
        """Reached so far, as a fraction of the target."""
        return self.total / self.target

    @property
    def percent(self) -> str:
        """The same as it is read."""
        return f"{percentage(self.share)}%"


def targets_of(scope: str, month: Month) -> dict[int, Decimal]:
    """The month's targets of all teams, or of all reps, by id."""
    field = {Scope.TEAM: "team", Scope.REP: "rep"}[Scope(scope)]
    rows = SalesTarget.objects.filter(month=month.first, **{f"{field}__isnull": False})
    return {pk: round_money(amount) for pk, amount in rows.values_list(field, "amount")}


def attainment(segment: Segment, month: Month, total: Decimal) -> Attainment | None:
    """How far a whole scope reached its target; everybody's is the sum of the teams'. None without a target."""
    if segment.dimension:
        return None
    rows = SalesTarget.objects.filter(month=month.first, team__isnull=False)
    if segment.scope == Scope.TEAM:
        rows = rows.filter(team=segment.scope_id)
    elif segment.scope == Scope.REP:
        rows = SalesTarget.objects.filter(month=month.first, rep=segment.scope_id)
    target = rows.order_by().aggregate(target=Sum("amount"))["target"]
    return Attainment(total, round_money(target)) if target else None
