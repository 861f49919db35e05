"""Asking a customer for money that is overdue (催款)."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orders.models import Order


class Dunning(models.Model):
    """Who of us asked whom at the customer for an instalment that is due, what was said, and what was promised."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="dunnings")
    # Which of the order's instalments; a revision has others with the same positions.
    position = models.PositiveSmallIntegerField()
    asked_on = models.DateField(_("asked on"))
    whom = models.CharField(_("whom"), max_length=80)
    said = models.CharField(_("what was said"), max_length=300, blank=True, default="")
    promised_on = models.DateField(_("promised for"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("asked by"), related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("dunning")
        verbose_name_plural = _("dunnings")
        ordering = ["-id"]
        indexes = [
            # The latest of an instalment.
            models.Index(fields=["order", "position", "-id"], name="dunning_by_instalment"),
        ]

    def __str__(self):
        return f"{self.asked_on} {self.whom}"

    def get_absolute_url(self):
        return reverse("billing:owing", args=[self.order.customer_id])
