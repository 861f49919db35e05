"""Care plans follow the grade, whoever changed it: an import, the administration, a restored copy."""

from django.db.models import Exists, OuterRef

from care.models import CarePlan
from care.plans import follow_grade
from core.jobs.schedule import every_hour
from customers.models import Customer, Grade

_AT_ONCE = 500


@every_hour
def follow_grades() -> int:
    """Begins and ends the plans that do not fit the customers' grades; returns how many."""
    running = Exists(CarePlan.objects.filter(customer=OuterRef("pk"), ended_on=None))
    without = Customer.objects.filter(~running, grade=Grade.A, merged_into=None)
    left = Customer.objects.filter(care_plans__ended_on=None, care_plans__isnull=False).exclude(grade=Grade.A)
    found = [*without.order_by("pk")[:_AT_ONCE], *left.order_by("pk")[:_AT_ONCE]]
    for customer in found:
        follow_grade(customer, by=None)
    return len(found)
