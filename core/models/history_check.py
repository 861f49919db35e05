"""Checks of all histories: what each saw, and what it found."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class HistoryCheck(models.Model):
    """One check of everything that proves history; the next one looks whether what this one saw is still there.

    Append-only.
    """

    at = models.DateTimeField(default=timezone.now)
    # Empty: the system asked for it.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # How many events there were, the last of them that was sure to have none before it still to come, and the SHA-256
    # over the hashes of all up to that.
    events = models.PositiveIntegerField()
    last = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    # How many rules were asked; of what they found: [{"rule", "line", "url"}].
    rules = models.PositiveSmallIntegerField()
    findings = models.JSONField(default=list)

    class Meta:
        verbose_name = _("history check")
        verbose_name_plural = _("history checks")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M}"
