"""A visit is written down, with its files; the care plan's next one follows."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rights import demand
from care.models import CarePlan, Visit
from care.plans import next_visit_of, running_plan
from care.rights import may_care, visitors_for
from core.events import record
from core.files import show_prices, store_file
from core.locks import lock_row
from core.submitted import first_result, refuse_other_content, said_in
from customers.models import Customer
from customers.moving import refuse_merged

#: What people write about a visit.
FIELDS = ("visited_on", "way", "visitor", "met", "said", "next_on")
FILE = show_prices("visit")


@transaction.atomic
def record_visit(
    *, customer: Customer, values: dict, by: User, files: Sequence[UploadedFile] = (), token: UUID | None = None
) -> Visit:
    """Writes down a visit; a second call with the same (scoped) ``token`` returns the first one.

    Raises:
        ValidationError: by field, for a day in the future, or for a file that cannot be taken; SentOtherwise when the
            token came with other content before.
        PermissionDenied: when this role records none, may not see the customer, or writes for another team.
    """
    demand(may_care(by))
    current = lock_row(Customer, customer.pk)
    refuse_merged(current)
    demand(Customer.objects.visible_to(by).filter(pk=customer.pk).exists())
    visit = Visit(customer=current, recorded_by=by, submit_token=token, **{name: values[name] for name in FIELDS})
    demand(visitors_for(by).filter(pk=visit.visitor_id).exists())
    if first := first_result(Visit, token):
        refuse_other_content(first, said_in(first, FIELDS), said_in(visit, FIELDS))
        return first
    check_day(visit.visited_on)
    visit.full_clean(exclude=["submit_token"])
    visit.recorded_at = timezone.now()
    plan = running_plan(current)
    visit.due_on = _due_day(plan, visit) if plan else None
    try:
        with transaction.atomic():
            visit.save()
    except IntegrityError:
        if first := first_result(Visit, token):
            return first
        raise
    for upload in files:
        store_file(subject=visit, upload=upload, purpose=FILE, by=by)
    if plan:
        plan.next_visit_on = next_visit_of(plan)
        plan.save(update_fields=["next_visit_on"])
    record(current, "visit_recorded", by=by, day=visit.visited_on.isoformat(), met=visit.met)
    return visit


def check_day(day: date) -> None:
    """Raises ValidationError when the day of a visit is still to come."""
    if day > timezone.localdate():
        raise ValidationError({"visited_on": _("A visit that is still to come cannot be recorded yet.")})


def _due_day(plan: CarePlan, visit: Visit) -> date | None:
    """By when the plan asked for this visit; None for one that is written down after a later one."""
    last = plan.latest_visit
    if visit.visited_on < plan.started_on or (last and visit.visited_on <= last.visited_on):
        return None
    return plan.next_visit_on
