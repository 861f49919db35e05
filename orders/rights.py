"""Who may do what with orders. Which orders somebody sees is ``Order.objects.visible_to``."""

from accounts.models import User
from accounts.rights import has_role
from accounts.roles import Role
from customers.models import Customer
from orders.models import Order
from orders.statuses import Status


def may_read_orders(user: User) -> bool:
    """Orders concern everybody who works here; which ones, ``visible_to`` says."""
    return has_role(user, *Role)


def may_write_orders(user: User) -> bool:
    """Whether this role drafts orders: reps their own, managers those of the team."""
    return has_role(user, Role.REP, Role.MANAGER)


def writes_orders_daily(user: User) -> bool:
    """Whether writing orders is this role's daily work, so that every page offers a new one."""
    return has_role(user, Role.REP)


def may_edit(user: User, order: Order) -> bool:
    """Whether this person may open the order's entry page: sales people, while it is a draft they see."""
    return order.is_draft and may_write_orders(user)


def may_quote(user: User) -> bool:
    """Whether this role offers prices to customers, withdraws offers and reads the answers: who writes orders."""
    return may_write_orders(user)


def may_amend(user: User, order: Order) -> bool:
    """Whether this person may write an amendment of the order: sales people, while it is approved."""
    return order.status == Status.APPROVED and may_write_orders(user)


def may_pass_stage_one(user: User, customer: Customer | None) -> bool:
    """Submitting and passing stage one go in one step when the rep who owns the customer writes the order."""
    return customer is not None and has_role(user, Role.REP) and customer.owner_id == user.pk
