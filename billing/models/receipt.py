"""Money received (收款) and what it was received for."""

from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from core.text_key import KeyField
from customers.models import Customer
from orders.models import Instalment


class ReceiptQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Finance and admins see every receipt; sales people those of the customers they see; others none."""
        if user.role in (Role.FINANCE, Role.ADMIN):
            return self
        if user.role in (Role.REP, Role.MANAGER):
            return self.filter(customer__in=Customer.objects.visible_to(user))
        return self.none()


class Receipt(models.Model):
    """Money a customer paid, in 元, as the bank shows it. A mistake is undone by an opposite receipt, never deleted."""

    class Method(models.TextChoices):
        TRANSFER = "transfer", _("Bank transfer")
        ACCEPTANCE_BILL = "acceptance_bill", _("Acceptance bill")
        CASH = "cash", _("Cash")
        OTHER = "other", _("Other")
        # Stands for the money of an imported order until real receipts replace it (billing.import_entries).
        IMPORT = "import", _("Import entry")

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, verbose_name=_("customer"), related_name="receipts"
    )
    received_on = models.DateField(_("received on"))
    amount = models.DecimalField(_("amount (元)"), max_digits=14, decimal_places=2)
    method = models.CharField(_("method"), max_length=20, choices=Method.choices, default=Method.TRANSFER)
    bank_reference = models.CharField(_("bank reference"), max_length=60, blank=True, default="")
    reference_key = KeyField(of="bank_reference")
    payer = models.CharField(_("payer"), max_length=120, blank=True, default="")
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversal", verbose_name=_("reverses")
    )
    is_reversed = models.BooleanField(_("reversed"), default=False, editable=False)
    # What of it pays nothing yet, counted by billing.entries.refresh_rest; a reversal has its opposite.
    rest = models.DecimalField(_("balance (元)"), max_digits=14, decimal_places=2, default=Decimal(0), editable=False)
    # None is the system, which brought it in an import.
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name=_("recorded by"), related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"), auto_now_add=True)
    submit_token = models.UUIDField(unique=True, null=True, editable=False)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["reference_key"],
                condition=~Q(reference_key="") & Q(is_reversed=False),
                name="bank_reference_recorded_once",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, amount__gt=0) | Q(reverses__isnull=False, amount__lt=0),
                name="only_a_reversal_is_negative",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, rest__gte=0, rest__lte=F("amount"))
                | Q(reverses__isnull=False, rest__lte=0, rest__gte=F("amount")),
                name="receipt_pays_no_more_than_it_is",
            ),
        ]
        indexes = [
            # The list, the newest first: everybody's and a customer's.
            models.Index(fields=["received_on", "id"], name="receipt_by_day"),
            models.Index(fields=["amount", "id"], name="receipt_by_amount"),
            # What of a customer's money pays nothing yet.
            models.Index(
                fields=["customer", "received_on", "id"],
                condition=Q(rest__gt=0, is_reversed=False),
                name="receipt_with_balance",
            ),
        ]

    def __str__(self):
        return f"{self.received_on} {self.amount}"

    def get_absolute_url(self):
        return reverse("billing:receipt", args=[self.pk])

    @property
    def counts(self) -> bool:
        """Whether it is money that we have: neither reversed nor a reversal."""
        return not self.is_reversed and self.reverses_id is None


class ReceiptAllocation(models.Model):
    """The part of a receipt (元) that pays one instalment; negative where it is taken back: reversed, or moved on."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="allocations")
    instalment = models.ForeignKey(Instalment, on_delete=models.PROTECT, related_name="allocations")
    amount = models.DecimalField(_("amount (元)"), max_digits=14, decimal_places=2)
    # Whether the money was the customer's balance before, and is not what came in just then.
    from_balance = models.BooleanField(_("from the balance"), default=False)
    made_at = models.DateTimeField(_("allocated"), auto_now_add=True, null=True)

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="allocation_not_zero")]

    def __str__(self):
        return f"{self.instalment}: {self.amount}"
