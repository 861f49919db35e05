"""The demonstration's regrading: this quarter's proposals, a few decided, the others waiting for the managers."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import User
from core.workflow import take
from customers.models import Customer
from grading.consequences import TO_BE_JUDGED
from grading.models import GradeProposal
from grading.services import Finding, look_at_everybody, regrade
from grading.target import first_working_day, quarter_of
from orders.models import Order
from ordersys.demo.clock import at, clock_at, office
from ordersys.demo.staff import manager_of

#: As many as somebody looks at, half of them at most downwards.
PROPOSED, DOWNWARDS = 16, 8
#: What managers say who accept or reject, of a better grade and of a worse one; one proposal for each sentence.
ACCEPTED_UP = ("连续两季增长，同意升级", "数字够了，付款也一直准时", "同意，下季再看走势")
ACCEPTED_DOWN = ("今年转向自产，订单降到三成，同意降级",)
REJECTED_UP = ("大半是一笔一次性的大单，等一季再看",)
REJECTED_DOWN = ("二厂一季度投产，新线合同在谈，本季先不降",)


def load_grades(people: dict[str, User], rng: Random) -> None:
    """Regrades on the first working day of the quarter; managers have decided some since.

    Accepted are those of customers with nothing to be judged, so that no order under review changes its rules.
    """
    today = timezone.localdate()
    quarter = quarter_of(today)
    day = min(first_working_day(quarter), today)
    with clock_at(at(day, 9 * 60)):
        looked_at, findings = look_at_everybody(quarter)
        owned = set(Customer.objects.exclude(owner=None).values_list("pk", flat=True)[:5000])
        wanted = _some_of_each([finding for finding in findings if finding.customer in owned])
        regrade(quarter=quarter, looked_at=looked_at, findings=wanted)
    judged = Order.objects.filter(customer=OuterRef("customer"), status__in=TO_BE_JUDGED)
    waiting = GradeProposal.objects.open().select_related("customer").order_by("pk")
    for up, words in ((True, ACCEPTED_UP), (False, ACCEPTED_DOWN)):
        _decide(_of_way(waiting.filter(~Exists(judged)), up), "accept", words, people)
    with clock_at(office(timezone.now() - timedelta(days=1), rng)):
        for up, words in ((True, REJECTED_UP), (False, REJECTED_DOWN)):
            # Nobody's last one: what waits is there to be seen both ways.
            _decide(_of_way(waiting, up)[:-1], "reject", words, people)


def _some_of_each(findings: Sequence[Finding]) -> list[Finding]:
    """The first ones up and down, in the order of their customers."""
    down = [finding for finding in findings if finding.after > finding.before][:DOWNWARDS]
    up = [finding for finding in findings if finding.after < finding.before][: PROPOSED - len(down)]
    return sorted(up + down, key=lambda finding: finding.customer)


def _of_way(proposals: QuerySet[GradeProposal], up: bool) -> list[GradeProposal]:
    return [proposal for proposal in proposals if proposal.goes_up is up]


def _decide(proposals: list[GradeProposal], verb: str, words: Sequence[str], people: dict[str, User]) -> None:
    for proposal, note in zip(proposals, words, strict=False):
        take(proposal, verb, by=manager_of(people, proposal.customer.team_id), note=note)
