"""Files of forms that could not be stored yet."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class HeldFile(models.Model):
    """A file that came with a form which was refused: it waits for its person until the form is sent again."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    # The path of the page on which the form stands, and the form's field.
    page = models.CharField(max_length=200)
    field = models.CharField(max_length=40)
    # Which of the field's files, from 0.
    place = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("file name"), max_length=200)
    # Below MEDIA_ROOT, named by the system.
    path = models.CharField(max_length=100, unique=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("held file")
        verbose_name_plural = _("held files")
        constraints = [
            # Also finds a person's of one page.
            models.UniqueConstraint(fields=["person", "page", "field", "place"], name="one_held_file_a_place"),
        ]
        indexes = [
            # Those that are held no longer.
            models.Index(fields=["at"], name="held_file_at"),
        ]

    def __str__(self):
        return self.name
