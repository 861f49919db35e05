"""On the managers' home page: why requirements are lost."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.rights import has_role
from accounts.roles import Role
from core.home import AT_MOST, Panel, Row, home_panel
from requirements.lost import lost_by_reason, lost_since


@home_panel
class LostRequirements(Panel):
    """By reason, how many requirements were given up this month."""

    place = 65
    title = gettext_lazy("Requirements lost this month")
    empty = gettext_lazy("None was lost this month.")

    def is_for(self, user: User) -> bool:
        return has_role(user, Role.MANAGER)

    def rows(self, user: User) -> list[Row]:
        counted = lost_by_reason(lost_since(user, timezone.localdate().replace(day=1)))[:AT_MOST]
        total = sum(number for _label, number in counted)
        url = self.all_url(user)
        return [Row(label, url, value=str(number), percent=100 * number // total) for label, number in counted]

    def all_url(self, user: User) -> str:
        return reverse("requirements:lost")
