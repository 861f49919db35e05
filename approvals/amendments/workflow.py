"""The whole life of an amendment in one table: who may do what in which state.

``docs/amendment-lifecycle.md`` shows it as a picture. The order itself stays approved; once the amendment is in force
the order has moved to its next revision.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.roles import Role
from approvals.amendments.effects import (
    amend_order,
    hold_lines,
    keep_proposal,
    let_lines_go,
    record_approval,
    record_refusal,
    recount_customer,
    tell_refusal,
    tell_withdrawal,
)
from approvals.amendments.guards import (
    complete,
    finance_looks_too,
    four_eyes,
    looked_at_by_fewer,
    manager_has_last_word,
    not_below_shipped,
    not_for_the_manager_alone,
    nothing_blocks,
    order_is_approved,
    says_what_was_decided,
    somebody_must_look,
    still_current,
)
from approvals.amendments.locks import lock_customer, lock_order
from approvals.amendments.statuses import OPEN, UNDER_REVIEW, AmendmentStatus
from approvals.guards import overrides_have_reasons
from core.workflow import Machine, Transition, register_machine

AMENDMENT_PAGE = "approvals:amendment"
HOLDS = (order_is_approved, still_current)
MAY_PROPOSE = (*HOLDS, complete, not_below_shipped)
MAY_APPROVE = (*HOLDS, four_eyes, says_what_was_decided, nothing_blocks)
MAY_ACCEPT = (*MAY_APPROVE, not_below_shipped)
#: The customer for its credit, the order for what it says and for what has left of it.
LOCKS = ("customer", "order")

AMENDMENT_LIFE = Machine(
    model="approvals.Amendment",
    url_name="approvals:advance-amendment",
    own_lock="amendment",
    locks={"customer": lock_customer, "order": lock_order},
    transitions=(
        Transition(
            name="propose",
            label=pgettext_lazy("amendment", "Propose it"),
            sentence=pgettext_lazy("amendment", "Proposed"),
            tone="now",
            source=(AmendmentStatus.DRAFT,),
            target=AmendmentStatus.REP,
            roles=(Role.REP, Role.MANAGER),
            locks=LOCKS,
            over=looked_at_by_fewer,
            guards=MAY_PROPOSE,
            effects=(keep_proposal, hold_lines),
            primary=True,
            icon="send",
        ),
        Transition(
            name="propose_to_manager",
            label=pgettext_lazy("amendment", "Propose it to the manager"),
            sentence=pgettext_lazy("amendment", "Proposed to the manager"),
            tone="now",
            source=(AmendmentStatus.DRAFT,),
            target=AmendmentStatus.MANAGER,
            roles=(Role.REP, Role.MANAGER),
            locks=LOCKS,
            over=not_for_the_manager_alone,
            guards=MAY_PROPOSE,
            effects=(keep_proposal, hold_lines),
            primary=True,
            icon="send",
        ),
        Transition(
            name="put_in_force",
            label=pgettext_lazy("amendment", "Put it in force"),
            sentence=pgettext_lazy("amendment", "In force at once, nobody need look at it"),
            tone="good",
            source=(AmendmentStatus.DRAFT,),
            target=AmendmentStatus.ACCEPTED,
            roles=(Role.REP, Role.MANAGER),
            locks=LOCKS,
            over=somebody_must_look,
            guards=MAY_PROPOSE,
            effects=(keep_proposal, amend_order),
            afterwards=(recount_customer,),
            primary=True,
            icon="check",
        ),
        Transition(
            name="rep_approve",
            label=_("Pass the first review"),
            sentence=_("First review passed"),
            tone="good",
            source=(AmendmentStatus.REP,),
            target=AmendmentStatus.MANAGER,
            roles=(Role.REP,),
            locks=LOCKS,
            guards=MAY_APPROVE,
            input_guards=(overrides_have_reasons,),
            effects=(record_approval,),
            primary=True,
            page=AMENDMENT_PAGE,
            icon="rubber-stamp",
        ),
        Transition(
            name="manager_approve",
            label=_("Pass the second review"),
            sentence=_("Second review passed"),
            tone="good",
            source=(AmendmentStatus.MANAGER,),
            target=AmendmentStatus.FINANCE,
            roles=(Role.MANAGER,),
            locks=LOCKS,
            over=manager_has_last_word,
            guards=MAY_APPROVE,
            input_guards=(overrides_have_reasons,),
            effects=(record_approval,),
            primary=True,
            page=AMENDMENT_PAGE,
            icon="rubber-stamp",
        ),
        Transition(
            name="manager_accept",
            label=pgettext_lazy("amendment", "Accept it"),
            sentence=pgettext_lazy("amendment", "Second review passed, in force"),
            tone="good",
            source=(AmendmentStatus.MANAGER,),
            target=AmendmentStatus.ACCEPTED,
            roles=(Role.MANAGER,),
            locks=LOCKS,
            over=finance_looks_too,
            guards=MAY_ACCEPT,
            input_guards=(overrides_have_reasons,),
            effects=(record_approval, amend_order),
            afterwards=(recount_customer,),
            primary=True,
            page=AMENDMENT_PAGE,
            icon="rubber-stamp",
        ),
        Transition(
            name="finance_accept",
            label=pgettext_lazy("amendment", "Accept it"),
            sentence=pgettext_lazy("amendment", "Final review passed, in force"),
            tone="good",
            source=(AmendmentStatus.FINANCE,),
            target=AmendmentStatus.ACCEPTED,
            roles=(Role.FINANCE,),
            locks=LOCKS,
            guards=MAY_ACCEPT,
            input_guards=(overrides_have_reasons,),
            effects=(record_approval, amend_order),
            afterwards=(recount_customer,),
            primary=True,
            page=AMENDMENT_PAGE,
            icon="rubber-stamp",
        ),
        Transition(
            name="refuse",
            label=pgettext_lazy("amendment", "Refuse it"),
            sentence=pgettext_lazy("amendment", "Refused, the order stays as it is"),
            tone="bad",
            source=UNDER_REVIEW,
            target=AmendmentStatus.REFUSED,
            roles=(Role.REP, Role.MANAGER, Role.FINANCE),
            roles_at={
                AmendmentStatus.REP: (Role.REP,),
                AmendmentStatus.MANAGER: (Role.MANAGER,),
                AmendmentStatus.FINANCE: (Role.FINANCE,),
            },
            locks=LOCKS,
            guards=(four_eyes,),
            effects=(record_refusal, let_lines_go, tell_refusal),
            note_required=True,
            page=AMENDMENT_PAGE,
            icon="ban",
        ),
        Transition(
            name="withdraw",
            label=pgettext_lazy("amendment", "Withdraw it"),
            sentence=pgettext_lazy("amendment", "Withdrawn"),
            source=OPEN,
            target=AmendmentStatus.WITHDRAWN,
            roles=(Role.REP, Role.MANAGER),
            locks=LOCKS,
            effects=(let_lines_go, tell_withdrawal),
            dangerous=True,
            icon="arrow-back-up",
        ),
    ),
)

register_machine(AMENDMENT_LIFE)
