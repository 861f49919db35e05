"""Proposing other grades: for everybody once a quarter, for one customer on request, for those a file names."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.rights import demand
from accounts.roles import Role
from core.chunks import chunks
from core.events import record_all
from core.locks import lock_row, lock_rows
from core.messages import tell
from core.workflow import take
from customers.models import Customer, GradePolicy
from customers.moving import refuse_merged
from grading.consequences import consequences_of
from grading.figures import figures_of
from grading.models import GradeProposal, Regrading, quarter_name
from grading.rights import may_ask
from grading.statuses import Origin
from grading.target import Figures, quarter_of, target_of

_ASKED = gettext_noop("%(who)s asks for grade %(after)s instead of %(before)s for %(customer)s")


@dataclass(frozen=True)
class Finding:
    """A customer whose figures ask for another grade than it has."""

    customer: int
    before: str
    after: str
    figures: Figures


def look_at_everybody(
    quarter: date, progress: Callable[[int, int], None] = lambda done, total: None
) -> tuple[int, list[Finding]]:
    """How many customers were looked at, and those whose figures ask for another grade; reads only."""
    policies, today = list(GradePolicy.objects.all()), timezone.localdate()
    grades = list(Customer.objects.filter(merged_into=None).order_by("pk").values_list("pk", "grade"))
    found: list[Finding] = []
    done = 0
    for some in chunks(grades):
        figures = figures_of([pk for pk, _grade in some], quarter, today)
        targets = ((pk, grade, target_of(figures[pk], policies)) for pk, grade in some)
        found += [Finding(pk, grade, target, figures[pk]) for pk, grade, target in targets if target != grade]
        done += len(some)
        progress(done, len(grades))
    return len(grades), found


@transaction.atomic
def regrade(*, quarter: date, looked_at: int, findings: list[Finding]) -> Regrading:
    """Closes what is still open of earlier quarters and proposes what was found; a second call changes nothing."""
    if done := Regrading.objects.filter(quarter=quarter).first():
        return done
    open_before = GradeProposal.objects.open().order_by().values_list("customer", flat=True)
    concerned = {finding.customer for finding in findings} | set(open_before)
    held: dict[int, Customer] = {}
    for some in chunks(sorted(concerned)):
        held |= {row.pk: row for row in lock_rows(Customer.objects.filter(pk__in=some))}
    # Read again under the locks: some were decided meanwhile.
    left = list(GradeProposal.objects.open().filter(customer__in=concerned).order_by("customer_id"))
    for proposal in left:
        take(proposal, "close", by=None, note=quarter_name(quarter))
    made = [_proposal(held[one.customer], one, Origin.QUARTER, quarter) for one in findings if one.customer in held]
    made = [each for each in made if each.customer.grade == each.before and not each.customer.merged_into_id]
    _insert(made, by=None)
    counts = {"looked_at": looked_at, "proposed": len(made), "closed": len(left)}
    return Regrading.objects.create(quarter=quarter, **counts)


def _proposal(
    customer: Customer, found: Finding, origin: str, quarter: date, *, by: User | None = None, note: str = ""
) -> GradeProposal:
    return GradeProposal(
        customer=customer,
        origin=origin,
        quarter=quarter,
        before=found.before,
        after=found.after,
        annual_amount=found.figures.annual_amount,
        previous_amount=found.figures.previous_amount,
        average_score=found.figures.average_score,
        overdue_amount=found.figures.overdue_amount,
        overdue_days=found.figures.overdue_days,
        asked_by=by,
        note=note[: GradeProposal._meta.get_field("note").max_length],
    )


def _insert(proposals: list[GradeProposal], by: User | None) -> None:
    """Saves them with what each would change, and tells it in the customers' histories; under the customers' locks."""
    today = timezone.localdate()
    for some in chunks(proposals):
        meant = consequences_of(some, today)
        for each in some:
            each.consequences = meant[each.customer_id]
        GradeProposal.objects.bulk_create(some)
        told = [(each.customer, {"changes": [["grade", each.before, each.after]]}) for each in some]
        record_all("grade_proposed", told, by=by)


@transaction.atomic
def request_regrading(*, customer: Customer, note: str, by: User) -> GradeProposal:
    """Works out one customer's grade from the twelve months before this quarter, and proposes it.

    Raises:
        PermissionDenied: for a role that looks after no customers, or somebody else's customer.
        ValidationError: without a reason; while a proposal is open; when the figures ask for the grade it has.
    """
    demand(may_ask(by))
    current = lock_row(Customer, customer.pk)
    refuse_merged(current)
    demand(Customer.objects.visible_to(by).filter(pk=current.pk).exists())
    if not note.strip():
        raise ValidationError(_("Please write a reason."))
    if GradeProposal.objects.open().filter(customer=current).exists():
        raise ValidationError(_("A proposal for this customer waits for a decision already."))
    quarter, today = quarter_of(timezone.localdate()), timezone.localdate()
    figures = figures_of([current.pk], quarter, today)[current.pk]
    target = target_of(figures, GradePolicy.objects.all())
    if target == current.grade:
        words = {"amount": f"{figures.annual_amount:,.2f}", "grade": current.grade}
        sentence = _("¥%(amount)s in the twelve months before this quarter ask for the grade that it has, %(grade)s.")
        raise ValidationError(sentence % words)
    found = Finding(current.pk, current.grade, target, figures)
    proposal = _proposal(current, found, Origin.REQUEST, quarter, by=by, note=note.strip())
    _insert([proposal], by=by)
    for manager in User.objects.filter(role=Role.MANAGER, team=current.team, is_active=True).exclude(pk=by.pk):
        words = {"who": str(by), "customer": str(current), "before": proposal.before, "after": proposal.after}
        tell(manager, _ASKED, proposal.get_absolute_url(), **words)
    return proposal


def propose_from_file(grades: dict[int, str], by: User | None, file: str) -> list[GradeProposal]:
    """Proposes the grades (by customer id) that a file names where they differ; call it in the import's transaction.

    An open proposal of the same grade stays as it is, one of another grade gives way.
    """
    quarter, today, made = quarter_of(timezone.localdate()), timezone.localdate(), []
    for some in chunks(sorted(grades)):
        held = lock_rows(Customer.objects.filter(pk__in=some, merged_into=None))
        held = [row for row in held if row.grade != grades[row.pk]]
        figures = figures_of([row.pk for row in held], quarter, today)
        open_ones = {each.customer_id: each for each in GradeProposal.objects.open().filter(customer__in=held)}
        for customer in held:
            wanted, waiting = grades[customer.pk], open_ones.get(customer.pk)
            if waiting and waiting.after == wanted:
                continue
            if waiting:
                take(waiting, "close", by=None, note=file)
            found = Finding(customer.pk, customer.grade, wanted, figures[customer.pk])
            made.append(_proposal(customer, found, Origin.IMPORT, quarter, by=by, note=file))
    _insert(made, by=by)
    return made
