"""What the reviews of a month came to: sent back, decided late, released."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, TextField, Window
from django.db.models.functions import Cast, Coalesce, RowNumber, TruncDate
from django.utils.translation import gettext_noop

from analytics.figures.counted_orders import kept_by
from analytics.figures.kpis import Share
from analytics.figures.months import Month
from analytics.figures.segments import Segment
from analytics.report.findings import MOST_ROWS, Row, plain
from analytics.report.material import Rated, Release
from approvals.models import Decision, Round, Stage
from core.deadlines import start_of
from core.sentences import stored_sentence
from core.workdays import add_workdays, exceptions_between, horizon
from orders.turn import stage_days

_RELEASES = 500  # read at most; more than that is said by the number alone
_HAS_REASON = r'"override": "[^"]'  # in the decision's checks as text


def reviews_of(month: Month, segment: Segment) -> dict[str, Any]:
    """The parts of a month's material that concern reviews."""
    span = start_of(month.first), start_of(month.shifted(1).first) - timedelta.resolution
    decided = Decision.objects.filter(at__range=span, **kept_by(segment, "round__order__"))
    return {"reps": _reps(span, segment), "stages": _stages(decided), "releases": _releases(decided)}


def _reps(span: tuple[datetime, datetime], segment: Segment) -> tuple[Rated, ...]:
    """Per representative the rounds submitted in the month, and those of them that were sent back."""
    sent_back = Q(decisions__verdict=Decision.Verdict.SENT_BACK)
    rounds = Round.objects.filter(submitted_at__range=span, order__rep__isnull=False, **kept_by(segment, "order__"))
    found = rounds.order_by().values_list("order__rep", "order__rep__name")
    counted = found.annotate(n=Count("pk", distinct=True), back=Count("pk", filter=sent_back, distinct=True))
    rows = _sent_back(span, segment)
    return tuple(
        Rated(str(rep), name, Share(back, n), tuple(rows[rep]))
        for rep, name, n, back in counted.order_by("order__rep__name", "order__rep")
    )


def _sent_back(span: tuple[datetime, datetime], segment: Segment) -> dict[int, list[Row]]:
    """The latest decisions that sent back, with their reason, a few per representative."""
    decisions = Decision.objects.filter(round__submitted_at__range=span, verdict=Decision.Verdict.SENT_BACK)
    decisions = decisions.filter(**kept_by(segment, "round__order__"))
    place = Window(RowNumber(), partition_by=F("round__order__rep"), order_by=F("pk").desc())
    few = decisions.annotate(place=place).filter(place__lte=MOST_ROWS).order_by("place")
    found = defaultdict(list)
    columns = ("round__order__rep", "round__order", "round__order__number", "note")
    for rep, order, number, note in few.values_list(*columns):
        found[rep].append(Row("order", order, number, plain(note)))
    return found


def _with_start(decided: QuerySet[Decision]) -> QuerySet[Decision]:
    """The decisions with the instant at which their stage began: the decision before, or the submission."""
    before = Decision.objects.filter(round=OuterRef("round"), pk__lt=OuterRef("pk")).order_by("-pk")
    return decided.annotate(since=Coalesce(Subquery(before.values("at")[:1]), F("round__submitted_at")))


def _stages(decided: QuerySet[Decision]) -> tuple[Rated, ...]:
    """Per stage all decisions of the month, and those that came on a day after the one on which they were due."""
    by_days = _with_start(decided).annotate(start=TruncDate("since"), end=TruncDate("at"))
    counts = list(by_days.order_by().values_list("stage", "start", "end").annotate(n=Count("pk")))
    starts, days = {start for _stage, start, _end, _n in counts}, stage_days()
    exceptions = exceptions_between(min(starts), horizon(max(starts), days)) if starts else {}
    due = {start: add_workdays(start, days, exceptions).day for start in starts}
    late, all_ = Counter[str](), Counter[str]()
    for stage, start, end, n in counts:
        all_[stage] += n
        late[stage] += n if end > due[start] else 0
    rows = _slowest(decided)
    return tuple(
        Rated(stage.value, stage.label, Share(late[stage], all_[stage]), tuple(rows[stage])) for stage in Stage
    )


def _slowest(decided: QuerySet[Decision]) -> dict[str, list[Row]]:
    """The decisions that took longest, a few per stage."""
    took = _with_start(decided).annotate(took=F("at") - F("since"))
    place = Window(RowNumber(), partition_by=F("stage"), order_by=[F("took").desc(), F("pk").asc()])
    few = took.annotate(place=place).filter(place__lte=MOST_ROWS).order_by("place")
    found = defaultdict(list)
    columns = ("stage", "round__order", "round__order__number", "took", "by__name")
    for stage, order, number, duration, name in few.values_list(*columns):
        detail = stored_sentence(
            gettext_noop("%(hours)s h, %(who)s"), hours=round(duration.total_seconds() / 3600), who=name
        )
        found[stage].append(Row("order", order, number, detail))
    return found


def _releases(decided: QuerySet[Decision]) -> tuple[Release, ...]:
    """Failed checks that were released, one per order and check."""
    approved = decided.filter(verdict=Decision.Verdict.APPROVED).annotate(as_text=Cast("checks", TextField()))
    few = approved.filter(as_text__regex=_HAS_REASON).order_by("pk")[:_RELEASES]
    found = {}
    for checks, order, number in few.values_list("checks", "round__order", "round__order__number"):
        for check in checks:
            if check.get("override"):
                found[check["code"], order] = Release(check["code"], order, str(number), check["override"])
    return tuple(found.values())
