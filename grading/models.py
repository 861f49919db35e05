"""Proposals of other grades, and the quarters in which everybody was regraded."""

from datetime import date
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rights import teams_of
from accounts.roles import Role
from core.models import Stateful
from customers.models import Customer, Grade
from grading.statuses import Origin, ProposalStatus


class ProposalQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """The proposals about the customers this person may see."""
        if user.role == Role.REP:
            return self.filter(customer__owner=user)
        if user.role == Role.MANAGER:
            return self.filter(models.Q(customer__team__in=teams_of(user)) | models.Q(customer__owner=None))
        return self if user.role in (Role.FINANCE, Role.ADMIN) else self.none()

    def open(self) -> Self:
        return self.filter(status=ProposalStatus.OPEN)


class GradeProposal(Stateful):
    """That a customer should have another grade (分级调整): the figures that say so, and what a manager decided.

    Amounts are in 元: those of orders without tax, what is overdue with it.
    """

    states = ProposalStatus

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, verbose_name=_("customer"), related_name="grade_proposals"
    )
    status = models.CharField(
        _("status"), max_length=10, choices=ProposalStatus.choices, default=ProposalStatus.OPEN, editable=False
    )
    origin = models.CharField(_("origin"), max_length=10, choices=Origin.choices)
    # Whose first day ends the twelve months that were counted.
    quarter = models.DateField(_("quarter"))
    before = models.CharField(_("grade before"), max_length=1, choices=Grade.choices)
    after = models.CharField(_("grade after"), max_length=1, choices=Grade.choices)
    annual_amount = models.DecimalField(_("amount of twelve months (元)"), max_digits=14, decimal_places=2)
    previous_amount = models.DecimalField(_("the twelve months before (元)"), max_digits=14, decimal_places=2)
    average_score = models.DecimalField(_("average score"), max_digits=3, decimal_places=2, null=True)
    overdue_amount = models.DecimalField(_("overdue (元)"), max_digits=14, decimal_places=2)
    overdue_days = models.PositiveIntegerField(_("longest delay (days)"))
    # As grading.consequences says it: when it was proposed, and again as it was when it was decided.
    consequences = models.JSONField(default=dict)
    # Why it was asked for, or the file that asks for it.
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True)
    comment = models.CharField(_("comment"), max_length=500, blank=True, default="")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("grade proposal")
        verbose_name_plural = _("grade proposals")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(status=ProposalStatus.OPEN), name="one_open_proposal_a_customer"
            ),
            models.CheckConstraint(condition=~models.Q(before=models.F("after")), name="proposal_changes_the_grade"),
            models.CheckConstraint(
                condition=~models.Q(status__in=[ProposalStatus.ACCEPTED, ProposalStatus.REJECTED])
                | models.Q(decided_by__isnull=False, decided_at__isnull=False),
                name="decided_proposal_says_by_whom",
            ),
        ]
        # The list of those in one state, newest first.
        indexes = [models.Index(fields=["status", "-id"], name="proposal_by_status")]

    def __str__(self):
        return f"{self.customer} {self.before} → {self.after}"

    def get_absolute_url(self):
        return f"{reverse('grading:list')}?q={self.customer.number}"

    @property
    def goes_up(self) -> bool:
        """Whether it is a better grade; A is the best."""
        return self.after < self.before

    @property
    def growth(self) -> Decimal | None:
        """The amount against that of the twelve months before, in percentage points; None where there was none."""
        if not self.previous_amount:
            return None
        return (self.annual_amount - self.previous_amount) * 100 / self.previous_amount


class Regrading(models.Model):
    """That everybody was regraded for a quarter: once, whoever asks how often."""

    quarter = models.DateField(_("quarter"), unique=True)
    ran_at = models.DateTimeField(auto_now_add=True)
    looked_at = models.PositiveIntegerField(default=0)
    proposed = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("regrading")
        verbose_name_plural = _("regradings")
        ordering = ["-quarter"]

    def __str__(self):
        return quarter_name(self.quarter)


def quarter_name(day: date) -> str:
    """``2026 Q4``."""
    return f"{day.year} Q{(day.month + 2) // 3}"
