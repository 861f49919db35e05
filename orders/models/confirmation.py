"""What of an order was put before its customer to be confirmed by a private link, and what the customer said."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import PrivateLink
from orders.models.order import Order, seen_by
from orders.statuses import Status


class ConfirmationSheetQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Those of the orders that this person may see; nobody without prices."""
        return self.filter(seen_by(user, at="order__")) if user.sees_prices else self.none()


class ConfirmationSheet(models.Model):
    """The confirmation of one revision as its customer reads it on a private link. Append-only."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="confirmation_sheets")
    revision = models.PositiveSmallIntegerField(_("revision"))
    # All that the paper says, as plain text (orders.offer), and its SHA-256.
    content = models.JSONField(editable=False)
    content_hash = models.CharField(max_length=64, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    objects = ConfirmationSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmation sheet")
        verbose_name_plural = _("confirmation sheets")
        ordering = ["-revision"]
        constraints = [models.UniqueConstraint(fields=["order", "revision"], name="one_sheet_per_revision")]

    def __str__(self):
        return str(self.order)

    def get_absolute_url(self):
        """Where the order is confirmed by its customer."""
        return reverse("fulfilment:delivery", args=[self.order_id]) + "#confirmation"

    @property
    def acceptance(self) -> "ConfirmationAnswer | None":
        """The customer's confirmation of it, unless it was withdrawn."""
        return next((each for each in self.answers.all() if each.accepts and not each.withdrawn_at), None)

    @property
    def why_no_answer(self) -> str:
        """Why the customer cannot answer it any more, said to the customer; empty while it can be answered."""
        if self.order.status == Status.CANCELLED:
            return gettext("This order was cancelled.")
        if self.order.revision != self.revision:
            return gettext("There is a newer version of this order. Please ask us for it.")
        return gettext("This order is confirmed already.") if self.acceptance else ""


class ConfirmationAnswer(models.Model):
    """What a customer said about a confirmation sheet: that all of it is right, or what is to be changed."""

    sheet = models.ForeignKey(ConfirmationSheet, on_delete=models.PROTECT, related_name="answers")
    accepts = models.BooleanField(_("confirmed"))
    name = models.CharField(_("name"), max_length=60)
    job_title = models.CharField(_("job title"), max_length=60)
    words = models.TextField(_("words"), blank=True, default="")
    at = models.DateTimeField(_("at"), default=timezone.now)
    # The proof: from where, by which link, and the SHA-256 of what was shown.
    address = models.CharField(max_length=64, blank=True, default="")
    link = models.ForeignKey(PrivateLink, on_delete=models.PROTECT, null=True, related_name="+")
    shown_hash = models.CharField(max_length=64, editable=False)
    # The customer took it back (ConfirmationWithdrawal).
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    # Somebody of ours has read it and goes on from there.
    noted_at = models.DateTimeField(null=True, editable=False)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("answer to a confirmation")
        verbose_name_plural = _("answers to confirmations")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet"], condition=Q(accepts=True, withdrawn_at=None), name="a_sheet_is_confirmed_once"
            ),
            models.CheckConstraint(condition=Q(accepts=True) | ~Q(words=""), name="wish_for_a_change_says_something"),
            models.CheckConstraint(
                condition=Q(accepts=True) | Q(withdrawn_at=None), name="only_a_confirmation_is_withdrawn"
            ),
            models.CheckConstraint(
                condition=Q(noted_at=None, noted_by=None) | Q(noted_at__isnull=False, noted_by__isnull=False),
                name="wish_for_a_change_is_noted_by_somebody",
            ),
        ]
        indexes = [
            # What is to be changed and waits for somebody of ours, the oldest first.
            models.Index(
                fields=["at", "id"], condition=Q(accepts=False, noted_at=None), name="confirmation_change_unread"
            ),
        ]

    def __str__(self):
        return f"{self.sheet}: {self.who}"

    @property
    def who(self) -> str:
        """Name and job title."""
        return f"{self.name} {self.job_title}".strip()


class ConfirmationWithdrawal(models.Model):
    """A customer took back what it had confirmed, by link or by signature, and one of ours recorded it. Append-only."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="confirmation_withdrawals")
    revision = models.PositiveSmallIntegerField(_("revision"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=400)

    class Meta:
        verbose_name = _("withdrawn confirmation")
        verbose_name_plural = _("withdrawn confirmations")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="withdrawal_has_a_reason")]

    def __str__(self):
        return f"{self.order} #{self.revision}: {self.reason}"
