"""What people typed and have not saved."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Autosave(models.Model):
    """A form as somebody typed it and has not saved it yet: theirs alone, kept by itself, dropped once it is saved."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    # The path of the page on which the form stands, and comes back.
    page = models.CharField(max_length=200)
    # Which of several forms begun on that page: the token of something new, else empty.
    form = models.CharField(max_length=40, blank=True, default="")
    # [name, text] of every field, in the order of the form.
    entries = models.JSONField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("autosave")
        verbose_name_plural = _("autosaves")
        constraints = [
            # Also finds a person's of one page, and all of a person.
            models.UniqueConstraint(fields=["person", "page", "form"], name="one_autosave_a_form"),
        ]
        indexes = [
            # Those that are kept no longer.
            models.Index(fields=["at"], name="autosave_at"),
        ]

    def __str__(self):
        return f"{self.page} {self.form}".strip()
