"""Files that belong to records."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Attachment(models.Model):
    """A file that somebody attached to a record, as evidence or for reading: exactly as it arrived. Append-only.

    Who may see the record may see the file; only core.files writes and reads the bytes.
    """

    subject_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    subject_id = models.BigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")
    # What it is there for, a key such as "sign_off".
    purpose = models.CharField(max_length=40)
    # As its uploader called it; shown to people, never part of a path.
    name = models.CharField(_("file name"), max_length=200)
    # Below MEDIA_ROOT, named by the system.
    path = models.CharField(max_length=100, unique=True)
    content_type = models.CharField(_("kind"), max_length=100)
    size = models.PositiveBigIntegerField(_("size (bytes)"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    at = models.DateTimeField(_("uploaded"), default=timezone.now)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["id"]
        indexes = [
            # The files of one record.
            models.Index(fields=["subject_type", "subject_id", "id"], name="attachment_of_subject"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("file", args=[self.pk])

    @property
    def is_picture(self) -> bool:
        """Whether every browser can show it in a page."""
        return self.content_type in PICTURES

    @property
    def opens_in_browser(self) -> bool:
        """Whether it may be shown instead of saved: kinds that carry no code of a page."""
        return self.is_picture or self.content_type == "application/pdf"


PICTURES = ("image/jpeg", "image/png", "image/webp")
