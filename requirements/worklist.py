"""What waits about requirements: first answers, and what customers said on the private link."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Role
from core.deadlines import counted_from, deadlines_after, end_of, last_closed
from core.templatetags.ui import short_date
from core.worklist import Item, Source, worklist_source
from requirements.models import Question, Requirement
from requirements.statuses import OPEN, UNANSWERED

KIND = "requirements"
_WORD_DAYS = 2  # working days to look at what a customer said


def of(user: User, at: str = "") -> Q:
    """Whose work it is: the owner's; where nobody owns the customer, the managers'. ``at`` leads to the requirement."""
    if user.role == Role.REP:
        return Q(**{f"{at}owner": user})
    return Q(**{f"{at}owner": None}) if user.role == Role.MANAGER else Q(pk__in=[])


@worklist_source
class ToAnswer(Source):
    """For owners: customers who wait for a first answer."""

    kind = KIND
    label = gettext_lazy("First answers")

    def waiting(self, user: User) -> QuerySet:
        waiting = Requirement.objects.filter(of(user), UNANSWERED)
        return waiting.select_related("customer").order_by("response_due_on", "id")

    def due_before(self, instants):
        return [Q(response_due_on__lte=last_closed(instant)) for instant in instants]

    def items_of(self, records):
        return [self._item(requirement) for requirement in records]

    def list_url(self):
        return f"{reverse('requirements:list')}?status=unanswered"

    def _item(self, requirement: Requirement) -> Item:
        words = {"priority": requirement.get_priority_display(), "day": short_date(requirement.response_due_on)}
        return Item(
            kind=KIND,
            kind_label=str(self.label),
            whom=requirement.customer.short_name,
            grade=requirement.customer.grade,
            what=_("%(requirement)s: answer the customer") % {"requirement": requirement},
            detail=requirement.headline,
            url=requirement.get_absolute_url(),
            verb=_("Answer"),
            due=end_of(requirement.response_due_on),
            why=_("%(priority)s: the customer hears from us by %(day)s.") % words,
        )


@worklist_source
class Objections(Source):
    """For owners: what customers wrote on the private link, until it is answered."""

    kind = KIND
    label = gettext_lazy("Words of customers")

    def waiting(self, user: User) -> QuerySet:
        said = Question.objects.filter(of(user, at="requirement__"), asked_by=None, answered_at=None)
        said = said.filter(requirement__status__in=OPEN).select_related("requirement__customer")
        return said.order_by("asked_at", "id")

    def due_before(self, instants):
        return counted_from("asked_at", _WORD_DAYS, instants)

    def items_of(self, records):
        deadlines = deadlines_after([question.asked_at for question in records], _WORD_DAYS)
        return [self._item(question, deadlines[question.asked_at]) for question in records]

    def list_url(self):
        return f"{reverse('requirements:list')}?status=clarifying"

    def _item(self, question: Question, deadline: Any) -> Item:
        requirement = question.requirement
        return Item(
            kind=KIND,
            kind_label=str(self.label),
            whom=requirement.customer.short_name,
            grade=requirement.customer.grade,
            what=_("%(requirement)s: the customer says what is not right") % {"requirement": requirement},
            detail=question.text[:80],
            url=requirement.get_absolute_url(),
            verb=_("Clarify"),
            due=deadline.at,
            why=deadline.explained(_("Two working days after the customer wrote it.")),
            estimated=deadline.counted.estimated,
        )
