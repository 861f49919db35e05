"""On the managers' home page: who keeps the files true in time."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.rights import has_role
from accounts.roles import Role
from care.changes import kept_in_time
from core.home import AT_MOST, Panel, Row, home_panel


@home_panel
class FilesKeptTrue(Panel):
    """Per owner, of the changes that were due this month, how many were settled in time."""

    place = 60
    title = gettext_lazy("File changes settled in time this month")
    empty = gettext_lazy("No change was due this month.")

    def is_for(self, user: User) -> bool:
        return has_role(user, Role.MANAGER)

    def rows(self, user: User) -> list[Row]:
        url = reverse("care:change-list")
        found = kept_in_time(user, timezone.localdate().replace(day=1))[:AT_MOST]
        return [
            Row(
                each["who"] or _("Unassigned"),
                url,
                value=f"{each['in_time']} / {each['due']}",
                tone="late" if each["in_time"] < each["due"] else "",
                percent=100 * each["in_time"] // each["due"],
            )
            for each in found
        ]

    def all_url(self, user: User) -> str:
        return reverse("care:change-list")
