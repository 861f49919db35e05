"""The order's states (SPEC: who must act next) and the colour family of each."""

from django.utils.translation import gettext_lazy as _

from core.choices import ColouredChoices


class Status(ColouredChoices):
    DRAFT = "draft", "idle", _("Draft")
    REP_REVIEW = "rep_review", "wait", _("First review")
    MANAGER_REVIEW = "manager_review", "wait", _("Second review")
    FINANCE_REVIEW = "finance_review", "wait", _("Final review")
    APPROVED = "approved", "good", _("Approved")
    COMPLETED = "completed", "good", _("Completed")
    CANCELLED = "cancelled", "void", _("Cancelled")


class DeliveryStatus(ColouredChoices):
    """How far an approved order is delivered: derived from its shipments, stored for lists."""

    NOT_STARTED = "not_started", "idle", _("Not started")
    PREPARING = "preparing", "move", _("In production")
    PARTLY_SHIPPED = "partly_shipped", "move", _("Partly shipped")
    SHIPPED = "shipped", "move", _("Shipped")
    PARTLY_SIGNED = "partly_signed", "move", _("Partly signed off")
    SIGNED = "signed", "good", _("Signed off")


#: Goods have left and are not all signed for.
UNDER_WAY = (DeliveryStatus.SHIPPED, DeliveryStatus.PARTLY_SIGNED)


#: Something has left.
SENT = (DeliveryStatus.PARTLY_SHIPPED, *UNDER_WAY, DeliveryStatus.SIGNED)


class PaymentStatus(ColouredChoices):
    """How far an order is paid: derived from its receipts, stored for lists."""

    UNPAID = "unpaid", "idle", _("Unpaid")
    PARTLY_PAID = "partly_paid", "wait", _("Partly paid")
    PAID = "paid", "good", _("Paid")
    FREE = "free", "idle", _("Free of charge")


UNDER_REVIEW = (Status.REP_REVIEW, Status.MANAGER_REVIEW, Status.FINANCE_REVIEW)
#: Orders that stage two is still to decide.
NOT_PAST_STAGE_TWO = (Status.DRAFT, Status.REP_REVIEW, Status.MANAGER_REVIEW)
#: Orders that count in figures.
EFFECTIVE = (Status.APPROVED, Status.COMPLETED)
#: Orders with which nothing happens any more.
FINISHED = (Status.COMPLETED, Status.CANCELLED)
#: Orders that use a customer's credit.
EXPOSED = (Status.FINANCE_REVIEW, Status.APPROVED, Status.COMPLETED)
