"""Money given back (退款), and which receipts it was."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from accounts.roles import Role
from billing.models.receipt import Receipt
from core.text_key import KeyField
from customers.models import Customer
from orders.models import Order


class RefundQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Finance and admins see every refund; sales people those of the customers they see; others none."""
        if user.role in (Role.FINANCE, Role.ADMIN):
            return self
        if user.role in (Role.REP, Role.MANAGER):
            return self.filter(customer__in=Customer.objects.visible_to(user))
        return self.none()


class Refund(models.Model):
    """Money given back to a customer, in 元: of a cancelled order, or of its balance. Undone by an opposite refund."""

    class Method(models.TextChoices):
        TRANSFER = "transfer", _("Bank transfer")
        ACCEPTANCE_BILL = "acceptance_bill", _("Acceptance bill")
        CASH = "cash", _("Cash")
        OTHER = "other", _("Other")

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, verbose_name=_("customer"), related_name="refunds")
    # None: of the balance.
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("order"), related_name="refunds"
    )
    refunded_on = models.DateField(_("refunded on"))
    amount = models.DecimalField(_("amount (元)"), max_digits=14, decimal_places=2)
    method = models.CharField(_("method"), max_length=20, choices=Method.choices, default=Method.TRANSFER)
    bank_reference = models.CharField(_("bank reference"), max_length=60, blank=True, default="")
    reference_key = KeyField(of="bank_reference")
    payee = models.CharField(_("payee"), max_length=120, blank=True, default="")
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversal", verbose_name=_("reverses")
    )
    is_reversed = models.BooleanField(_("reversed"), default=False, editable=False)
    # Whose figure it is in its month: who sold the order, or looked after the customer then.
    sold_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    sold_team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("recorded by"), related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"), auto_now_add=True)
    submit_token = models.UUIDField(unique=True, null=True, editable=False)

    objects = RefundQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["reference_key"],
                condition=~Q(reference_key="") & Q(is_reversed=False),
                name="refund_reference_recorded_once",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, amount__gt=0) | Q(reverses__isnull=False, amount__lt=0),
                name="only_a_refund_s_reversal_is_negative",
            ),
        ]
        indexes = [
            # The list, the newest first, and what was refunded in a month.
            models.Index(fields=["refunded_on", "id"], name="refund_by_day"),
            models.Index(fields=["amount", "id"], name="refund_by_amount"),
        ]

    def __str__(self):
        return f"{self.refunded_on} {self.amount}"

    def get_absolute_url(self):
        return reverse("billing:refund", args=[self.pk])

    @property
    def counts(self) -> bool:
        """Whether the money is gone: neither reversed nor a reversal."""
        return not self.is_reversed and self.reverses_id is None


class RefundPart(models.Model):
    """The part of a refund (元) that is money of one receipt; negative where the refund was undone."""

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="parts")
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="refund_parts")
    amount = models.DecimalField(_("amount (元)"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("part of a refund")
        verbose_name_plural = _("parts of refunds")
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="refund_part_not_zero")]

    def __str__(self):
        return f"{self.refund}: {self.amount}"
