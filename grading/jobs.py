"""The quarter's regrading in the background, asked for by the calendar."""

from datetime import date

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import User
from accounts.roles import Role
from core.deadlines import start_of
from core.jobs.context import Context
from core.jobs.kinds import JobKind, Result, register_kind
from core.jobs.table import enqueue
from core.messages import tell
from core.models import Job
from customers.models import Customer
from grading.models import GradeProposal, Regrading, quarter_name
from grading.services import Finding, look_at_everybody, regrade
from grading.target import first_working_day, quarter_of

KIND = "regrade"


def request_regrading_of_quarter() -> Job | None:
    """From the first working day of a quarter on asks for its regrading, once."""
    today = timezone.localdate()
    quarter = quarter_of(today)
    if today < first_working_day(quarter) or Regrading.objects.filter(quarter=quarter).exists():
        return None
    # Whoever came in the quarter itself has no months before it.
    if not Customer.objects.filter(created_at__lt=start_of(quarter)).exists():
        return None
    key = quarter.isoformat()
    if Job.objects.filter(kind=KIND, unique_key=key, state=Job.State.FAILED).exists():
        return None
    return enqueue(KIND, owner=None, arguments={"quarter": key}, unique_key=key)


def prepare(context: Context) -> tuple[int, list[Finding]]:
    """Works out everybody's figures and targets."""
    return look_at_everybody(_quarter(context), context.progress)


def commit(context: Context, prepared: tuple[int, list[Finding]]) -> Result:
    """Proposes, and tells each manager how many wait for them."""
    quarter, (looked_at, findings) = _quarter(context), prepared
    known = Regrading.objects.filter(quarter=quarter).exists()
    done, url = regrade(quarter=quarter, looked_at=looked_at, findings=findings), reverse("grading:list")
    if not known:
        for manager in User.objects.filter(role=Role.MANAGER, is_active=True):
            waiting = GradeProposal.objects.visible_to(manager).open().aggregate(n=Count("pk"))["n"]
            if waiting:
                sentence = gettext_noop("%(n)s grade proposals of %(quarter)s wait for your decision.")
                tell(manager, sentence, url, n=waiting, quarter=quarter_name(quarter))
    values = {"n": done.proposed, "looked": done.looked_at}
    return Result(gettext_noop("%(n)s other grades proposed for %(looked)s customers."), values, url)


def _quarter(context: Context) -> date:
    return date.fromisoformat(context.arguments["quarter"])


REGRADE = register_kind(
    JobKind(KIND, gettext_lazy("Regrading"), prepare, commit, lambda arguments: arguments.get("quarter", ""))
)
