"""What waits about customers: the visits that are due by their plan, and files that are no longer true."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Role
from care.models import CarePlan, ChangeReport
from core.deadlines import end_of, last_closed
from core.templatetags.ui import short_date
from core.worklist import Item, Source, worklist_source
from customers.models import Customer

AHEAD = timedelta(days=7)  # a visit is arranged some days before


@worklist_source
class DueVisits(Source):
    """For owners, and managers where nobody owns the customer: visits of this week and those that are overdue."""

    kind = "visits"
    label = gettext_lazy("Visits")

    def waiting(self, user: User) -> QuerySet:
        if user.role not in (Role.REP, Role.MANAGER):
            return CarePlan.objects.none()
        owner = user if user.role == Role.REP else None
        due = CarePlan.objects.filter(ended_on=None, next_visit_on__lte=timezone.localdate() + AHEAD)
        return due.filter(customer__owner=owner).select_related("customer", "contact").order_by("next_visit_on", "id")

    def due_before(self, instants):
        return [Q(next_visit_on__lte=last_closed(instant)) for instant in instants]

    def items_of(self, records):
        return [self._item(plan) for plan in records]

    def list_url(self):
        return f"{reverse('customers:list')}?grade=A"

    def _item(self, plan: CarePlan) -> Item:
        customer: Customer = plan.customer
        return Item(
            kind=self.kind,
            kind_label=str(self.label),
            whom=customer.short_name,
            grade=customer.grade,
            what=_("Visit the customer"),
            detail=str(plan.contact or ""),
            url=plan.get_absolute_url(),
            verb=_("Record the visit"),
            due=end_of(plan.next_visit_on),
            why=_("Care plan: a visit every %(days)s days, the next by %(day)s.")
            % {"days": plan.interval, "day": short_date(plan.next_visit_on)},
        )


@worklist_source
class OpenChanges(Source):
    """For owners, and managers where nobody owns the customer: reports that a file is no longer true."""

    kind = "changes"
    label = gettext_lazy("File changes")

    def waiting(self, user: User) -> QuerySet:
        if user.role not in (Role.REP, Role.MANAGER):
            return ChangeReport.objects.none()
        owner = user if user.role == Role.REP else None
        reports = ChangeReport.objects.filter(closed_on=None, customer__owner=owner)
        return reports.select_related("customer").order_by("due_on", "id")

    def due_before(self, instants):
        return [Q(due_on__lte=last_closed(instant)) for instant in instants]

    def items_of(self, records):
        return [self._item(report) for report in records]

    def list_url(self):
        return reverse("care:change-list")

    def _item(self, report: ChangeReport) -> Item:
        return Item(
            kind=self.kind,
            kind_label=str(self.label),
            whom=report.customer.short_name,
            grade=report.customer.grade,
            what=_("Update the file, or answer why it stays"),
            detail=report.text[:80],
            url=report.get_absolute_url(),
            verb=_("Settle"),
            due=end_of(report.due_on),
            why=_("Three working days after the change was reported"),
        )
