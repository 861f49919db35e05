"""In which parts an order's price is due."""

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Trigger
from orders.models.order import Order, owes


class InstalmentQuerySet(models.QuerySet):
    def unpaid(self) -> Self:
        """Those not paid in full."""
        return self.filter(received__lt=models.F("amount"))

    def owed(self) -> Self:
        """Those of them in force, of orders that use their customer's credit: what money is waited for."""
        return self.unpaid().filter(owes("order__"), revision=models.F("order__revision"))


class Instalment(models.Model):
    """One part of an order's price (元, with tax) and what makes it due; copied from the payment terms."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="instalments")
    revision = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField()
    percent = models.DecimalField(_("per cent"), max_digits=5, decimal_places=2)
    trigger = models.CharField(_("trigger"), max_length=20, choices=Trigger.choices)
    days = models.PositiveSmallIntegerField(_("days after the trigger"), default=0)
    amount = models.DecimalField(_("amount (元)"), max_digits=14, decimal_places=2)
    # What was allocated to it, counted by billing.entries.refresh_received.
    received = models.DecimalField(
        _("received (元)"), max_digits=14, decimal_places=2, default=Decimal(0), editable=False
    )
    # Set when the trigger happens; empty means not due yet.
    due_date = models.DateField(_("due date"), null=True, blank=True)

    objects = InstalmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        ordering = ["position"]
        # What is due, or overdue, and not paid.
        indexes = [
            models.Index(
                fields=["due_date", "id"],
                condition=Q(due_date__isnull=False, received__lt=models.F("amount")),
                name="instalment_open",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["order", "revision", "position"], name="one_order_instalment_per_position"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="instalment_not_negative"),
            models.CheckConstraint(
                condition=Q(received__gte=0, received__lte=models.F("amount")), name="instalment_received_within_amount"
            ),
            models.CheckConstraint(
                condition=Q(percent__gt=0, percent__lte=100), name="instalment_percent_between_0_and_100"
            ),
        ]

    def __str__(self):
        return f"{self.percent.normalize():f}% {self.get_trigger_display()}"

    @property
    def unpaid(self) -> Decimal:
        """What is still to be received for it, in 元 with tax."""
        return self.amount - self.received
