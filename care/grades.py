"""What a new grade of a customer brings: its care plan begins or ends, and its file is to be looked at."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from care.changes import report_difference
from care.models import Cause
from care.plans import follow_grade
from customers.models import Customer


@transaction.atomic
def grade_changed(customer: Customer, *, before: str, by: User | None) -> None:
    """For whoever changes a grade, in that transaction: ``before`` is the grade until now, the row has the new one."""
    follow_grade(customer, by=by)
    text = f"{before} → {customer.grade} ({timezone.localdate():%Y-%m-%d})"
    report_difference(customer=customer, cause=Cause.GRADE, text=text)
