"""What a customer was told about its account in a period, and whether it agreed (对账单)."""

from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from customers.models import Customer


class StatementQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Those of the customers that a person sees, if it sees prices."""
        if not user.sees_prices:
            return self.none()
        return self.filter(customer__in=Customer.objects.visible_to(user))


class Statement(models.Model):
    """A customer's account of a period (元 with tax) as it was given to the customer, who agrees or objects."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="statements")
    first_day = models.DateField(_("from day"))
    last_day = models.DateField(_("to day"))
    # The lines as they were, see ``billing.statements.as_json``.
    content = models.JSONField()
    closing = models.DecimalField(_("closing balance (元)"), max_digits=14, decimal_places=2)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    answered_by = models.CharField(_("answered by"), max_length=130, blank=True, default="")
    answered_at = models.DateTimeField(_("answered"), null=True)
    # What the customer says is wrong; empty when it agrees.
    objection = models.CharField(_("objection"), max_length=800, blank=True, default="")

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement of account")
        verbose_name_plural = _("statements of account")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.customer} {self.first_day}–{self.last_day}"

    def get_absolute_url(self):
        return f"{reverse('billing:statement', args=[self.customer_id])}?since={self.first_day}&until={self.last_day}"
