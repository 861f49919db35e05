"""The kit's own policies."""

from django.utils.translation import gettext_lazy as _

from core import policy

LARGEST_FILE = policy.declare("largest_file", 20, _("largest file that can be attached (MB)"))
LINK_DAYS = policy.declare("link_days", 30, _("days for which a private link of a customer is valid"))
