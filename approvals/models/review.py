"""Review rounds with the order as it was submitted, decisions with their checks, and what lapsed of orders."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.models import Order
from orders.statuses import Status


class Stage(models.TextChoices):
    """The three reviews; values equal the order's statuses in which they happen."""

    REP = Status.REP_REVIEW.value, pgettext_lazy("stage", "First review")
    MANAGER = Status.MANAGER_REVIEW.value, pgettext_lazy("stage", "Second review")
    FINANCE = Status.FINANCE_REVIEW.value, pgettext_lazy("stage", "Final review")


class Round(models.Model):
    """One submission of an order to review; only decisions of the latest round count. Append-only."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(auto_now_add=True)
    # Header and lines as submitted, so that the next round can show what changed.
    content = models.JSONField()

    class Meta:
        verbose_name = _("review round")
        verbose_name_plural = _("review rounds")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["order", "number"], name="one_round_per_number")]

    def __str__(self):
        return f"{self.order} #{self.number}"


class Decision(models.Model):
    """What one reviewer decided at one stage of one round, with the checks as they stood. Append-only."""

    class Verdict(models.TextChoices):
        APPROVED = "approved", _("Approved")
        SENT_BACK = "sent_back", _("Sent back")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="decisions")
    stage = models.CharField(max_length=20, choices=Stage.choices)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True, default="")
    # [{"code", "verdict", "sentence", "figures", "override"}]
    checks = models.JSONField(default=list)
    # SHA-256 of all of the above and of the hash of the order's decision before this one (approvals.decisions).
    hash = models.CharField(max_length=64, default="")

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["round", "stage"], name="one_decision_per_stage_and_round")]

    def __str__(self):
        return f"{self.round} {self.get_stage_display()}: {self.get_verdict_display()}"


class ShortClosing(models.Model):
    """That what was left of an order lapsed: which revision that made, and what is no longer sold (元). Append-only."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="short_closings")
    # The revision that says what is left.
    revision = models.PositiveSmallIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("closed short"), auto_now_add=True)
    net_lapsed = models.DecimalField(_("net no longer sold (元)"), max_digits=14, decimal_places=2)
    gross_lapsed = models.DecimalField(_("total no longer sold (元)"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("short closing")
        verbose_name_plural = _("short closings")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "revision"], name="one_short_closing_per_revision"),
            models.CheckConstraint(
                condition=models.Q(revision__gt=1, net_lapsed__gte=0, gross_lapsed__gte=0),
                name="short_closing_takes_away",
            ),
        ]
        indexes = [
            # Those of a month, for its adjustments.
            models.Index(fields=["at", "id"], name="short_closing_by_day"),
        ]

    def __str__(self):
        return f"{self.order} −{self.net_lapsed}"
