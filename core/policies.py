"""The kit's own policies."""

from django.utils.translation import gettext_lazy as _

from core import policy
from core.office import Hours

LARGEST_FILE = policy.declare("largest_file", 20, _("largest file that can be attached (MB)"))
LINK_DAYS = policy.declare("link_days", 30, _("days for which a private link of a customer is valid"))
OFFICE_HOURS = policy.declare("office_hours", Hours("09:00-18:00"), _("office hours, in which reviews are due"))
