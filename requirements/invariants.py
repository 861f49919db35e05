"""What must always hold about requirements."""

from collections.abc import Iterator

from django.db.models import F, Q

from core.invariants import carried_by_none, invariant
from core.models import Counter
from requirements.models import Requirement
from requirements.services import make_findable, requirement_number
from requirements.statuses import FINISHED, OPEN, RequirementStatus

#: What the counters of requirement numbers are called, before the month.
_SERIES = "requirement:"
_BATCH = 1000


@invariant("requirement owners", "a requirement belongs to its customer's owner, an unfinished one to the owner's team")
def foreign_owners() -> Iterator[str]:
    """Requirements of another owner than their customer's, or, while they are open, of another team."""
    other_owner = Q(customer__owner__isnull=False) & (Q(owner=None) | ~Q(owner=F("customer__owner")))
    other_team = ~Q(status__in=FINISHED) & (Q(owner__team__isnull=False) & (Q(team=None) | ~Q(team=F("owner__team"))))
    for requirement in Requirement.objects.filter(other_owner | other_team).iterator():
        yield f"{requirement}: owner {requirement.owner_id}, team {requirement.team_id}"


@invariant("requirement lists", "requirements are sorted and found by what they say, unanswered ones by their due day")
def wrong_keys() -> Iterator[str]:
    """Requirements that lists put elsewhere, or that are found by other words, than they say now."""
    for requirement in Requirement.objects.order_by("pk").iterator(chunk_size=_BATCH):
        kept = (requirement.urgency, set(requirement.own_key.split()))
        make_findable(requirement)
        if kept != (requirement.urgency, set(requirement.own_key.split())):
            yield f"{requirement}: urgency {kept[0]}"


@invariant("requirement questions", "what is confirmed in writing has no open question")
def open_questions() -> Iterator[str]:
    """Confirmed requirements with a question that nobody answered."""
    found = Requirement.objects.filter(status=RequirementStatus.CONFIRMED, questions__answered_at=None)
    for requirement in found.filter(questions__isnull=False).distinct().iterator():
        yield f"{requirement}: a question is open"


@invariant("requirement facts", "what is confirmed has its day, what is lost its reason, and nothing else has one")
def wrong_facts() -> Iterator[str]:
    """Requirements without the facts of their state, or with those of another one."""
    confirmed, lost = Q(status=RequirementStatus.CONFIRMED), Q(status=RequirementStatus.LOST)
    odd = confirmed & Q(confirmed_on=None) | lost & Q(lost_on=None) | ~lost & Q(lost_on__isnull=False)
    odd |= Q(status__in=OPEN, confirmed_on__isnull=False)
    for requirement in Requirement.objects.filter(odd).iterator():
        yield f"{requirement}: {requirement.status}, confirmed {requirement.confirmed_on}, lost {requirement.lost_on}"


@invariant("requirement clocks", "a first answer is due after the day of receipt, and none is given before it")
def wrong_clocks() -> Iterator[str]:
    """Requirements answered or confirmed before they came, or due on the day they came."""
    early = Q(responded_at__lt=F("received_at")) | Q(confirmed_on__lt=F("received_at__date"))
    for requirement in Requirement.objects.filter(early | Q(response_due_on__lte=F("received_at__date"))).iterator():
        yield f"{requirement}: received {requirement.received_at}, due {requirement.response_due_on}"


@invariant("requirement numbers", "every serial that was given is a requirement's number")
def lost_numbers() -> Iterator[str]:
    """Serials that a counter gave and no requirement carries."""
    for counter in Counter.objects.filter(series__startswith=_SERIES).order_by("series"):
        month = counter.series.removeprefix(_SERIES)
        given = (requirement_number(month, serial) for serial in range(1, counter.value + 1))
        yield from carried_by_none(given, Requirement.objects.values_list("number", flat=True))
