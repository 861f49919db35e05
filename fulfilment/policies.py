"""What an administrator may change about deliveries."""

from django.utils.translation import gettext_lazy as _

from core import policy

SECOND_PERSON = policy.declare("second_person_checks_packing", True, _("a second person checks the packing"))
SHIP_DAYS_BACK = policy.declare(
    "ship_days_back", 2, _("days that goods may have left ago without a reason being written")
)
TRANSIT_DAYS = policy.declare("transit_days", 3, _("usual working days on the road"))
