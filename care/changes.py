"""Reports that a customer's file is no longer true: due in three working days, closed by an update or an answer."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rights import demand
from care.models import Cause, ChangeReport
from care.rights import may_care
from core.events import record
from core.locks import lock_row
from core.workdays import add_workdays, exceptions_between, horizon
from customers.models import Customer
from customers.moving import lock_customer_of, refuse_merged
from customers.updates import follows_file

DAYS = 3  # working days
LONGEST = ChangeReport._meta.get_field("text").max_length or 0
#: What of a file an update must touch to settle a report; any change settles the others.
TOUCHED = {Cause.CONTACT: {"contacts"}, Cause.ADDRESS: {"province", "city", "district", "address"}}


def due_after(day: date) -> date:
    """By when what is reported on this day must be settled."""
    return add_workdays(day, DAYS, exceptions_between(day, horizon(day, DAYS))).day


@transaction.atomic
def report_change(*, customer: Customer, text: str, by: User, order_number: str = "") -> ChangeReport:
    """What somebody saw who may see the customer, or an order of it (``order_number``): the caller has asked that.

    Saying the same again while it is open leads to the first report.

    Raises:
        ValidationError: with a sentence, when nothing is said or too much.
    """
    text = text.strip()
    if not text:
        raise ValidationError(_("Say in a few words what has changed."))
    if len(text) > LONGEST:
        raise ValidationError(_("At most %(n)s characters, please.") % {"n": LONGEST})
    return _open(customer, cause=Cause.PERSON, text=text, by=by, order_number=order_number)


@transaction.atomic
def report_difference(*, customer: Customer, cause: Cause, text: str, order_number: str = "") -> ChangeReport | None:
    """What the system sees; nothing, when somebody has answered once why the file stays as it is."""
    text = text[:LONGEST]
    if ChangeReport.objects.filter(customer=customer, cause=cause, text=text).exclude(answer="").exists():
        return None
    return _open(customer, cause=cause, text=text, by=None, order_number=order_number)


def _open(customer: Customer, *, cause: Cause, text: str, by: User | None, order_number: str) -> ChangeReport:
    current = lock_row(Customer, customer.pk)
    refuse_merged(current)
    same = ChangeReport.objects.filter(customer=current, cause=cause, text=text, closed_on=None).first()
    if same:
        return same
    report = ChangeReport(customer=current, cause=cause, text=text, order_number=order_number, reported_by=by)
    report.reported_at, report.due_on = timezone.now(), due_after(timezone.localdate())
    report.save()
    record(current, "change_reported", by=by, text=text)
    return report


@transaction.atomic
def answer_change(*, report: ChangeReport, answer: str, by: User) -> ChangeReport:
    """Closes a report without a change of the file, with the reason.

    Raises:
        ValidationError: without a reason, or when it is closed already.
        PermissionDenied: when this role keeps no files.
    """
    demand(may_care(by))
    customer = lock_customer_of(report)
    current = ChangeReport.objects.get(pk=report.pk)
    if current.closed_on:
        raise ValidationError(_("This report has been closed meanwhile by %(who)s.") % {"who": current.closed_by})
    answer = answer.strip()
    if not answer or len(answer) > LONGEST:
        raise ValidationError(_("Say in at most %(n)s characters why the file stays as it is.") % {"n": LONGEST})
    close_report(current, customer, by, answer)
    record(customer, "change_answered", by=by, note=answer, text=current.text)
    return current


@follows_file
def settle_by_update(customer: Customer, changed: set[str], by: User) -> None:
    """Closes the open reports that an update of the file settles."""
    for report in ChangeReport.objects.filter(customer=customer, closed_on=None).order_by("pk"):
        touched = TOUCHED.get(Cause(report.cause))
        if touched is None or touched & changed:
            close_report(report, customer, by)
            record(customer, "change_settled", by=by, text=report.text)


def close_report(report: ChangeReport, customer: Customer, by: User, answer: str = "") -> None:
    """Closes a report of a customer that is locked; without an answer the file was updated."""
    report.closed_on, report.closed_by, report.owner = timezone.localdate(), by, customer.owner
    report.answer = answer
    report.save(update_fields=["closed_on", "closed_by", "owner", "answer"])


def kept_in_time(user: User, since: date) -> list[Any]:
    """How many reports were due per month and owner since a day, and how many were settled by then; newest month first.

    Rows have ``month``, ``who`` (a name or None), ``due`` and ``in_time``. What is open and not due yet does not count.
    """
    counted = ChangeReport.objects.visible_to(user).filter(due_on__gte=since)
    counted = counted.filter(Q(closed_on__isnull=False) | Q(due_on__lt=timezone.localdate())).order_by()
    grouped = counted.annotate(month=TruncMonth("due_on"), who=Coalesce("owner__name", "customer__owner__name"))
    figures = {"due": Count("pk"), "in_time": Count("pk", filter=Q(closed_on__lte=F("due_on")))}
    return list(grouped.values("month", "who").annotate(**figures).order_by("-month", "who"))
