"""On the home page: which customers owe most beyond the due date."""

from decimal import Decimal

from django.db.models import F, Min, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.rights import has_role
from accounts.roles import Role
from billing.worklist import open_instalments
from core.home import AT_MOST, Panel, Row, home_panel
from core.money import round_money
from core.templatetags.ui import yuan


@home_panel
class OverdueMoney(Panel):
    """What is overdue by customer, the largest amount first."""

    place = 40
    title = gettext_lazy("Overdue money by customer")
    empty = gettext_lazy("Nobody owes anything beyond its due date.")

    def is_for(self, user: User) -> bool:
        return has_role(user, Role.REP, Role.MANAGER, Role.FINANCE, Role.ADMIN)

    def rows(self, user: User) -> list[Row]:
        today = timezone.localdate()
        overdue = open_instalments(user).filter(due_date__lt=today).order_by()
        of_customers = overdue.values(name=F("order__customer__short_name"), number=F("order__customer__number"))
        owed = of_customers.annotate(owed=Sum(F("amount") - F("received")), since=Min("due_date"))
        most = owed.order_by("-owed", "number").values_list("name", "number", "owed", "since")[:AT_MOST]
        return [_row(name, number, round_money(sum_), (today - since).days) for name, number, sum_, since in most]

    def all_url(self, user: User) -> str:
        return f"{reverse('orders:list')}?status=overdue"


def _row(name: str, number: str, owed: Decimal, days: int) -> Row:
    said = ngettext("longest by %(n)s day", "longest by %(n)s days", days) % {"n": days}
    url = f"{reverse('orders:list')}?{urlencode({'status': 'overdue', 'q': number})}"
    return Row(name, url, said, yuan(owed), tone="late")
