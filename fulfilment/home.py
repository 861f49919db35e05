"""On the home page: what was promised to customers for this week."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.rights import has_role
from accounts.roles import Role
from core.home import AT_MOST, Panel, Row, home_panel
from orders.models import Order
from orders.turn import Task
from orders.waiting import waits_for

_ON_THE_WAY = (Task.CONFIRM, Task.PAY_PRODUCTION, Task.RELEASE, Task.SHIP, Task.SHIP_REST, Task.SIGN_OFF)


@home_panel
class DeliveriesThisWeek(Panel):
    """Approved orders promised for this week that have not arrived in full, after one row for all promised earlier."""

    place = 30
    title = gettext_lazy("Deliveries of this week")
    empty = gettext_lazy("Nothing is promised for this week.")

    def is_for(self, user: User) -> bool:
        return has_role(user, Role.REP, Role.MANAGER, Role.OPERATIONS)

    def rows(self, user: User) -> list[Row]:
        today = timezone.localdate()
        monday = today - timedelta(days=today.weekday())
        open_orders = Order.objects.visible_to(user).filter(waits_for(*_ON_THE_WAY))
        this_week = open_orders.filter(promised_date__range=(monday, monday + timedelta(days=6)))
        earlier = open_orders.filter(promised_date__lt=monday).count()
        rows = [
            _row(order, order.promised_date, today) for order in this_week.order_by("promised_date", "id")[:AT_MOST]
        ]
        return [self._earlier(user, earlier), *rows][:AT_MOST] if earlier else rows

    def _earlier(self, user: User, number: int) -> Row:
        said = ngettext(
            "%(n)s order promised earlier has not arrived", "%(n)s orders promised earlier have not arrived", number
        )
        return Row(said % {"n": number}, self.all_url(user), tone="late")

    def all_url(self, user: User) -> str:
        return f"{reverse('orders:list')}?delivery=under_way"


def _row(order: Order, day: date | None, today: date) -> Row:
    assert day is not None  # an approved order has one
    weekday = f"{day:%m-%d} {date_format(day, 'D')}"
    said = _("%(customer)s · %(state)s") % {"customer": order.customer_name, "state": order.delivery_label}
    return Row(
        str(order), reverse("fulfilment:delivery", args=[order.pk]), said, weekday, "late" if day < today else ""
    )
