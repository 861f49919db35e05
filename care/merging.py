"""Visits, care plans and reports go along with their customer; one plan and one report of each kind goes on."""

from django.db.models import QuerySet
from django.utils import timezone

from care.changes import close_report
from care.models import CarePlan, ChangeReport, Visit
from care.plans import next_visit_of, running_plan
from core.events import record
from customers.models import Grade
from customers.moving import Joining, after_merge, as_they_are, moves

moves(Visit, "customer")(as_they_are)


@moves(CarePlan, "customer")
def end_second_plan(rows: QuerySet, joining: Joining) -> None:
    """The plan of the file that stays goes on; another one goes on in its place only where the grade asks for one."""
    for old, contact in joining.same_person.items():
        rows.filter(contact=old).update(contact=contact)
    one_is_enough = joining.into.grade != Grade.A or running_plan(joining.into)
    if one_is_enough and rows.filter(ended_on=None).update(ended_on=timezone.localdate()):
        record(joining.merged, "care_plan_ended", by=joining.by)


@moves(ChangeReport, "customer")
def close_same_reports(rows: QuerySet, joining: Joining) -> None:
    """What is reported about both files waits once."""
    known = ChangeReport.objects.filter(customer=joining.into, closed_on=None)
    waiting = set(known.values_list("cause", "text"))
    for report in ChangeReport.objects.filter(customer=joining.merged, closed_on=None):
        if (report.cause, report.text) in waiting:
            close_report(report, joining.merged, joining.by, joining.sentence)


@after_merge
def plan_next_visit(joining: Joining) -> None:
    """The next visit follows from the visits of both."""
    if plan := running_plan(joining.into):
        plan.next_visit_on = next_visit_of(plan)
        plan.save(update_fields=["next_visit_on"])
