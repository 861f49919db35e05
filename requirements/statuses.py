"""Where a requirement stands and how it presses, with the colour family of each state."""

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from core.choices import ColouredChoices


class RequirementStatus(ColouredChoices):
    RECORDED = "recorded", "wait", _("Recorded")
    CLARIFYING = "clarifying", "move", _("Clarifying")
    CONFIRMED = "confirmed", "good", _("Confirmed")
    ORDERED = "ordered", "good", _("Order placed")
    LOST = "lost", "void", _("Lost")


#: What the customer wants is still being written down; afterwards it stands as it was confirmed.
OPEN = (RequirementStatus.RECORDED, RequirementStatus.CLARIFYING)
#: The customer has not heard from us yet; of one row, ``Requirement.waits_for_answer``.
UNANSWERED = Q(status__in=OPEN, responded_at__isnull=True)
FINISHED = (RequirementStatus.ORDERED, RequirementStatus.LOST)


class Priority(TextChoices):
    URGENT = "urgent", _("Urgent")
    REGULAR = "regular", _("Regular")
    LONG_TERM = "long_term", _("Long-term")


class Channel(TextChoices):
    CALL = "call", _("Call")
    VISIT = "visit", _("Visit")
    QUESTIONNAIRE = "questionnaire", _("Questionnaire")
    EMAIL = "email", _("E-mail")
    OTHER = "other", _("Other")


class LostReason(TextChoices):
    PRICE = "price", _("Too expensive")
    DATE = "date", _("Too late")
    SPECIFICATION = "specification", _("Does not fit")
    COMPETITOR = "competitor", _("Another supplier")
    DROPPED = "dropped", _("Project dropped")
    SILENT = "silent", _("No answer any more")
    OTHER = "other", _("Other")
