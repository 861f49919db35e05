"""What changes a person: role and rights, team, language. Role and rights are settled here and nowhere else."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.ownership import move_along
from accounts.roles import Role
from core.events import changes_between, record
from core.locks import lock_row

#: What is known about a person; a change of one of these stands in the history.
FIELDS = ("username", "name", "email", "role", "team", "decides_also_for", "language", "is_active")


@transaction.atomic
def create_person(*, person: User, by: User | None) -> User:
    """Adds a person whose password is set already; ``by`` is None for the system. Raises ValidationError."""
    _settle_rights(person)
    person.full_clean()
    person.save(force_insert=True)
    record(person, "person_created", by=by)
    return person


@transaction.atomic
def update_person(*, person: User, by: User) -> User:
    """Keeps the person as it stands in memory; what hangs on the team moves along when the team changed.

    Raises:
        ValidationError: for a sales person without a team, or an administrator who would lock themselves out.
    """
    stored = lock_row(User, person.pk)
    if by == stored and stored.role == Role.ADMIN and (person.role != Role.ADMIN or not person.is_active):
        raise ValidationError(_("You cannot take the administrator's role from yourself. Another one can."))
    _settle_rights(person)
    person.full_clean(exclude=["password"])
    # Only what changed: where a trigger stands, naming a unique column locks the row against all who refer to it.
    written = [name for name in (*FIELDS, "is_staff", "is_superuser") if getattr(stored, name) != getattr(person, name)]
    person.save(update_fields=written)
    changes = changes_between({name: getattr(stored, name) for name in FIELDS}, person)
    if changes:
        record(person, "person_changed", by=by, changes=changes)
    if stored.team_id != person.team_id:
        move_along(person)
    return person


def move_to_team(*, user: User, team: Team | None, by: User) -> User:
    """Moves a person to another team, and with them what carries their team. Raises ValidationError."""
    user.team = team
    return update_person(person=user, by=by)


def choose_language(*, user: User, language: str) -> None:
    """Keeps the language in which the person reads every page; no history, it concerns nobody else."""
    user.language = language
    user.save(update_fields=["language"])


def _settle_rights(person: User) -> None:
    """The administrator's role is the only one with Django's own rights; only managers decide for another team."""
    person.is_staff = person.is_superuser = person.role == Role.ADMIN
    if person.role != Role.MANAGER:
        person.decides_also_for = None
