"""The whole life of an order in one table: who may do what in which state, under which conditions, with which effects.

``docs/order-lifecycle.md`` shows it as a picture. Conditions are in ``conditions.py``, effects in ``effects.py``;
those of release and completion in ``release.py``.
"""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from approvals.conditions import (
    clean_among_several,
    four_eyes,
    in_reach,
    no_money_allocated,
    nothing_blocks,
    ready_to_submit,
    releases_have_reasons,
)
from approvals.effects import (
    freeze_at_approval,
    give_number,
    lock_customer,
    make_prepayment_due,
    nothing_is_due,
    open_round,
    record_approval,
    record_return,
    share_period,
)
from approvals.release import (
    confirmed_by_customer,
    everything_signed_off,
    let_go_of_stock,
    make_production_due,
    move_last_cooperation,
    nothing_on_its_way,
    production_is_paid,
    released_before,
    set_released,
)
from core.workflow import Machine, Transition
from orders.statuses import UNDER_REVIEW, Status

REVIEW_PAGE = "approvals:review"
MAY_REVIEW = (in_reach, four_eyes)
MAY_APPROVE = (*MAY_REVIEW, nothing_blocks)
WELL_FOUNDED = (releases_have_reasons, clean_among_several)

ORDER_LIFE = Machine(
    model="orders.Order",
    url_name="orders:advance",
    own_lock="order",
    locks={"period": share_period, "customer": lock_customer},
    transitions=(
        Transition(
            name="submit",
            label=_("Submit for review"),
            source=(Status.DRAFT,),
            target=Status.REP_REVIEW,
            roles=(Role.REP, Role.MANAGER),
            guards=(in_reach, ready_to_submit),
            effects=(open_round, give_number),
            primary=True,
            icon="send",
        ),
        Transition(
            name="rep_approve",
            label=_("Pass stage one"),
            source=(Status.REP_REVIEW,),
            target=Status.MANAGER_REVIEW,
            roles=(Role.REP,),
            guards=MAY_APPROVE,
            input_guards=WELL_FOUNDED,
            effects=(record_approval,),
            primary=True,
            page=REVIEW_PAGE,
            icon="rubber-stamp",
        ),
        Transition(
            name="manager_approve",
            label=_("Pass stage two"),
            source=(Status.MANAGER_REVIEW,),
            target=Status.FINANCE_REVIEW,
            roles=(Role.MANAGER,),
            locks=("customer",),
            guards=MAY_APPROVE,
            input_guards=WELL_FOUNDED,
            effects=(record_approval, make_prepayment_due),
            primary=True,
            page=REVIEW_PAGE,
            icon="rubber-stamp",
        ),
        Transition(
            name="finance_approve",
            label=_("Pass stage three"),
            source=(Status.FINANCE_REVIEW,),
            target=Status.APPROVED,
            roles=(Role.FINANCE,),
            locks=("period", "customer"),
            guards=MAY_APPROVE,
            input_guards=WELL_FOUNDED,
            effects=(record_approval, freeze_at_approval, make_production_due),
            primary=True,
            page=REVIEW_PAGE,
            icon="rubber-stamp",
        ),
        Transition(
            name="send_back",
            label=_("Send back"),
            source=UNDER_REVIEW,
            target=Status.DRAFT,
            roles=(Role.REP, Role.MANAGER, Role.FINANCE),
            roles_at={
                Status.REP_REVIEW: (Role.REP,),
                Status.MANAGER_REVIEW: (Role.MANAGER,),
                Status.FINANCE_REVIEW: (Role.FINANCE,),
            },
            guards=MAY_REVIEW,
            effects=(record_return, nothing_is_due),
            note_required=True,
            page=REVIEW_PAGE,
            icon="arrow-back-up",
        ),
        Transition(
            name="withdraw",
            label=_("Withdraw"),
            source=UNDER_REVIEW,
            target=Status.DRAFT,
            roles=(Role.REP, Role.MANAGER),
            guards=(in_reach,),
            effects=(nothing_is_due,),
            icon="arrow-back-up",
        ),
        Transition(
            name="cancel",
            label=_("Cancel the order"),
            source=(Status.DRAFT, *UNDER_REVIEW, Status.APPROVED),
            target=Status.CANCELLED,
            roles=(Role.REP, Role.MANAGER),
            roles_at={Status.APPROVED: (Role.MANAGER,)},
            guards=(in_reach, nothing_on_its_way, no_money_allocated),
            effects=(nothing_is_due, let_go_of_stock),
            note_required=True,
            dangerous=True,
            icon="ban",
        ),
        # The system releases and completes by itself (receivers.py, sweeps.py); people release what it had to leave.
        Transition(
            name="release",
            label=_("Release for delivery"),
            source=(Status.APPROVED,),
            target=Status.APPROVED,
            roles=(Role.MANAGER, Role.FINANCE, Role.OPERATIONS),
            over=released_before,
            guards=(in_reach, confirmed_by_customer, production_is_paid),
            effects=(set_released,),
            primary=True,
            icon="player-play",
        ),
        Transition(
            name="complete",
            label=_("Complete"),
            source=(Status.APPROVED,),
            target=Status.COMPLETED,
            roles=(),
            locks=("customer",),
            guards=(everything_signed_off,),
            effects=(move_last_cooperation,),
        ),
    ),
)

SENTENCES = {
    "submit": (_("Submitted for review, round %(round)s"), "now"),
    "rep_approve": (_("Stage one passed"), "good"),
    "manager_approve": (_("Stage two passed"), "good"),
    "finance_approve": (_("Stage three passed, order approved"), "good"),
    "send_back": (_("Sent back"), "bad"),
    "withdraw": (_("Withdrawn from review"), ""),
    # Of a shipment too: sentences are the same for every record.
    "cancel": (_("Cancelled"), "bad"),
    "release": (_("Released for delivery"), "now"),
    "complete": (_("Everything arrived, order completed"), "good"),
}
