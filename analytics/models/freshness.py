"""What makes roll-ups stale: changes that the database itself notes down, and when each month was counted."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What about orders or requirements has changed, and so which roll-ups are stale."""

    SALES = "sales", _("what is booked")
    DELIVERY = "delivery", _("what was signed off")
    PROMISE = "promise", _("what was promised")
    STAGES = "stages", _("how far orders have come")
    RESPONSE = "response", _("what was to be answered")
    REFUND = "refund", _("what was given back")
    CATEGORY = "category", _("the category of a product")


class Change(models.Model):
    """Something in a month has changed since it was counted; written by triggers (``analytics.rollups.changes``) only,
    together with the change itself, and deleted as soon as ``MonthCount`` knows."""

    kind = models.CharField(max_length=10, choices=Kind.choices)
    # The month's first day; empty means every month.
    month = models.DateField(null=True)

    class Meta:
        verbose_name = _("change since the count")
        verbose_name_plural = _("changes since the count")

    def __str__(self):
        return f"{self.kind} {self.month or ''}"


class MonthCount(models.Model):
    """When one family of roll-ups was counted for one month, and whether it must be counted again."""

    family = models.CharField(max_length=12)
    # The month's first day.
    month = models.DateField()
    stale = models.BooleanField(default=True)
    # The day that was "today" then; empty means never counted.
    counted_on = models.DateField(null=True)
    counted_at = models.DateTimeField(null=True)
    # Only a change can still alter it; a month that was running when it was counted is not settled.
    settled = models.BooleanField(default=False)
    seconds = models.FloatField(default=0)

    class Meta:
        verbose_name = _("count of a month")
        verbose_name_plural = _("counts of months")
        constraints = [models.UniqueConstraint(fields=["family", "month"], name="one_count_per_family_and_month")]
        indexes = [
            # What is to be counted now: nearly always nothing.
            models.Index(
                fields=["month"], condition=models.Q(stale=True) | models.Q(settled=False), name="months_to_count"
            ),
        ]

    def __str__(self):
        return f"{self.family} {self.month:%Y-%m}"
