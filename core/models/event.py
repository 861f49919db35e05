"""The history: one table for everything that happens to records."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One thing that happened to a record: who did what, when, from what to what, with the reason. Append-only."""

    subject_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    subject_id = models.BigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")
    # None is the system itself.
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=40)
    note = models.TextField(blank=True, default="")
    # {"from": status, "to": status, "changes": [[field, old, new]], ...}; texts are made on display.
    data = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    # What the record was like afterwards: {field: plain value} of those that its history follows (core.facts.follow).
    facts = models.JSONField(null=True)
    # SHA-256 of all of the above and of the hash of the record's event before this one (core.chain).
    hash = models.CharField(max_length=64, default="")

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-id"]
        indexes = [
            # Timeline of one record, newest first.
            models.Index(fields=["subject_type", "subject_id", "-id"], name="event_timeline"),
        ]

    def __str__(self):
        return f"{self.verb} @ {self.at:%Y-%m-%d %H:%M}"
