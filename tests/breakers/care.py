"""Care plans and visits."""

from datetime import timedelta

from care.plans import follow_grade
from care.visits import record_visit
from customers.models import Grade
from tests.breakers.kit import breaks, damage
from tests.factories import CustomerFactory


def plan_of_a_customer():
    return follow_grade(CustomerFactory(grade=Grade.A), by=None)


@breaks("visit days")
def a_visit_put_off():
    plan = plan_of_a_customer()
    yield
    damage(plan, next_visit_on=plan.next_visit_on + timedelta(days=30))
    yield


@breaks("visit days")
def a_visit_that_moved_nothing():
    plan = plan_of_a_customer()
    owner = plan.customer.owner
    words = {
        "visited_on": plan.started_on,
        "way": "call",
        "visitor": owner,
        "met": "李强",
        "said": "交期",
        "next_on": None,
    }
    visit = record_visit(customer=plan.customer, values=words, by=owner)
    yield
    damage(visit, next_on=plan.started_on + timedelta(days=3))
    yield
