"""Workbooks that somebody brought to be imported."""

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models.job import Job


class ImportRunQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everybody sees what they brought themselves."""
        return self.filter(brought_by=user.pk)


class ImportRun(models.Model):
    """One workbook on its way in: uploaded, checked by a dry run, and imported as a whole or not at all."""

    kind = models.CharField(_("kind"), max_length=20)
    # As its owner called it; shown to people, never part of a path.
    name = models.CharField(_("file name"), max_length=200)
    # Below MEDIA_ROOT, named by the system; empty when the file is no longer kept.
    path = models.CharField(max_length=100, blank=True, default="", editable=False)
    size = models.PositiveBigIntegerField(_("size (bytes)"), default=0)
    sha256 = models.CharField(max_length=64)
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    brought_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    # What the person chose: {"sheet", "header_row", "columns": {column: place}}; empty is as found.
    choice = models.JSONField(default=dict, blank=True)
    # What the latest dry run found (core.imports.findings); None before it is over.
    findings = models.JSONField(null=True)
    check_job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    import_job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    imported_at = models.DateTimeField(_("imported"), null=True, editable=False)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        indexes = [
            # A person's latest imports of a kind.
            models.Index(fields=["brought_by", "kind", "-id"], name="import_of_person"),
            # Files to be removed.
            models.Index(fields=["brought_at"], condition=~models.Q(path=""), name="import_with_file"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("import-run", args=[self.kind, self.pk])

    @property
    def is_checked(self) -> bool:
        return self.findings is not None

    @property
    def is_unclear(self) -> bool:
        """Whether somebody has to say which columns are which before the rows can be read."""
        return bool(self.findings and self.findings.get("unclear"))

    @property
    def is_ready(self) -> bool:
        """Whether nothing stands against the import, and it was not done yet."""
        return bool(self.findings and self.findings.get("clean")) and not self.imported_at and bool(self.path)

    @property
    def rows_to_write(self) -> int:
        """How many records an import creates or changes, as far as the check could tell."""
        counts = (self.findings or {}).get("counts", {})
        return counts.get("created", 0) + counts.get("changed", 0)

    @property
    def state(self) -> tuple[str, Any]:
        """How far it is, as badge family and word."""
        if self.imported_at:
            return "good", _("Imported")
        if self.findings is None:
            return "move", _("Being checked")
        if self.findings.get("clean"):
            return ("wait", _("Ready to import")) if self.rows_to_write else ("good", _("Nothing to import"))
        return ("wait", _("Columns to assign")) if self.is_unclear else ("bad", _("Has problems"))
