"""What is to be sold."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Team


class SalesTarget(models.Model):
    """The order total (元, without tax) that a rep or a team is to reach in a month."""

    # The month's first day.
    month = models.DateField(_("month"))
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("team"), related_name="+"
    )
    rep = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("sales representative"),
        related_name="+",
    )
    amount = models.DecimalField(
        _("target (元, without tax)"), max_digits=14, decimal_places=2, validators=[MinValueValidator(0)]
    )

    class Meta:
        verbose_name = _("sales target")
        verbose_name_plural = _("sales targets")
        ordering = ["-month", "team", "rep"]
        constraints = [
            models.CheckConstraint(
                condition=Q(team__isnull=True) ^ Q(rep__isnull=True),
                name="target_of_a_team_or_of_a_rep",
                violation_error_message=_("A target belongs to a team or to a sales representative."),
            ),
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="target_of_a_whole_month",
                violation_error_message=_("Write the month's first day."),
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="target_not_negative"),
            models.UniqueConstraint(fields=["month", "team"], name="one_target_per_team_and_month"),
            models.UniqueConstraint(fields=["month", "rep"], name="one_target_per_rep_and_month"),
        ]

    def __str__(self):
        return f"{self.month:%Y-%m} {self.team or self.rep}"
