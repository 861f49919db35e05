"""What customers want before there is an order: requirements with their questions and wanted products."""

from datetime import date
from typing import Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from accounts.rights import teams_of
from accounts.roles import Role
from core.lookups import PairsIndex
from core.models import Stateful
from core.text_key import KeyField
from customers.models import Contact, Customer
from products.models import Product
from requirements.clock import urgency
from requirements.statuses import OPEN, UNANSWERED, Channel, LostReason, Priority, RequirementStatus


class RequirementQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """The requirements of the customers that this person may see."""
        if user.role == Role.REP:
            return self.filter(owner=user)
        if user.role == Role.MANAGER:
            return self.filter(Q(team__in=teams_of(user)) | Q(owner__isnull=True))
        return self if user.role in (Role.FINANCE, Role.ADMIN) else self.none()


class Requirement(Stateful):
    """What a customer wants, also one who has never ordered: recorded, clarified, confirmed in writing, then ordered or
    lost. Amounts are in 元 without tax.
    """

    states = RequirementStatus

    number = models.CharField(_("requirement number"), max_length=40, unique=True, editable=False)
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=RequirementStatus.choices,
        default=RequirementStatus.RECORDED,
        editable=False,
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, verbose_name=_("customer"), related_name="requirements"
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("contact"), related_name="+"
    )
    # The customer's owner and the owner's team; they move with the customer.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        verbose_name=_("owner"),
        related_name="requirements",
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    channel = models.CharField(_("channel"), max_length=14, choices=Channel.choices, default=Channel.CALL)
    # At midnight when only the day is known, as in imports.
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    description = models.TextField(_("description"))
    specification = models.TextField(_("function and specification"), blank=True, default="")
    quality_standard = models.TextField(_("quality standard"), blank=True, default="")
    special_demands = models.TextField(_("special demands"), blank=True, default="")
    wanted_date = models.DateField(_("wanted date"), null=True, blank=True)
    budget_from = models.DecimalField(
        _("budget from (元)"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    budget_to = models.DecimalField(
        _("budget to (元)"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    priority = models.CharField(_("priority"), max_length=10, choices=Priority.choices, default=Priority.REGULAR)

    # Counted when it is recorded: what was to be kept to does not change with a policy or the calendar.
    response_due_on = models.DateField(_("first answer due"), editable=False)
    responded_at = models.DateTimeField(_("first answer"), null=True, editable=False)
    responded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    confirmed_on = models.DateField(_("confirmed in writing"), null=True, editable=False)
    # Who confirmed, as the link or the letter says.
    confirmed_by = models.CharField(_("confirmed by"), max_length=121, blank=True, default="", editable=False)
    lost_on = models.DateField(_("lost on"), null=True, editable=False)
    lost_reason = models.CharField(
        _("reason of the loss"),
        max_length=14,
        choices=LostReason.choices,
        blank=True,
        default="",
        editable=False,
    )
    lost_note = models.TextField(_("about the loss"), blank=True, default="", editable=False)
    # What lists sort by (requirements.clock.urgency).
    urgency = models.PositiveIntegerField(editable=False)
    number_key = KeyField(of="number", unique=True)
    own_key = models.TextField(editable=False, default="")
    submit_token = models.UUIDField(unique=True, null=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = RequirementQuerySet.as_manager()

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(budget_from=None) | Q(budget_to=None) | Q(budget_to__gte=F("budget_from")),
                name="requirement_budget_in_order",
                violation_error_message=_("The budget's upper end is below its lower one."),
            ),
            models.CheckConstraint(
                condition=Q(lost_on=None, lost_reason="") | Q(lost_on__isnull=False) & ~Q(lost_reason=""),
                name="lost_requirement_has_its_reason",
            ),
        ]
        indexes = [
            # The list, unanswered ones first: everybody's, a team's, a rep's; by status; by priority.
            models.Index(fields=["-urgency", "-id"], name="requirement_by_urgency"),
            models.Index(fields=["team", "-urgency", "-id"], name="requirement_team_urgency"),
            models.Index(fields=["owner", "-urgency", "-id"], name="requirement_owner_urgency"),
            models.Index(fields=["status", "-urgency", "-id"], name="requirement_status_urgency"),
            models.Index(fields=["priority", "-urgency", "-id"], name="requirement_priority_urgency"),
            # The list by wanted date.
            models.Index(fields=["wanted_date", "id"], name="requirement_by_wanted_date"),
            # What a person has to answer, the longest due first.
            models.Index(
                fields=["owner", "response_due_on", "id"],
                condition=UNANSWERED,
                name="requirement_unanswered",
            ),
            # The figure of a month: what was due in it.
            models.Index(fields=["response_due_on", "id"], name="requirement_by_due_day"),
            # Why they were lost, by month.
            models.Index(fields=["lost_on"], condition=Q(lost_on__isnull=False), name="requirement_lost"),
            # A customer's requirements.
            models.Index(fields=["customer", "-id"], name="requirement_of_customer"),
            # The search by what it is called itself.
            PairsIndex(fields=["own_key"], name="requirement_own_key_pairs"),
        ]

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        return reverse("requirements:detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether it is still being written down."""
        return self.status in OPEN

    @property
    def waits_for_answer(self) -> bool:
        """Whether the customer has not heard from us yet."""
        return self.is_open and self.responded_at is None

    @property
    def is_late(self) -> bool:
        """Whether the first answer is overdue."""
        return self.waits_for_answer and self.response_due_on < timezone.localdate()

    @property
    def responded_on(self) -> date | None:
        """The day of the first answer."""
        return timezone.localtime(self.responded_at).date() if self.responded_at else None

    @property
    def headline(self) -> str:
        """The first words of what is wanted."""
        first = self.description.strip().splitlines()[0] if self.description.strip() else ""
        return first if len(first) <= 40 else f"{first[:39]}…"

    def derive(self, *, waits: bool | None = None) -> None:
        """Writes onto the row (unsaved) what lists sort by; ``waits`` for a first answer, unless as it stands now."""
        waits = self.waits_for_answer if waits is None else waits
        self.urgency = urgency(waits=waits, received_at=self.received_at, due=self.response_due_on)


class Question(models.Model):
    """Something about a requirement that is not clear yet, and the customer's answer to it."""

    requirement = models.ForeignKey(Requirement, on_delete=models.CASCADE, related_name="questions")
    text = models.CharField(_("question"), max_length=1000)
    # None: the customer said it on the private link.
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    answer = models.CharField(_("answer"), max_length=2000, blank=True, default="")
    # Who gave the answer, at the customer's or here.
    answered_by = models.CharField(_("answered by"), max_length=60, blank=True, default="")
    answered_at = models.DateTimeField(_("answered"), null=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | ~Q(answer="") & Q(answered_at__isnull=False),
                name="answered_question_has_its_moment",
            ),
        ]

    def __str__(self):
        return self.text


class WantedProduct(models.Model):
    """One thing that a customer wants, and how many: from the catalogue, or in the customer's words."""

    requirement = models.ForeignKey(Requirement, on_delete=models.CASCADE, related_name="wanted")
    position = models.PositiveSmallIntegerField(_("position"))
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("product"), related_name="+"
    )
    name = models.CharField(_("product name"), max_length=120)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3)

    class Meta:
        verbose_name = _("wanted product")
        verbose_name_plural = _("wanted products")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["requirement", "position"], name="one_wanted_product_per_position"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="wanted_quantity_positive"),
        ]

    def __str__(self):
        return self.name
