"""The order's states (SPEC: who must act next) and the colour family of each."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    DRAFT = "draft", _("Draft")
    REP_REVIEW = "rep_review", _("First review")
    MANAGER_REVIEW = "manager_review", _("Second review")
    FINANCE_REVIEW = "finance_review", _("Final review")
    APPROVED = "approved", _("Approved")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")


#: Badge families of static/app.css.
FAMILY: dict[str, str] = {
    Status.DRAFT: "idle",
    Status.REP_REVIEW: "wait",
    Status.MANAGER_REVIEW: "wait",
    Status.FINANCE_REVIEW: "wait",
    Status.APPROVED: "good",
    Status.COMPLETED: "good",
    Status.CANCELLED: "void",
}


class DeliveryStatus(TextChoices):
    """How far an approved order is delivered: derived from its shipments, stored for lists."""

    NOT_STARTED = "not_started", _("Not started")
    PREPARING = "preparing", _("In production")
    PARTLY_SHIPPED = "partly_shipped", _("Partly shipped")
    SHIPPED = "shipped", _("Shipped")
    PARTLY_SIGNED = "partly_signed", _("Partly signed off")
    SIGNED = "signed", _("Signed off")


DELIVERY_FAMILY: dict[str, str] = {
    DeliveryStatus.NOT_STARTED: "idle",
    DeliveryStatus.PREPARING: "move",
    DeliveryStatus.PARTLY_SHIPPED: "move",
    DeliveryStatus.SHIPPED: "move",
    DeliveryStatus.PARTLY_SIGNED: "move",
    DeliveryStatus.SIGNED: "good",
}


#: Goods have left and are not all signed for.
UNDER_WAY = (DeliveryStatus.SHIPPED, DeliveryStatus.PARTLY_SIGNED)


class PaymentStatus(TextChoices):
    """How far an order is paid: derived from its receipts, stored for lists."""

    UNPAID = "unpaid", _("Unpaid")
    PARTLY_PAID = "partly_paid", _("Partly paid")
    PAID = "paid", _("Paid")


PAYMENT_FAMILY: dict[str, str] = {
    PaymentStatus.UNPAID: "idle",
    PaymentStatus.PARTLY_PAID: "wait",
    PaymentStatus.PAID: "good",
}

UNDER_REVIEW = (Status.REP_REVIEW, Status.MANAGER_REVIEW, Status.FINANCE_REVIEW)
#: Orders that count in figures.
EFFECTIVE = (Status.APPROVED, Status.COMPLETED)
#: Orders that use a customer's credit.
EXPOSED = (Status.FINANCE_REVIEW, Status.APPROVED, Status.COMPLETED)
