"""What must always hold about the care for customers."""

from collections.abc import Iterator

from care.models import CarePlan
from care.plans import next_visit_of
from core.invariants import invariant


@invariant("visit days", "a care plan's next visit is as its interval and its last visit say")
def wrong_next_visits() -> Iterator[str]:
    """Running plans whose next visit stands on another day."""
    for plan in CarePlan.objects.filter(ended_on=None).select_related("customer").iterator():
        if plan.next_visit_on != (day := next_visit_of(plan)):
            yield f"{plan.customer.number}: {plan.next_visit_on} instead of {day}"
