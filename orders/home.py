"""On the home page: orders under review with who holds them, and customers past their rhythm."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.rights import has_role
from accounts.roles import Role
from core.home import AT_MOST, Panel, Row, home_panel
from core.templatetags.ui import when
from orders.models import Order
from orders.rhythm import Expected, expected_orders, how_known
from orders.turn import Task, turn_of, with_turn
from orders.waiting import waits_for


@home_panel
class UnderReview(Panel):
    """The person's own orders, or the team's, that somebody is to decide, the longest waiting first."""

    place = 20
    title = gettext_lazy("Orders under review")
    empty = gettext_lazy("No order is under review.")

    def is_for(self, user: User) -> bool:
        return has_role(user, Role.REP, Role.MANAGER)

    def rows(self, user: User) -> list[Row]:
        reviews = waits_for(Task.REP_REVIEW, Task.MANAGER_REVIEW, Task.FINANCE_REVIEW)
        orders = with_turn(Order.objects.visible_to(user).filter(reviews)).order_by("status_since", "id")
        return [_held(order) for order in orders[:AT_MOST]]

    def all_url(self, user: User) -> str:
        return f"{reverse('orders:list')}?status=review"


def _held(order: Order) -> Row:
    turn = turn_of(order)
    words = {"customer": order.customer_name, "who": turn.who, "since": when(turn.since)}
    said = _("%(customer)s · with %(who)s since %(since)s") % words
    return Row(str(order), order.get_absolute_url(), said, order.status_label)


@home_panel
class PastRhythm(Panel):
    """Customers who should have ordered again by now; those just past their day first."""

    place = 50
    title = gettext_lazy("Customers past their rhythm")
    empty = gettext_lazy("Every customer orders as usual.")

    def is_for(self, user: User) -> bool:
        return has_role(user, Role.REP, Role.MANAGER)

    def rows(self, user: User) -> list[Row]:
        today = timezone.localdate()
        past = [each for each in reversed(expected_orders(user)) if each.day < today]
        return [_silent(each, (today - each.day).days) for each in past[:AT_MOST]]

    def all_url(self, user: User) -> str:
        return ""


def _silent(expected: Expected, days: int) -> Row:
    value = _("%(n)s d over") % {"n": days}
    return Row(expected.customer.short_name, expected.customer.get_absolute_url(), how_known(expected), value, "late")
