"""The life of a proposal: a manager accepts or rejects it, or the next quarter's run closes it undecided."""

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from care.grades import grade_changed
from core.events import record_all
from core.locks import lock_rows
from core.workflow import Attempt, Machine, Transition, register_machine
from customers.grades import change_grade
from customers.moving import lock_customer_of
from grading.consequences import TO_BE_JUDGED, consequences_of
from grading.models import GradeProposal
from grading.statuses import ProposalStatus
from orders.models import Order
from orders.statuses import UNDER_REVIEW


def lock_customer(proposal: GradeProposal) -> None:
    """The customer's row is the lock on its grade, and on whose customer it is."""
    lock_customer_of(proposal)


def lock_orders(proposal: GradeProposal) -> None:
    """The orders that go by the customer's grade until their approval."""
    lock_rows(Order.objects.filter(customer=proposal.customer_id, status__in=TO_BE_JUDGED))


def grade_is_the_same(attempt: Attempt) -> str | None:
    """It was worked out from the grade that the customer still has."""
    proposal = attempt.obj
    if proposal.customer.grade == proposal.before:
        return None
    words = {"now": proposal.customer.grade, "then": proposal.before}
    return _("The customer has grade %(now)s by now, not %(then)s: this proposal is out of date.") % words


def comment_fits(attempt: Attempt) -> str | None:
    """The comment stands in the customer's history, in so many characters."""
    try:
        GradeProposal._meta.get_field("comment").run_validators(attempt.note.strip())
    except ValidationError as error:
        return " ".join(error.messages)
    return None


def keep_decision(attempt: Attempt) -> None:
    """Who decided and why, and what it meant at that moment."""
    proposal = attempt.obj
    proposal.decided_by, proposal.decided_at = attempt.by, timezone.now()
    proposal.comment = attempt.note.strip()
    proposal.consequences = consequences_of([proposal], timezone.localdate())[proposal.customer_id]
    proposal.save(update_fields=["decided_by", "decided_at", "comment", "consequences"])


def give_grade(attempt: Attempt) -> None:
    """The customer has the new grade from now on, and with A a care plan; its orders before their approval go by it.

    Whoever reviews one meanwhile looks at it again. What is approved keeps the grade of its order date.
    """
    proposal, customer = attempt.obj, attempt.obj.customer
    reason = proposal.comment or str(proposal.get_origin_display())
    change_grade(customer=customer, grade=proposal.after, reason=reason, by=attempt.by)
    grade_changed(customer, before=proposal.before, by=attempt.by)
    orders = list(Order.objects.filter(customer=customer, status__in=TO_BE_JUDGED).order_by("pk"))
    Order.objects.filter(pk__in=[order.pk for order in orders]).update(grade=proposal.after)
    reviewed = [order.pk for order in orders if order.status in UNDER_REVIEW]
    Order.objects.filter(pk__in=reviewed).update(version=F("version") + 1)
    changes = [["grade", proposal.before, proposal.after]]
    record_all("grade_changed", [(order, {"changes": changes}) for order in orders], by=attempt.by)


PROPOSAL_LIFE = Machine(
    model="grading.GradeProposal",
    url_name="grading:advance",
    own_lock="proposal",
    locks={"customer": lock_customer, "order": lock_orders},
    transitions=(
        Transition(
            name="accept",
            label=gettext_lazy("Accept"),
            sentence=gettext_lazy("Accepted"),
            tone="good",
            source=(ProposalStatus.OPEN,),
            target=ProposalStatus.ACCEPTED,
            roles=(Role.MANAGER,),
            locks=("customer", "order"),
            guards=(grade_is_the_same,),
            input_guards=(comment_fits,),
            effects=(keep_decision, give_grade),
            primary=True,
            icon="check",
        ),
        Transition(
            name="reject",
            label=gettext_lazy("Reject"),
            sentence=gettext_lazy("Rejected"),
            tone="bad",
            source=(ProposalStatus.OPEN,),
            target=ProposalStatus.REJECTED,
            roles=(Role.MANAGER,),
            locks=("customer",),
            input_guards=(comment_fits,),
            effects=(keep_decision,),
            note_required=True,
            icon="x",
        ),
        # The next quarter's run, or a file that asks for another grade.
        Transition(
            name="close",
            label=gettext_lazy("Close"),
            sentence=gettext_lazy("Closed undecided"),
            source=(ProposalStatus.OPEN,),
            target=ProposalStatus.CLOSED,
            roles=(),
            locks=("customer",),
        ),
    ),
)

register_machine(PROPOSAL_LIFE)
