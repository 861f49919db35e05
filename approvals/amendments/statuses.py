"""Where an amendment stands, with the colour family of each state."""

from django.utils.translation import pgettext_lazy

from core.choices import ColouredChoices
from orders.statuses import Status


class AmendmentStatus(ColouredChoices):
    """Those in which somebody must look are called as the order's own stages."""

    DRAFT = "draft", "idle", pgettext_lazy("amendment", "Being drafted")
    REP = Status.REP_REVIEW.value, "wait", pgettext_lazy("amendment", "Waits for the first review")
    MANAGER = Status.MANAGER_REVIEW.value, "wait", pgettext_lazy("amendment", "Waits for the second review")
    FINANCE = Status.FINANCE_REVIEW.value, "wait", pgettext_lazy("amendment", "Waits for the final review")
    ACCEPTED = "accepted", "good", pgettext_lazy("amendment", "In force")
    REFUSED = "refused", "bad", pgettext_lazy("amendment", "Refused")
    WITHDRAWN = "withdrawn", "void", pgettext_lazy("amendment", "Withdrawn")


#: Somebody must look.
UNDER_REVIEW = (AmendmentStatus.REP, AmendmentStatus.MANAGER, AmendmentStatus.FINANCE)
#: It may still come into force; an order has at most one of these.
OPEN = (AmendmentStatus.DRAFT, *UNDER_REVIEW)
