"""Who reminded those whose turn an order is."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order


class Nudge(models.Model):
    """Somebody who waits for an order reminded whoever's turn it is: once a day, which the constraint keeps."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="nudges")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(default=timezone.localdate)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["order", "by", "day"], name="one_nudge_per_person_and_day")]

    def __str__(self):
        return f"{self.order}: {self.by}, {self.day}"
