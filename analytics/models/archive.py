"""The monthly archive: what a closed month looked like, kept for good."""

import json

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import ClosedMonth


class Archive(models.Model):
    """The snapshot of a closed month: what was counted, its hash, its workbook. Append-only, one per month."""

    period = models.OneToOneField(ClosedMonth, on_delete=models.PROTECT, related_name="archive")
    # SHA-256 over the canonical rows (``analytics.archive.content_hash``).
    content_hash = models.CharField(max_length=64)
    # {section: number of rows}
    counts = models.JSONField()
    # {section: {field: amount in 元 as text}}
    totals = models.JSONField()
    # [{"code", "count", "records"}]: what was not in order when the month was closed.
    problems = models.JSONField()
    # The workbook's name below MEDIA_ROOT/archive, and what it was when it was written.
    workbook_name = models.CharField(max_length=80)
    workbook_hash = models.CharField(max_length=64)
    # SHA-256 over the month's roll-ups, and over the histories of its orders (``analytics.archive.seal``).
    rollups_hash = models.CharField(max_length=64)
    histories_hash = models.CharField(max_length=64)
    # SHA-256 over the ends of all histories that went on in the month; empty in archives of before they were chained.
    heads_hash = models.CharField(max_length=64, blank=True, default="")
    archived_at = models.DateTimeField(default=timezone.now)
    # SHA-256 over all of the above and who closed the month when.
    seal = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("monthly archive")
        verbose_name_plural = _("monthly archives")
        ordering = ["-period__first_day"]

    def __str__(self):
        return str(self.period)

    def get_absolute_url(self):
        return reverse("archive:month", args=[str(self)])

    def count_of(self, section: str) -> int:
        """How many records of a section were kept."""
        return self.counts.get(section, 0)

    def total_of(self, section: str, field: str) -> str:
        """The sum (元) of a field over a section's records, as text."""
        return self.totals.get(section, {}).get(field, "0.00")

    def rows_of(self, section: str) -> models.QuerySet["ArchiveRow"]:
        """The rows of a section, in order."""
        return ArchiveRow.objects.filter(period=self.period_id, section=section).order_by("position")


class ArchiveRow(models.Model):
    """One record as it was when its month was closed: canonical JSON, in its section and place.

    Never changed once its month has an archive; before that it is what an attempt is writing, or a killed one left.
    """

    period = models.ForeignKey(ClosedMonth, on_delete=models.PROTECT, related_name="+", db_index=False)
    section = models.CharField(max_length=20)
    position = models.PositiveIntegerField()
    # The record's id today; not part of what is hashed.
    subject_id = models.BigIntegerField()
    content = models.TextField()

    class Meta:
        verbose_name = _("archived row")
        verbose_name_plural = _("archived rows")
        ordering = ["section", "position"]
        constraints = [
            models.UniqueConstraint(fields=["period", "section", "position"], name="one_archived_row_per_position"),
        ]
        indexes = [
            # Whether a record stands in an archive: for adjustments and supplements.
            models.Index(fields=["section", "subject_id"], name="archived_record"),
        ]

    def __str__(self):
        return f"{self.section} {self.position}"

    @property
    def values(self) -> dict:
        """The record's fields as plain values."""
        return json.loads(self.content)


class Supplement(models.Model):
    """A numbered addition to an archive: records of its month that came after it was closed. Append-only."""

    archive = models.ForeignKey(Archive, on_delete=models.PROTECT, related_name="supplements")
    number = models.PositiveSmallIntegerField()
    note = models.TextField(_("what was corrected"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    # Canonical JSON: {section: [[id, row], …]}.
    content = models.TextField()
    content_hash = models.CharField(max_length=64)
    # SHA-256 over all of the above and the seal before it.
    seal = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("supplement")
        verbose_name_plural = _("supplements")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["archive", "number"], name="one_supplement_per_number"),
        ]

    def __str__(self):
        return f"{self.archive} #{self.number}"


class SignedReport(models.Model):
    """The month's report as it was signed, kept with the archive: words, figures, findings, name. Append-only."""

    archive = models.OneToOneField(Archive, on_delete=models.PROTECT, related_name="signed_report")
    # Canonical JSON, as analytics.archive.signed_report wrote it.
    content = models.TextField()
    content_hash = models.CharField(max_length=64)
    kept_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("signed report")
        verbose_name_plural = _("signed reports")

    def __str__(self):
        return str(self.archive)
