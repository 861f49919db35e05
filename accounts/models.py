"""People: who logs in, in which role, in which team."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
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

    def get_full_name(self):
        return str(self)

    def get_short_name(self):
        return str(self)
