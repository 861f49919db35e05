"""The whole life of a requirement in one table: recorded, clarified, confirmed in writing, ordered or lost.

``docs/requirement-lifecycle.md`` shows it as a picture. Conditions are in ``guards.py``, effects in ``effects.py``.
"""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from core.workflow import Machine, Transition, register_machine
from requirements.effects import (
    forget_confirmation,
    forget_loss,
    keep_answer,
    keep_confirmation,
    keep_loss,
    keep_question,
    know_the_day,
    name_the_order,
    stop_the_clock,
)
from requirements.guards import (
    answer_written,
    answered_before,
    confirmation_known,
    nothing_open,
    question_written,
    reason_chosen,
)
from requirements.statuses import OPEN, RequirementStatus

SALES = (Role.REP, Role.MANAGER)

REQUIREMENT_LIFE = Machine(
    model="requirements.Requirement",
    url_name="requirements:advance",
    own_lock="requirement",
    transitions=(
        Transition(
            name="respond",
            label=_("First answer given"),
            sentence=_("First answer to the customer"),
            tone="good",
            source=OPEN,
            target=RequirementStatus.CLARIFYING,
            roles=SALES,
            over=answered_before,
            effects=(stop_the_clock,),
            note_required=True,
            primary=True,
            icon="phone-call",
        ),
        Transition(
            name="ask",
            label=_("Ask"),
            sentence=_("Asked: %(question)s"),
            source=(*OPEN, RequirementStatus.CONFIRMED),
            target=RequirementStatus.CLARIFYING,
            roles=SALES,
            input_guards=(question_written,),
            effects=(keep_question, forget_confirmation),
            icon="help-circle",
        ),
        Transition(
            name="answer",
            label=_("Keep the answer"),
            sentence=_("Answered: %(question)s"),
            source=(RequirementStatus.CLARIFYING,),
            target=RequirementStatus.CLARIFYING,
            roles=SALES,
            input_guards=(answer_written,),
            effects=(keep_answer,),
            icon="message",
        ),
        # Who gives the record to the customer has answered; the link is made beside it (links.py).
        Transition(
            name="send_summary",
            label=_("Link to confirm"),
            sentence=_("Record given to the customer to confirm"),
            tone="now",
            source=OPEN,
            target=RequirementStatus.CLARIFYING,
            roles=SALES,
            effects=(stop_the_clock,),
            icon="link",
        ),
        Transition(
            name="confirm",
            label=_("Confirmed in writing"),
            sentence=_("Confirmed in writing by %(confirmed_by)s, %(confirmed_on)s"),
            tone="good",
            source=OPEN,
            target=RequirementStatus.CONFIRMED,
            roles=SALES,
            guards=(nothing_open,),
            input_guards=(confirmation_known,),
            effects=(keep_confirmation, stop_the_clock),
            page="requirements:confirm",
            icon="clipboard-check",
        ),
        # The system follows the orders that were made of it.
        Transition(
            name="order",
            label=_("Order placed"),
            sentence=_("Ordered with %(order)s"),
            tone="good",
            source=(RequirementStatus.CONFIRMED,),
            target=RequirementStatus.ORDERED,
            roles=(),
            effects=(name_the_order,),
        ),
        Transition(
            name="lose_order",
            label=_("Order cancelled"),
            sentence=_("%(order)s was cancelled, the requirement is open again"),
            tone="bad",
            source=(RequirementStatus.ORDERED,),
            target=RequirementStatus.CONFIRMED,
            roles=(),
            effects=(name_the_order, know_the_day),
        ),
        Transition(
            name="lose",
            label=_("Give it up as lost"),
            sentence=_("Lost"),
            tone="bad",
            source=(*OPEN, RequirementStatus.CONFIRMED),
            target=RequirementStatus.LOST,
            roles=SALES,
            input_guards=(reason_chosen,),
            effects=(keep_loss,),
            note_required=True,
            dangerous=True,
            icon="circle-x",
        ),
        Transition(
            name="reopen",
            label=_("Take it up again"),
            sentence=_("Taken up again"),
            source=(RequirementStatus.LOST,),
            target=RequirementStatus.CLARIFYING,
            roles=SALES,
            effects=(forget_loss, forget_confirmation),
            note_required=True,
            icon="refresh",
        ),
    ),
)

register_machine(REQUIREMENT_LIFE)
