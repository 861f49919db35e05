"""The monthly report: what the system found about a month, a person's words about it, and their signature."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Report(models.Model):
    """A month's report. The system may write it again until somebody signs it; from then on nothing of it changes."""

    # The month's first day.
    month = models.DateField(unique=True)
    # What the system wrote, as analytics.report.writing made it: figures, findings, and those that went away.
    content = models.JSONField()
    written_at = models.DateTimeField()
    summary = models.TextField(_("summary"), blank=True, default="")
    # {key of a finding: what a person says to it}
    comments = models.JSONField(default=dict)
    # Moves with every change, so that nobody overwrites or signs what they have not read.
    version = models.PositiveIntegerField(default=1)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("signatory")
    )
    # The name as it was signed.
    signed_name = models.CharField(_("signatory"), max_length=60, blank=True, default="")
    signed_at = models.DateTimeField(_("signed on"), null=True)
    # SHA-256 over words and content as they were signed.
    signed_hash = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("monthly report")
        verbose_name_plural = _("monthly reports")
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="report_of_a_whole_month"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by__isnull=True, signed_hash="")
                | Q(signed_at__isnull=False, signed_by__isnull=False) & ~Q(signed_hash="") & ~Q(signed_name=""),
                name="report_signed_whole_or_not",
            ),
        ]

    def __str__(self):
        return f"{self.month:%Y-%m}"

    def get_absolute_url(self):
        return reverse("report:month", args=[str(self)])

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None
