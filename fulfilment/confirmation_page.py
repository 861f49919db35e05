"""What the order page's delivery tab shows of the customer's confirmation."""

from typing import Any

from accounts.models import User
from core.links.services import links_of
from core.models import PrivateLink
from fulfilment.confirmation import confirmations_of, is_confirmed
from fulfilment.rights import may_confirm
from fulfilment.sheets import LONGEST_REASON, may_withdraw, withdrawal_of
from orders.models import ConfirmationAnswer, Order
from orders.statuses import EFFECTIVE
from orders.turn import Task, task_of


def confirmation_context(user: User, order: Order) -> dict[str, Any]:
    """What was confirmed, how, and what can be done about it.

    A confirmation carries prices, so only who sees them finds it; that it was withdrawn all know who deliver.
    """
    context: dict[str, Any] = {"withdrawal": withdrawal_of(order), "confirmations": None}
    if not user.sees_prices:
        return context
    may = may_confirm(user)
    return {
        **context,
        "confirmations": confirmations_of(order),
        "confirmation_answers": _answers_to(order),
        "links": _links_of(order),
        "may_confirm": may and order.status in EFFECTIVE,
        "may_withdraw_confirmation": may and may_withdraw(order, user),
        "longest_reason": LONGEST_REASON,
        "is_awaited": task_of(order) == Task.CONFIRM or bool(order.reconfirm_since and not is_confirmed(order)),
    }


def _answers_to(order: Order) -> list[ConfirmationAnswer]:
    """What the customer said about any revision, the latest first."""
    answers = ConfirmationAnswer.objects.filter(sheet__order=order).select_related("sheet", "noted_by")
    return list(answers.order_by("-id"))


def _links_of(order: Order) -> list[PrivateLink]:
    sheets = list(order.confirmation_sheets.all())
    return list(links_of(*sheets)) if sheets else []
