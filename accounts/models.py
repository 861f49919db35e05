"""People: who logs in, in which role, in which team, and who stands in for whom."""

from copy import copy
from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.rights import sees_costs, sees_prices
from accounts.roles import Role


class Team(models.Model):
    """A sales team: one or more managers and their reps, who share customers' visibility upwards."""

    name = models.CharField(_("name"), max_length=60, unique=True)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]

    def __str__(self):
        return self.name


class PeopleManager(UserManager):
    """Creates people; a superuser always carries the admin role, so that role and rights never disagree."""

    def create_superuser(self, username, email=None, password=None, **extra):
        extra.setdefault("role", Role.ADMIN)
        extra.setdefault("name", username)
        return super().create_superuser(username, email, password, **extra)


class User(AbstractUser):
    """A person who works with orders. One person has one role; reps and managers belong to a team."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("full name"), max_length=60)
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="members", verbose_name=_("team")
    )
    # So that orders which the team's own managers wrote, or which wait while they are away, find somebody.
    decides_also_for = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stand_ins",
        verbose_name=_("may decide for team"),
        help_text=_(
            "A manager of another team who sees this team's records and may decide the second review of its orders."
        ),
    )
    language = models.CharField(_("language"), max_length=10, blank=True, default="")
    # The last day of any deputyship that this person gives or takes, so that whoever has none asks for none.
    deputies_until = models.DateField(null=True, editable=False)

    objects = PeopleManager()  # type: ignore[misc]
    REQUIRED_FIELDS = ["email"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(role__in=[Role.REP, Role.MANAGER]) | models.Q(team__isnull=False),
                name="sales_people_have_a_team",
                violation_error_message=_("A sales representative or sales manager needs a team."),
            ),
            models.CheckConstraint(
                condition=models.Q(role=Role.MANAGER) | models.Q(decides_also_for__isnull=True),
                name="only_managers_decide_for_another_team",
                violation_error_message=_("Only a sales manager may decide for another team."),
            ),
        ]

    def __str__(self):
        return self.name or self.username

    @property
    def sees_prices(self) -> bool:
        """Whether selling prices, credit and receipts may be shown to this person."""
        return sees_prices(self)

    @property
    def sees_costs(self) -> bool:
        """Whether what our products and orders cost us may be shown to this person."""
        return sees_costs(self)

    def deputyships(self) -> "list[Deputyship]":
        """Those that hold today and in which this person stands in or is stood in for; asked once, of most never."""
        today = timezone.localdate()
        if self.deputies_until is None or self.deputies_until < today:
            return []
        known = getattr(self, "_deputyships", None)
        if known is None or known[0] != (today, self.deputies_until):
            known = (today, self.deputies_until), list(Deputyship.objects.of(self).in_force(today))
            self._deputyships = known
        return known[1]

    @property
    def stands_in_for(self) -> "list[User]":
        """Whom this person stands in for today. Deputies of deputies there are none (``accounts.deputies``)."""
        return [each.person for each in self.deputyships() if each.deputy_id == self.pk]

    def acts_for(self, record: models.Model) -> "User | None":
        """For whom this person acts on a record: the one through whose absence alone it is in sight; None for oneself.

        Costs nothing unless this person stands in for somebody today.
        """
        people = self.stands_in_for
        visible_to = getattr(type(record)._default_manager, "visible_to", None)
        if not people or visible_to is None or _sees(visible_to, self.alone(), record):
            return None
        return next((person for person in people if _sees(visible_to, person.alone(), record)), None)

    def alone(self) -> "User":
        """The same person without deputyships: with their own sight only."""
        lonely = copy(self)
        lonely.deputies_until = None
        return lonely

    def get_full_name(self):
        return str(self)

    def get_short_name(self):
        return str(self)


def _sees(visible_to, person: User, record: models.Model) -> bool:
    return visible_to(person).filter(pk=record.pk).exists()


class DeputyshipQuerySet(models.QuerySet):
    def in_force(self, day: date) -> Self:
        """Those that hold on this day, between people who still have the same role."""
        return self.filter(first_day__lte=day, last_day__gte=day, person__role=models.F("deputy__role"))

    def held(self) -> Self:
        """Without those that were ended before they began."""
        return self.filter(last_day__gte=models.F("first_day"))

    def overlapping(self, first: date, last: date) -> Self:
        """Those that hold on any day from one to the other, both included."""
        return self.held().filter(first_day__lte=last, last_day__gte=first)

    def of(self, *people: User) -> Self:
        """Those in which one of them stands in or is stood in for, with both."""
        either = models.Q(person__in=people) | models.Q(deputy__in=people)
        return self.filter(either).select_related("person", "deputy")


class Deputyship(models.Model):
    """That somebody of the same role stands in (代理审批) for a person who is away, from day to day, both included.

    One that is ended keeps the days on which it held; ended before it began, it holds on none.
    """

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("who is away"))
    deputy = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("deputy"))
    first_day = models.DateField(_("from day"))
    last_day = models.DateField(_("to day"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = DeputyshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("deputyship")
        verbose_name_plural = _("deputyships")
        ordering = ["-first_day", "-id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(person=models.F("deputy")), name="nobody_is_their_own_deputy")
        ]
        indexes = [
            # Those of a person today; the deputy's come by the foreign key.
            models.Index(fields=["person", "last_day"], name="deputyship_of_person"),
        ]

    def __str__(self):
        return _("%(deputy)s for %(person)s") % {"deputy": self.deputy, "person": self.person}

    @property
    def was_withdrawn(self) -> bool:
        """Whether it was ended before it began."""
        return self.last_day < self.first_day
