"""What an administrator may change about amendments."""

from django.utils.translation import gettext_lazy as _

from core import policy

CONFIRMED_ANEW = policy.declare(
    "amendment_is_confirmed_anew", True, _("the customer confirms anew what an amendment changed of what was signed")
)
