"""On which day what the calendar moves was last counted."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CountedDay(models.Model):
    """The one row that says for which day what moves with the calendar was last counted on customers."""

    ONLY = 1

    day = models.DateField()

    class Meta:
        verbose_name = _("day of the count")
        verbose_name_plural = _("days of the count")

    def __str__(self):
        return self.day.isoformat()
