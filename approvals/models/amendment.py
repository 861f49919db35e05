"""Amendments of approved orders, and what was decided about them."""

from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from approvals.amendments.statuses import OPEN, UNDER_REVIEW, AmendmentStatus
from approvals.models.review import Decision, Stage
from core.models import Stateful
from orders.models import Order
from orders.models.order import seen_by


class AmendmentQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Those of the orders a person sees, who must see prices: an amendment is full of them."""
        return self.filter(seen_by(user, at="order__")) if user.sees_prices else self.none()

    def open(self) -> Self:
        return self.filter(status__in=OPEN)


class Amendment(Stateful):
    """A change of an approved order (订单变更): what it would say, why, and how far that has come.

    ``header`` and ``lines`` are the whole content that the order would have (``approvals.amendments.proposal``), which
    stands fast once it is proposed. Amounts are in 元.
    """

    states = AmendmentStatus

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="amendments", verbose_name=_("order"))
    # Counts within the order, from 1.
    number = models.PositiveSmallIntegerField(editable=False)
    status = models.CharField(
        _("status"), max_length=20, choices=AmendmentStatus.choices, default=AmendmentStatus.DRAFT, editable=False
    )
    # The revision of the order that it changes, and the one that it became.
    base_revision = models.PositiveSmallIntegerField(_("revision it changes"), editable=False)
    made_revision = models.PositiveSmallIntegerField(_("revision it became"), null=True, editable=False)
    reason = models.TextField(_("reason"), blank=True, default="")
    # Moves what figures count the order's delivery by; any other new date is ours.
    at_customers_wish = models.BooleanField(_("the customer wishes the new date"), default=False)
    header = models.JSONField(default=dict)
    lines = models.JSONField(default=list)
    # The stages that must look, as they were worked out when it was proposed.
    looks = models.JSONField(default=list, editable=False)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("drafted by"),
    )
    # Everybody who wrote in it, the drafter too: none of them decides it after stage one.
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    proposed_at = models.DateTimeField(_("proposed"), null=True, editable=False)
    # What it changed of the order's amounts, once it is in force.
    accepted_at = models.DateTimeField(_("in force since"), null=True, editable=False)
    net_change = models.DecimalField(
        _("net change (元)"), max_digits=14, decimal_places=2, default=Decimal(0), editable=False
    )
    gross_change = models.DecimalField(
        _("total change (元)"), max_digits=14, decimal_places=2, default=Decimal(0), editable=False
    )

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="one_amendment_per_number"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(status__in=OPEN), name="one_open_amendment_per_order"
            ),
            models.UniqueConstraint(
                fields=["order", "made_revision"],
                condition=Q(made_revision__isnull=False),
                name="one_amendment_a_revision",
            ),
            models.CheckConstraint(
                condition=~Q(status=AmendmentStatus.ACCEPTED)
                | Q(accepted_at__isnull=False, made_revision=F("base_revision") + 1),
                name="accepted_amendment_made_a_revision",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=UNDER_REVIEW) | Q(proposed_at__isnull=False) & ~Q(reason=""),
                name="proposed_amendment_has_a_reason",
            ),
        ]
        indexes = [
            # What waits for a stage, the longest first.
            models.Index(fields=["status", "status_since", "id"], name="amendment_queue"),
            # Those of a month, for its adjustments.
            models.Index(fields=["accepted_at", "id"], condition=Q(accepted_at__isnull=False), name="amendment_by_day"),
        ]

    def __str__(self):
        return gettext("%(order)s, amendment %(n)s") % {"order": self.order, "n": self.number}

    def get_absolute_url(self):
        return reverse("approvals:amendment", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == AmendmentStatus.DRAFT

    @property
    def is_open(self) -> bool:
        """Whether it may still come into force."""
        return self.status in OPEN

    @property
    def is_under_review(self) -> bool:
        return self.status in UNDER_REVIEW


class AmendmentDecision(models.Model):
    """What one reviewer decided about an amendment, with the checks as they stood. Append-only."""

    amendment = models.ForeignKey(Amendment, on_delete=models.PROTECT, related_name="decisions")
    stage = models.CharField(max_length=20, choices=Stage.choices)
    verdict = models.CharField(max_length=10, choices=Decision.Verdict.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True, default="")
    checks = models.JSONField(default=list)
    # SHA-256 of what was decided on: header, lines, and the revision that they would change.
    content = models.CharField(max_length=64)
    # SHA-256 of all of the above and of the hash of the amendment's decision before this one.
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("decision on an amendment")
        verbose_name_plural = _("decisions on amendments")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["amendment", "stage"], name="one_decision_per_amendment_and_stage")
        ]

    def __str__(self):
        return f"{self.amendment} {self.get_stage_display()}: {self.get_verdict_display()}"
