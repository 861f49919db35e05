"""What a grade of customers is granted, and how policies and grades have changed."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models.terms import PaymentTerms


class Grade(models.TextChoices):
    A = "A", "A"
    B = "B", "B"
    C = "C", "C"


class GradePolicy(models.Model):
    """What a grade of customers is granted: credit, cap, discount, terms. Empty means none set, never unlimited."""

    grade = models.CharField(_("grade"), max_length=1, choices=Grade.choices, primary_key=True)
    annual_threshold = models.DecimalField(_("annual amount from (元)"), max_digits=14, decimal_places=2, default=0)
    least_score = models.DecimalField(
        _("least average score"),
        max_digits=3,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    credit_limit = models.DecimalField(_("credit limit (元)"), max_digits=14, decimal_places=2, null=True, blank=True)
    order_cap = models.DecimalField(_("single-order cap (元)"), max_digits=14, decimal_places=2, null=True, blank=True)
    max_discount = models.DecimalField(
        _("largest discount (%)"),
        max_digits=5,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    allowed_terms = models.ManyToManyField(PaymentTerms, blank=True, verbose_name=_("allowed payment terms"))
    visit_interval = models.PositiveSmallIntegerField(_("visit interval (days)"), default=0)

    class Meta:
        verbose_name = _("grade policy")
        verbose_name_plural = _("grade policies")
        ordering = ["grade"]

    def __str__(self):
        return self.grade


class GradePolicyChange(models.Model):
    """Who changed the policy of a grade, when, and what from what to what; never changed itself."""

    policy = models.ForeignKey(GradePolicy, on_delete=models.PROTECT, related_name="policy_changes")
    at = models.DateTimeField(_("when"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name=_("who"), related_name="+"
    )
    # [field, before, after], as it was shown.
    changes = models.JSONField(_("changes"))

    class Meta:
        verbose_name = _("change of a grade policy")
        verbose_name_plural = _("changes of a grade policy")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.policy_id} {self.at:%Y-%m-%d}"


class GradeChange(models.Model):
    """That a customer's grade became another one: on which day, why, and who decided it; never changed itself."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="grade_changes")
    # The file whose grade it was, when that was merged into the customer later.
    came_from = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, null=True, related_name="+")
    on = models.DateField(_("on"))
    before = models.CharField(_("grade before"), max_length=1, choices=Grade.choices)
    after = models.CharField(_("grade after"), max_length=1, choices=Grade.choices)
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name=_("by"), related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("change of grade")
        verbose_name_plural = _("changes of grade")
        ordering = ["-id"]
        # The history of one customer, newest first.
        indexes = [models.Index(fields=["customer", "-id"], name="grade_change_of_customer")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(before=models.F("after")), name="grade_change_changes_something")
        ]

    def __str__(self):
        return f"{self.before} → {self.after}"
