"""Care plans begin when a customer comes to grade A and end when it leaves it. Each verb leaves one event."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rights import demand
from care.models import USUAL_INTERVAL, CarePlan
from care.rights import may_care
from care.supply import supply_changed
from core.events import changes_between, record
from core.locks import lock_row
from core.stale import Stale
from customers.models import Customer, Grade, GradePolicy
from customers.moving import lock_customer_of

#: What people write into a plan.
FIELDS = ("interval", "priority_supply", "contact", "notes")


def running_plan(customer: Customer) -> CarePlan | None:
    """The plan by which a customer is looked after now."""
    return CarePlan.objects.filter(customer=customer, ended_on=None).select_related("contact").first()


def next_visit_of(plan: CarePlan) -> date:
    """When the next visit is due: as the last one arranged it, else the interval after it or after the plan's start."""
    last = plan.latest_visit
    if last is None:
        return plan.visit_after(plan.started_on)
    return last.next_on or plan.visit_after(last.visited_on)


@transaction.atomic
def follow_grade(customer: Customer, *, by: User | None) -> CarePlan | None:
    """Begins the plan of a customer that has come to A, ends that of one that has left it; returns the running one.

    Belongs into the transaction that changes the grade; a second call changes nothing. ``by`` None is the system.
    """
    current = lock_row(Customer, customer.pk)
    plan = running_plan(current)
    if current.grade == Grade.A and plan is None:
        return _begin(current, by)
    if current.grade != Grade.A and plan is not None:
        plan.ended_on = timezone.localdate()
        plan.save(update_fields=["ended_on"])
        record(current, "care_plan_ended", by=by)
        supply_changed(current)
        return None
    return plan


def _begin(customer: Customer, by: User | None) -> CarePlan:
    policy = GradePolicy.objects.filter(grade=customer.grade).first()
    plan = CarePlan(customer=customer, contact=customer.contacts.filter(is_primary=True).first())
    plan.interval = (policy and policy.visit_interval) or USUAL_INTERVAL
    plan.next_visit_on = next_visit_of(plan)
    plan.save()
    record(customer, "care_plan_begun", by=by, days=plan.interval)
    supply_changed(customer)
    return plan


@transaction.atomic
def change_plan(*, plan: CarePlan, values: dict, by: User, version: int | None = None) -> CarePlan:
    """Writes a running plan anew; the next visit follows its interval.

    Raises:
        core.stale.Stale: when ``version`` is not the plan's any more.
        ValidationError: by field; also when the plan has ended or the contact is another customer's.
        PermissionDenied: when this role keeps none.
    """
    demand(may_care(by))
    customer = lock_customer_of(plan)
    current = CarePlan.objects.get(pk=plan.pk)
    if version is not None and version != current.version:
        raise Stale(current)
    if current.ended_on:
        raise ValidationError(_("The customer has left grade A: its care plan has ended."))
    before = {name: getattr(current, name) for name in FIELDS}
    for name in FIELDS:
        setattr(current, name, values[name])
    if current.contact and current.contact.customer_id != customer.pk:
        raise ValidationError({"contact": _("This contact belongs to another customer.")})
    current.full_clean()
    current.next_visit_on = next_visit_of(current)
    if changes := changes_between(before, current):
        current.version += 1
        current.save()
        words = [[f"care_plans.{name}", old, new] for name, old, new in changes]
        record(customer, "care_plan_changed", by=by, changes=words)
    if current.priority_supply != before["priority_supply"]:
        supply_changed(customer)
    return current
