"""Within how many working days a customer gets a first answer, by priority."""

from django.utils.translation import gettext_lazy as _

from core import policy
from requirements.statuses import Priority

RESPONSE_DAYS = {
    Priority.URGENT: policy.declare("response_days_urgent", 1, _("working days to answer an urgent requirement")),
    Priority.REGULAR: policy.declare("response_days_regular", 2, _("working days to answer a regular requirement")),
    Priority.LONG_TERM: policy.declare("response_days_long_term", 5, _("working days to answer a long-term one")),
}
