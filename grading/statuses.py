"""Where a proposal of another grade stands, what it came from, and the colour family of each state."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.choices import ColouredChoices


class ProposalStatus(ColouredChoices):
    OPEN = "open", "wait", _("To be decided")
    ACCEPTED = "accepted", "good", _("Accepted")
    REJECTED = "rejected", "bad", _("Rejected")
    CLOSED = "closed", "idle", _("Closed undecided")


class Origin(TextChoices):
    QUARTER = "quarter", _("Quarterly regrading")
    REQUEST = "request", _("Requested")
    IMPORT = "import", _("Import")
