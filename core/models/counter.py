"""Serial numbers."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Counter(models.Model):
    """The last serial given in a series of numbers, e.g. one month and customer short name."""

    series = models.CharField(max_length=120, unique=True)
    value = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")

    def __str__(self):
        return f"{self.series}: {self.value}"
