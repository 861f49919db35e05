"""Work-day exceptions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WorkdayOverride(models.Model):
    """A day that differs from the statutory calendar: a company holiday, a make-up work day, a newly published year."""

    day = models.DateField(_("day"), unique=True)
    is_workday = models.BooleanField(_("work day"))
    note = models.CharField(_("note"), max_length=100, blank=True, default="")

    class Meta:
        verbose_name = _("work-day exception")
        verbose_name_plural = _("work-day exceptions")
        ordering = ["-day"]

    def __str__(self):
        return f"{self.day:%Y-%m-%d}"
