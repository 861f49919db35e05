"""What an administrator may change about customer files."""

from django.utils.translation import gettext_lazy as _

from core import policy

REFUSE_PRIVATE_MOBILES = policy.declare("refuse_private_mobiles", True, _("Refuse private mobile numbers of contacts"))
