"""What must always hold about amendments and the revisions that they made."""

from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_noop

from approvals.amendments.content import CONTENT, content_hash
from approvals.amendments.proposal import Proposed
from approvals.amendments.statuses import UNDER_REVIEW, AmendmentStatus
from approvals.models import Amendment, AmendmentDecision, Decision, ShortClosing, Stage
from core.chain import link
from core.invariants import About, invariant
from core.models import Event
from orders.models import FormerHeader, Order, OrderLine
from orders.revisions import as_of


def _about(amendment: Amendment, sentence: str, **values) -> About:
    kind = ContentType.objects.get_for_model(Amendment).pk
    return About(sentence, kind, amendment.pk, amendment=str(amendment), **values)


@invariant("revisions", "an order changed after its approval only by amendments and by closing it short")
def unmade_revisions() -> Iterator[str]:
    """Orders in a revision that nobody made, or of which the header of one before is not known."""
    made = Amendment.objects.filter(made_revision__isnull=False)
    closed, amended, kept = map(_of_order, (ShortClosing.objects.all(), made, FormerHeader.objects.all()))
    counted = Order.objects.annotate(closed=closed, amended=amended, kept=kept)
    for order in counted.exclude(revision=F("closed") + F("amended") + 1, kept=F("revision") - 1).iterator():
        made_by = f"{order.closed} short closings and {order.amended} amendments"
        yield f"{order}: revision {order.revision} after {made_by}, {order.kept} headers of before"


def _of_order(rows: QuerySet) -> Coalesce:
    """How many of these rows an order has."""
    counted = rows.filter(order=OuterRef("pk")).order_by().values("order").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


@invariant("amendments", "an amendment in force made the revision that it proposed, and no other made one")
def wrong_amendments() -> Iterator[str]:
    """Amendments whose revision says something else, or changed the amounts by something else; that left no trace in
    their order's history; and those that made a revision without being in force.
    """
    made = Amendment.objects.filter(made_revision__isnull=False)
    for amendment in made.exclude(status=AmendmentStatus.ACCEPTED).select_related("order").iterator():
        yield f"{amendment}: {amendment.status}, made revision {amendment.made_revision}"
    told = Event.objects.filter(subject_type=ContentType.objects.get_for_model(Order), verb="amended")
    told = told.annotate(told_of=Cast(KeyTextTransform("amendment", "data"), IntegerField()))
    traced = Exists(told.filter(subject_id=OuterRef("order"), told_of=OuterRef("number")))
    in_force = Amendment.objects.filter(status=AmendmentStatus.ACCEPTED).annotate(traced=traced)
    for amendment in in_force.select_related("order__customer").iterator():
        if not amendment.traced:
            yield f"{amendment}: in force without a trace in the order's history"
        elif what := _strayed(amendment):
            yield f"{amendment}: {what} is not what was proposed"


def _strayed(amendment: Amendment) -> str:
    """What the revision says otherwise than the amendment; empty when nothing."""
    assert amendment.made_revision
    proposed, made = Proposed(amendment), as_of(amendment.order, amendment.made_revision)
    changes = (amendment.net_change, amendment.gross_change)
    if changes != (made.net_total - proposed.before.net_total, made.gross_total - proposed.before.gross_total):
        return "the difference of the amounts"
    if other := [field.name for field in proposed.changed_header if not _says(made, proposed.order, field.column)]:
        return ", ".join(other)
    lines = list(made.current_lines())
    return "" if list(map(_said, lines)) == list(map(_said, proposed.lines)) else "its lines"


def _says(made: Order, wanted: Order, column: str) -> bool:
    return getattr(made, column) == getattr(wanted, column)


def _said(line: OrderLine) -> tuple:
    return (line.product_id, line.name, line.quantity, line.unit_price, line.discount, line.net_amount, line.tax_amount)


@invariant("waiting lines", "exactly the lines that an amendment under review touches wait to be shipped")
def wrong_waiting_lines() -> Iterator[str]:
    """Lines that wait for nothing, and those that do not wait although they should."""
    touched: set[int] = set()
    for amendment in Amendment.objects.filter(status__in=UNDER_REVIEW).select_related("order__customer").iterator():
        touched |= {line.pk for line in Proposed(amendment).touched_lines}
    for line in OrderLine.objects.filter(Q(waits=True) | Q(pk__in=touched)).select_related("order").iterator():
        if line.waits != (line.pk in touched):
            yield f"{line.order} line {line.position}: {'waits for nothing' if line.waits else 'does not wait'}"


@invariant(
    "amendment decisions",
    gettext_noop("every decision on an amendment is what it was, and about what the amendment says"),
    of_history=True,
)
def broken_decisions() -> Iterator[str]:
    """Decisions that were changed, are out of their place, or were about something else."""
    rows = AmendmentDecision.objects.select_related("amendment__order").order_by("amendment", "pk")
    of_amendment, before = None, ""
    for decision in rows.iterator():
        if decision.amendment_id != of_amendment:
            of_amendment, before = decision.amendment_id, ""
        if decision.hash != link(before, [getattr(decision, name) for name in CONTENT]):
            sentence = gettext_noop("%(amendment)s: decision %(decision)s is not what it was, or one before it is gone")
            yield _about(decision.amendment, sentence, decision=decision.pk)
        if decision.content != content_hash(decision.amendment):
            sentence = gettext_noop("%(amendment)s says something else than decision %(decision)s was about")
            yield _about(decision.amendment, sentence, decision=decision.pk)
        before = decision.hash


@invariant(
    "amendments' eyes",
    gettext_noop("an amendment in force was approved at every stage that must look, by nobody who wrote in it"),
    of_history=True,
)
def unseen_amendments() -> Iterator[str]:
    """Amendments in force that a stage did not approve; decisions after stage one by somebody who wrote in them."""
    approved = AmendmentDecision.objects.filter(verdict=Decision.Verdict.APPROVED).values_list("amendment", "stage")
    seen: dict[int, set[str]] = {}
    for pk, stage in approved.iterator():
        seen.setdefault(pk, set()).add(stage)
    for amendment in Amendment.objects.filter(status=AmendmentStatus.ACCEPTED).select_related("order").iterator():
        for stage in sorted(set(amendment.looks) - seen.get(amendment.pk, set())):
            sentence = gettext_noop("%(amendment)s was not approved at %(stage)s")
            yield _about(amendment, sentence, stage=Stage(stage).label)
    own = Q(amendment__writers=F("by"))
    decisions = AmendmentDecision.objects.exclude(stage=Stage.REP).filter(own)
    for decision in decisions.select_related("amendment__order", "by"):
        sentence = gettext_noop("%(amendment)s was decided by %(who)s, who wrote in it")
        yield _about(decision.amendment, sentence, who=str(decision.by))
