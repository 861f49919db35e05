"""Roll-ups: what a month comes to, counted once and kept, so that pages scan no orders.

One row per month, scope and value of a dimension. Nothing is added up when it is read: customers cannot be added up
across reps, nor medians, so every scope has rows of its own. ``analytics.figures.counting`` writes them and nothing
else does.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """Whose orders are counted, by who sold them."""

    ALL = "all", _("Everybody")
    TEAM = "team", _("Team")
    REP = "rep", _("Sales representative")


class Dimension(models.TextChoices):
    """By what the orders of a scope may be split."""

    NONE = "", _("Undivided")
    CATEGORY = "category", _("Category")
    PROVINCE = "province", _("Province")
    GRADE = "grade", _("Grade")


class RollUp(models.Model):
    """What one month comes to for one scope and one value of a dimension."""

    # The month's first day.
    month = models.DateField()
    scope = models.CharField(max_length=4, choices=Scope.choices)
    # The team's or the rep's id; 0 for everybody.
    scope_id = models.BigIntegerField()
    dimension = models.CharField(max_length=8, choices=Dimension.choices, blank=True)
    # The category's id (0: no category), the province or the grade; empty where undivided.
    value = models.CharField(max_length=60, blank=True)

    class Meta:
        abstract = True
        constraints = [
            # Also the way in: one segment over its months.
            models.UniqueConstraint(
                fields=["scope", "scope_id", "dimension", "value", "month"], name="%(class)s_one_per_segment"
            ),
        ]
        indexes = [
            # All values of a dimension, or all reps, in a month; and the month that is counted anew.
            models.Index(fields=["month", "scope", "dimension"], name="%(class)s_month"),
        ]

    def __str__(self):
        segment = ":".join(str(part) for part in (self.scope, self.scope_id, self.dimension, self.value) if part)
        return f"{self.month:%Y-%m} {segment}"


class BookedRollUp(RollUp):
    """Effective orders booked in the month: how many, and their net amounts in 元, in all and of grade A."""

    orders = models.IntegerField()
    net_total = models.DecimalField(max_digits=18, decimal_places=2)
    net_of_a = models.DecimalField(max_digits=18, decimal_places=2)


class BuyerRollUp(RollUp):
    """Customers who bought in the month, and those of them who had bought before or bought again."""

    buyers = models.IntegerField()
    repeated = models.IntegerField()


class YearlyBuyerRollUp(RollUp):
    """Customers who bought in the twelve months that end with this one, and those of them who did so more than once."""

    buyers = models.IntegerField()
    repeated = models.IntegerField()


class DeliveryRollUp(RollUp):
    """Orders finally signed off in the month: how many, their calendar days since the order date, and the median."""

    orders = models.IntegerField()
    days = models.IntegerField()
    median = models.FloatField()


class PunctualityRollUp(RollUp):
    """Orders promised for the month (the running one: up to yesterday), and those of them signed off in time."""

    orders = models.IntegerField()
    in_time = models.IntegerField()


class LateLineRollUp(RollUp):
    """The lines of those orders per product category, and those of them signed off late or not at all."""

    category = models.BigIntegerField()
    lines = models.IntegerField()
    late = models.IntegerField()

    class Meta(RollUp.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "scope_id", "dimension", "value", "month", "category"],
                name="%(class)s_one_per_segment",
            ),
        ]


class ResponseRollUp(RollUp):
    """Requirements whose first answer was due in the month (the running one: what is over or answered), and those of
    them answered in time."""

    due = models.IntegerField()
    in_time = models.IntegerField()


class RefundRollUp(RollUp):
    """Σ of the refunds of the month and of their reversals, in 元 as they were paid."""

    amount = models.DecimalField(max_digits=16, decimal_places=2)


class StageRollUp(RollUp):
    """How far the orders dated in the month have come by now: submitted, approved, shipped, signed off."""

    submitted = models.IntegerField()
    approved = models.IntegerField()
    shipped = models.IntegerField()
    signed = models.IntegerField()
