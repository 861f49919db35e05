"""Proposals of other grades wait for the managers who decide them."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.deadlines import CLOSING, counted_from, deadlines_after
from core.worklist import Item, Source, worklist_source
from grading.models import GradeProposal
from grading.rights import may_decide

DAYS_TO_DECIDE = 5  # working days


@worklist_source
class Proposals(Source):
    """The open proposals of a manager's customers, the oldest first, due five working days after they were made."""

    kind = "grades"
    label = gettext_lazy("Grade proposals")

    def waiting(self, user: User) -> QuerySet:
        if not may_decide(user):
            return GradeProposal.objects.none()
        return GradeProposal.objects.visible_to(user).open().select_related("customer").order_by("id")

    def due_before(self, instants):
        return counted_from("created_at", DAYS_TO_DECIDE, instants, CLOSING)

    def items_of(self, records):
        deadlines = deadlines_after([each.created_at for each in records], DAYS_TO_DECIDE, CLOSING)
        return [_item(each, deadlines[each.created_at]) for each in records]

    def list_url(self):
        return reverse("grading:list")


def _item(proposal: GradeProposal, deadline) -> Item:
    return Item(
        kind=Proposals.kind,
        kind_label=str(Proposals.label),
        whom=proposal.customer.short_name,
        grade=proposal.before,
        what=_("Grade %(after)s instead of %(before)s?") % {"after": proposal.after, "before": proposal.before},
        detail=_("¥%(amount)s in twelve months") % {"amount": f"{proposal.annual_amount:,.2f}"},
        url=proposal.get_absolute_url(),
        verb=_("Decide"),
        due=deadline.at,
        why=_("Five working days after it was proposed"),
        estimated=deadline.counted.estimated,
    )
