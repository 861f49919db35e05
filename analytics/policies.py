"""What an administrator may change about figures, closing and the report."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from analytics.archive.automatic_closing import OPENING_MONTH
from analytics.report.thresholds import DELAY_LIMIT, PREFIX, THRESHOLDS
from analytics.rights import READS_ALL_TEAMS
from core import policy

policy.declare(DELAY_LIMIT, Decimal(10), _("delay rate that needs attention (%)"))
policy.declare(READS_ALL_TEAMS, False, _("managers read the archive and the report of all teams, and sign the report"))
policy.declare(OPENING_MONTH, 0, _("first month that closes by itself (like 202610; 0: that of the installation)"))
for key, (default, label) in THRESHOLDS.items():
    policy.declare(PREFIX + key, default, label)
