"""The kit's own policies."""

from django.utils.translation import gettext_lazy as _

from core import policy
from core.office import Hours

#: When the office is open until an administrator says otherwise.
OFFICE_DEFAULT = Hours("09:00-18:00")
LARGEST_FILE = policy.declare("largest_file", 20, _("largest file that can be attached (MB)"))
LINK_DAYS = policy.declare("link_days", 30, _("days for which a private link of a customer is valid"))
OFFICE_HOURS = policy.declare("office_hours", OFFICE_DEFAULT, _("office hours, in which reviews are due"))
