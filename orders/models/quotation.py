"""What was offered to a customer before there was an order, and what the customer said about it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.choices import ColouredChoices
from core.models import PrivateLink
from orders.models.order import Order, seen_by
from orders.statuses import EFFECTIVE, Status


class QuotationState(ColouredChoices):
    """How a quotation stands; derived, in this order of precedence from the last to the first."""

    VALID = "valid", "move", _("Valid")
    ANSWERED = "answered", "wait", _("Answered")
    EXPIRED = "expired", "bad", _("Expired")
    ACCEPTED = "accepted", "good", _("Accepted")
    REPLACED = "replaced", "void", _("Replaced")
    REVOKED = "revoked", "void", _("Withdrawn")


class QuotationQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Those of the orders that this person may see; nobody without prices."""
        return self.filter(seen_by(user, at="order__")) if user.sees_prices else self.none()

    def in_force(self) -> Self:
        """Those that no newer version has replaced and nobody has withdrawn."""
        return self.filter(replaced_at=None, revoked_at=None)


class Quotation(models.Model):
    """An offer made from a draft: lines, prices and terms as they were at that moment, which hold until a day.

    A later change of the draft changes nothing in it; a new version replaces it.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="quotations")
    version = models.PositiveSmallIntegerField(_("version"))
    valid_until = models.DateField(_("valid until"))
    remark = models.TextField(_("remark"), blank=True, default="")
    # What was offered, as plain text (orders.offer), and the SHA-256 of all that the paper says.
    content = models.JSONField(editable=False)
    content_hash = models.CharField(max_length=64, editable=False)
    gross_total = models.DecimalField(_("total (元)"), max_digits=14, decimal_places=2, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    replaced_at = models.DateTimeField(_("replaced"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    submit_token = models.UUIDField(unique=True, null=True, editable=False)

    objects = QuotationQuerySet.as_manager()

    class Meta:
        verbose_name = _("quotation")
        verbose_name_plural = _("quotations")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["order", "version"], name="one_quotation_per_version"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(replaced_at=None, revoked_at=None), name="one_quotation_in_force"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="quotation_versions_begin_with_one"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="quotation_is_withdrawn_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(replaced_at=None) | Q(replaced_at__gte=F("made_at")), name="quotation_is_replaced_later"
            ),
        ]

    def __str__(self):
        return f"BJ{self.order_id:05d}-{self.version}"

    def get_absolute_url(self):
        return reverse("orders:quotation", args=[self.pk])

    @property
    def acceptance(self) -> "QuotationAnswer | None":
        """The customer's acceptance, if there is one."""
        return next((answer for answer in self.answers.all() if answer.accepts), None)

    @property
    def may_be_revoked(self) -> bool:
        """Whether nobody has withdrawn it and the customer has not accepted it."""
        return not self.revoked_at and self.acceptance is None

    @property
    def state(self) -> QuotationState:
        """How it stands today. Reads the order and the answers."""
        if self.revoked_at or self.order.status == Status.CANCELLED:
            return QuotationState.REVOKED
        if self.replaced_at:
            return QuotationState.REPLACED
        if self.acceptance:
            return QuotationState.ACCEPTED
        if self.valid_until < timezone.localdate():
            return QuotationState.EXPIRED
        return QuotationState.ANSWERED if self.answers.all() else QuotationState.VALID

    @property
    def why_no_answer(self) -> str:
        """Why the customer cannot answer it any more, said to the customer; empty while it can be answered."""
        state = self.state
        if state == QuotationState.REVOKED:
            return gettext("This offer was withdrawn.")
        if state == QuotationState.REPLACED:
            return gettext("This offer was replaced by a newer one. Please ask us for it.")
        if state == QuotationState.ACCEPTED:
            return gettext("This offer is accepted already.")
        if self.order.status in EFFECTIVE:
            return gettext("This was ordered already.")
        if state == QuotationState.EXPIRED:
            words = {"day": self.valid_until.isoformat()}
            return gettext("This offer held until %(day)s and is over. Please ask us for a new one.") % words
        return ""

    @property
    def takes_answers(self) -> bool:
        """Whether the customer may still say something about it."""
        return not self.why_no_answer


class QuotationAnswer(models.Model):
    """What a customer said about a quotation on its private link: that it is accepted, or words. Orders nothing."""

    quotation = models.ForeignKey(Quotation, on_delete=models.PROTECT, related_name="answers")
    accepts = models.BooleanField(_("accepted"))
    name = models.CharField(_("name"), max_length=60)
    job_title = models.CharField(_("job title"), max_length=60)
    words = models.TextField(_("words"), blank=True, default="")
    at = models.DateTimeField(_("at"), default=timezone.now)
    # Where it came from: the network address, and the link.
    address = models.CharField(max_length=64, blank=True, default="")
    link = models.ForeignKey(PrivateLink, on_delete=models.PROTECT, null=True, related_name="+")
    # What was said, so that the same said twice is one answer.
    said_key = models.UUIDField(unique=True, editable=False)
    # Somebody of ours has read it and goes on from there.
    noted_at = models.DateTimeField(null=True, editable=False)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("answer to a quotation")
        verbose_name_plural = _("answers to quotations")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["quotation"], condition=Q(accepts=True), name="a_quotation_is_accepted_once"
            ),
            models.CheckConstraint(condition=Q(accepts=True) | ~Q(words=""), name="answer_says_something"),
            models.CheckConstraint(
                condition=Q(noted_at=None, noted_by=None) | Q(noted_at__isnull=False, noted_by__isnull=False),
                name="answer_is_noted_by_somebody",
            ),
        ]
        indexes = [
            # What waits for somebody of ours, the oldest first.
            models.Index(fields=["at", "id"], condition=Q(noted_at=None), name="quotation_answer_unread"),
        ]

    def __str__(self):
        return f"{self.quotation}: {self.who}"

    @property
    def who(self) -> str:
        """Name and job title."""
        return f"{self.name} {self.job_title}".strip()
