"""Messages in the application: the bell."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.sentences import translated


class Message(models.Model):
    """Something a person was told: a sentence and the page where it leads."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="messages")
    # As core.sentences keeps it, so that it reads in the language of whoever reads it, whenever they do.
    sentence = models.JSONField()
    url = models.CharField(max_length=300, blank=True, default="")
    read_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-id"]
        indexes = [
            # A person's messages, newest first.
            models.Index(fields=["user", "-id"], name="message_of_user"),
            # How many are unread: the bell on every page.
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="message_unread"),
        ]

    def __str__(self):
        return translated(self.sentence)
