"""Months that are closed for booking."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ClosedMonth(models.Model):
    """A calendar month in which nothing is booked any more; written by ``core.periods`` only, once and for all.

    What figures of it are kept is for the app that closes months to say.
    """

    first_day = models.DateField(_("month"), unique=True)
    last_day = models.DateField()
    closed_at = models.DateTimeField(_("closed"))
    # Empty: the system closed it.
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("closed by")
    )

    class Meta:
        verbose_name = _("closed month")
        verbose_name_plural = _("closed months")
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__day=1, last_day__gt=models.F("first_day")), name="closed_month_is_a_month"
            )
        ]

    def __str__(self):
        return f"{self.first_day:%Y-%m}"
