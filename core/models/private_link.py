"""Private links: a customer without a login sees one document by one of them."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import registries


class PrivateLink(models.Model):
    """A link that was given to a customer: it shows one document of one record, until it expires or is revoked.

    Only the SHA-256 of its token is kept, so nobody can read the link itself here.
    """

    digest = models.CharField(max_length=64, unique=True, editable=False)
    # What the link is for, a key of core.links.
    purpose = models.CharField(_("purpose"), max_length=40)
    subject_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    subject_id = models.BigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    # Who was to get it, in words; empty when nobody said so.
    given_to = models.CharField(_("given to"), max_length=121, blank=True, default="")
    expires_at = models.DateTimeField(_("valid until"))
    # When somebody first and last opened it; a program that only looks ahead may be who did.
    opened_first_at = models.DateTimeField(_("first opened"), null=True, editable=False)
    opened_last_at = models.DateTimeField(_("last opened"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("private link")
        verbose_name_plural = _("private links")
        ordering = ["-id"]
        indexes = [
            # The links of one record, newest first.
            models.Index(fields=["subject_type", "subject_id", "-id"], name="link_of_subject"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="link_is_valid_for_some_time"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="link_is_revoked_by_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.purpose} {self.pk}"

    def get_absolute_url(self):
        return reverse("link", args=[self.pk])

    @property
    def label(self):
        """What it is for, in words."""
        known = registries.link_purposes.get(self.purpose)
        return known.label if known else self.purpose

    @property
    def is_open(self) -> bool:
        """Whether it still leads somewhere."""
        return self.revoked_at is None and self.expires_at > timezone.now()

    @property
    def state(self) -> tuple[str, object]:
        """How it stands, as badge family and word."""
        if self.revoked_at:
            return "void", _("Revoked")
        if not self.is_open:
            return "void", _("Expired")
        return ("good", _("Opened by the customer")) if self.opened_first_at else ("move", _("Not opened yet"))


class LinkTry(models.Model):
    """A private link that leads nowhere was tried, or a form was sent by one: what the limit of an address counts."""

    address = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("try of a private link")
        verbose_name_plural = _("tries of private links")
        indexes = [
            # How often an address tried lately.
            models.Index(fields=["address", "at"], name="link_tries_of_address"),
            # What is old enough to be forgotten.
            models.Index(fields=["at"], name="link_tries_by_age"),
        ]

    def __str__(self):
        return f"{self.address} {self.at:%Y-%m-%d %H:%M}"
