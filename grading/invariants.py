"""What must always hold about grades and their proposals."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce

from core.invariants import invariant
from customers.models import Customer, GradeChange
from grading.models import GradeProposal
from grading.statuses import ProposalStatus


@invariant("grade history", "a customer has the grade that its last change gave, each change begins where one ended")
def broken_grade_histories() -> Iterator[str]:
    """Customers whose grade is not what their last change says; changes that begin with another grade than the one
    before them left."""
    own = GradeChange.objects.filter(customer=OuterRef("pk"), came_from=None)
    last = own.order_by("-pk").values("after")[:1]
    customers = Customer.objects.annotate(given=Subquery(last)).filter(given__isnull=False)
    for number, grade, given in customers.values_list("number", "grade", "given").iterator():
        if grade != given:
            yield f"{number}: grade {grade}, its last change gave {given}"
    former: dict[int, str] = {}
    # Each file's changes follow each other, also those of a file that was merged into another one.
    whose = Coalesce("came_from", "customer")
    for customer, before, after in GradeChange.objects.order_by("pk").values_list(whose, "before", "after").iterator():
        if former.get(customer, before) != before:
            yield f"customer {customer}: a change begins with {before} instead of {former[customer]}"
        former[customer] = after


@invariant("accepted proposals", "every accepted proposal changed its customer's grade by whoever accepted it")
def unheeded_proposals() -> Iterator[str]:
    """Accepted proposals without such a change of the grade by the same person."""
    same = {"customer": "customer", "before": "before", "after": "after", "by": "decided_by"}
    made = Exists(GradeChange.objects.filter(**{name: OuterRef(of) for name, of in same.items()}))
    accepted = GradeProposal.objects.filter(~made, status=ProposalStatus.ACCEPTED)
    for proposal in accepted.select_related("customer").iterator():
        yield f"{proposal}: accepted, but no change of the grade"
