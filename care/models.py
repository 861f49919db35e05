"""How we look after customers: care plans, the visits that were made, and reports that a file is no longer true."""

from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from care.rights import may_read_visits
from customers.models import Contact, Customer

USUAL_INTERVAL = 30  # days, where the grade's policy says nothing


class CareQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """What belongs to the customers that this person may see, for those whom visits concern."""
        if not may_read_visits(user):
            return self.none()
        return self.filter(customer__in=Customer.objects.visible_to(user).order_by())


class CarePlan(models.Model):
    """How a customer of grade A is looked after, from the day it got there until it leaves the grade."""

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, verbose_name=_("customer"), related_name="care_plans"
    )
    interval = models.PositiveSmallIntegerField(
        _("visit interval (days)"),
        default=USUAL_INTERVAL,
        validators=[MinValueValidator(1), MaxValueValidator(366)],
    )
    priority_supply = models.BooleanField(_("priority supply"), default=True)
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("named contact"), related_name="+"
    )
    notes = models.TextField(_("notes"), blank=True, default="")
    started_on = models.DateField(_("since"), default=timezone.localdate, editable=False)
    ended_on = models.DateField(_("ended"), null=True, editable=False)
    # What the last visit and the interval make it; care.plans.next_visit_of says how.
    next_visit_on = models.DateField(_("next visit"), editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = CareQuerySet.as_manager()

    class Meta:
        verbose_name = _("care plan")
        verbose_name_plural = _("care plans")
        ordering = ["-started_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(ended_on=None), name="one_running_care_plan_per_customer"
            ),
            models.CheckConstraint(condition=Q(interval__gte=1), name="visit_interval_at_least_a_day"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")), name="care_plan_ends_after_its_start"
            ),
        ]
        indexes = [
            # Which visits are due, the longest first.
            models.Index(fields=["next_visit_on", "id"], condition=Q(ended_on=None), name="care_plan_by_next_visit"),
        ]

    def __str__(self):
        return f"{self.customer} {self.started_on}"

    def get_absolute_url(self):
        return reverse("care:visits", args=[self.customer_id])

    @property
    def is_late(self) -> bool:
        """Whether the next visit is overdue."""
        return self.ended_on is None and self.next_visit_on < timezone.localdate()

    @property
    def latest_visit(self) -> "Visit | None":
        """The last visit since the plan began."""
        since = Visit.objects.filter(customer=self.customer_id, visited_on__gte=self.started_on)
        return since.order_by("-visited_on", "-id").first()

    def visit_after(self, day: date) -> date:
        """When the next visit is due after one on this day."""
        return day + timedelta(days=self.interval)


class Visit(models.Model):
    """A visit to a customer: when, who met whom, what was said. Never rewritten; a later one says what was wrong."""

    class Way(models.TextChoices):
        ON_SITE = "on_site", _("On site")
        CALL = "call", _("By phone")
        HOSTED = "hosted", _("Came to us")

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, verbose_name=_("customer"), related_name="visits")
    visited_on = models.DateField(_("date"), default=timezone.localdate)
    way = models.CharField(_("way"), max_length=10, choices=Way.choices, default=Way.ON_SITE)
    visitor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("our side"), related_name="+"
    )
    met = models.CharField(_("met whom"), max_length=121)
    said = models.TextField(_("what was said"))
    next_on = models.DateField(_("next visit"), null=True, blank=True)
    # By when it was to be made; empty where no plan asked for one.
    due_on = models.DateField(_("due"), null=True, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, editable=False, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)
    submit_token = models.UUIDField(unique=True, null=True, editable=False)

    objects = CareQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-visited_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(next_on=None) | Q(next_on__gt=F("visited_on")),
                name="next_visit_comes_after_this_one",
                violation_error_message=_("The next visit comes after this one."),
            ),
        ]
        indexes = [
            # A customer's visits, the last first.
            models.Index(fields=["customer", "-visited_on", "-id"], name="visit_of_customer"),
            # The list of all visits, the last first.
            models.Index(fields=["-visited_on", "-id"], name="visit_by_day"),
        ]

    def __str__(self):
        return f"{self.customer} {self.visited_on}"

    def get_absolute_url(self):
        return reverse("care:visits", args=[self.customer_id])

    @property
    def in_time(self) -> bool | None:
        """Whether it was made by its day; None where none was due."""
        return None if self.due_on is None else self.visited_on <= self.due_on


class Cause(models.TextChoices):
    """What a report that a file is no longer true came from."""

    PERSON = "person", _("Reported")
    GRADE = "grade", _("Grade changed")
    CONTACT = "contact", _("Order to another contact")
    ADDRESS = "address", _("Order to another address")


class ChangeQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Those about the customers that this person may see."""
        return self.filter(customer__in=Customer.objects.visible_to(user).order_by())


class ChangeReport(models.Model):
    """Somebody, or the system, says that a customer's file is no longer true; open until it is updated or answered."""

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, verbose_name=_("customer"), related_name="change_reports"
    )
    cause = models.CharField(_("cause"), max_length=10, choices=Cause.choices, default=Cause.PERSON)
    text = models.CharField(_("what has changed"), max_length=400)
    order_number = models.CharField(_("order number"), max_length=60, blank=True, default="")
    # None: the system.
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reported_at = models.DateTimeField(_("reported"), default=timezone.now)
    due_on = models.DateField(_("due"))
    closed_on = models.DateField(_("settled"), null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # Whose file it was when it was closed: lateness counts for that person.
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # Why the file stays as it is; empty when it was updated.
    answer = models.CharField(_("answer"), max_length=400, blank=True, default="")

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change report")
        verbose_name_plural = _("change reports")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "cause", "text"],
                condition=Q(closed_on=None),
                name="a_change_is_reported_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None, closed_by=None, answer="")
                | Q(closed_on__isnull=False, closed_by__isnull=False),
                name="closed_change_has_who_closed_it",
            ),
        ]
        indexes = [
            # What is open, the longest due first; what was due in a month.
            models.Index(fields=["due_on", "id"], condition=Q(closed_on=None), name="change_open_by_due_day"),
            models.Index(fields=["due_on", "id"], name="change_by_due_day"),
        ]

    def __str__(self):
        return self.text

    def get_absolute_url(self):
        return reverse("care:changes", args=[self.customer_id])

    @property
    def is_late(self) -> bool:
        """Whether it was not closed by its day."""
        return self.due_on < (self.closed_on or timezone.localdate())
