"""What an administrator may change about orders."""

from django.utils.translation import gettext_lazy as _

from core import policy

ORDER_DAYS_AHEAD = policy.declare("order_days_ahead", 7, _("days that an order date may lie ahead of today"))
STAGE_DAYS = policy.declare("stage_days", 1, _("working days for each review stage"))
NEEDS_CONFIRMATION = policy.declare(
    "release_needs_confirmation", True, _("release waits for the customer's confirmation")
)
QUOTATION_DAYS = policy.declare("quotation_days", 14, _("days for which a quotation holds unless it says otherwise"))
ACCEPTANCE_DAYS = policy.declare(
    "acceptance_days", 0, _("days after the last sign-off after which a delivery counts as accepted")
)
