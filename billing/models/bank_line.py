"""A line of the bank's list (银行流水) that does not say for which order or customer the money came."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from billing.models.receipt import Receipt
from billing.rights import may_read_bank_lines
from core.text_key import KeyField


class BankLineQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Finance and admins see the bank's list; nobody else does, because nobody knows yet whose money it is."""
        return self if may_read_bank_lines(user) else self.none()

    def waiting(self) -> Self:
        """Those for which nobody has decided whose money it is, put off or not."""
        return self.filter(receipt=None, foreign_reason="")


class BankLine(models.Model):
    """Money (元) as the bank's list shows it; when finance says whose it is, it becomes a receipt, or no customer's."""

    received_on = models.DateField(_("received on"))
    amount = models.DecimalField(_("amount (元)"), max_digits=14, decimal_places=2)
    method = models.CharField(
        _("method"), max_length=20, choices=Receipt.Method.choices, default=Receipt.Method.TRANSFER
    )
    bank_reference = models.CharField(_("bank reference"), max_length=60)
    reference_key = KeyField(of="bank_reference", unique=True)
    payer = models.CharField(_("payer"), max_length=120, blank=True, default="")
    payer_key = KeyField(of="payer")
    remarks = models.CharField(_("bank's remarks"), max_length=300, blank=True, default="")

    receipt = models.OneToOneField(
        Receipt, on_delete=models.PROTECT, null=True, verbose_name=_("receipt"), related_name="bank_line"
    )
    # Why it is not a customer's money; empty where it is, or where nobody has said so.
    foreign_reason = models.CharField(_("not from a customer"), max_length=200, blank=True, default="")
    # Left until that day; then it waits again.
    put_off_until = models.DateField(_("put off until"), null=True)
    # None is the system, which brought it in an import.
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name=_("brought by"), related_name="+"
    )
    brought_at = models.DateTimeField(_("brought"), auto_now_add=True)

    objects = BankLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("bank line")
        verbose_name_plural = _("bank lines")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="bank_line_above_zero"),
            models.CheckConstraint(
                condition=Q(receipt__isnull=True) | Q(foreign_reason=""), name="bank_line_is_a_customer_s_or_not"
            ),
        ]
        indexes = [
            # The list, the oldest or the largest first, and what of it waits.
            models.Index(fields=["received_on", "id"], name="bank_line_by_day"),
            models.Index(fields=["amount", "id"], name="bank_line_by_amount"),
            models.Index(
                fields=["received_on", "id"],
                condition=Q(receipt__isnull=True, foreign_reason=""),
                name="bank_line_waiting",
            ),
            # Whom this payer paid for before.
            models.Index(
                fields=["payer_key", "-id"],
                condition=Q(receipt__isnull=False) & ~Q(payer_key=""),
                name="bank_line_by_payer",
            ),
        ]

    def __str__(self):
        return f"{self.received_on} {self.amount} {self.payer}".strip()

    def get_absolute_url(self):
        return reverse("billing:bank-line", args=[self.pk])

    @property
    def waits(self) -> bool:
        """Whether nobody has decided whose money it is."""
        return self.receipt_id is None and not self.foreign_reason
