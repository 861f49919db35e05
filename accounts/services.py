"""What changes a person: role and rights, team, language. Role and rights are settled here and nowhere else."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.roles import Role
from core import registries
from core.events import changes_between, record
from core.locks import lock_row

#: What is known about a person; a change of one of these stands in the history.
FACTS = ("username", "name", "email", "role", "team", "language", "is_active")


@transaction.atomic
def create_person(*, person: User, by) -> User:
    """Adds a person whose password is set already. Raises ValidationError."""
    _settle_rights(person)
    person.full_clean()
    person.save(force_insert=True)
    record(person, "person_created", by=by)
    return person


@transaction.atomic
def update_person(*, person: User, by) -> User:
    """Keeps the person as it stands in memory; what hangs on the team moves along when the team changed.

    Raises:
        ValidationError: for a sales person without a team, or an administrator who would lock themselves out.
    """
    stored = lock_row(User, person.pk)
    _refuse_locking_out(stored, person, by)
    _settle_rights(person)
    person.full_clean(exclude=["password"])
    person.save(update_fields=[*FACTS, "is_staff", "is_superuser"])
    changes = changes_between({name: getattr(stored, name) for name in FACTS}, person)
    if changes:
        record(person, "person_changed", by=by, changes=changes)
    if stored.team_id != person.team_id:
        _move_along(person)
    return person


def move_to_team(*, user: User, team: Team | None, by) -> User:
    """Moves a person to another team, and with them what carries their team. Raises ValidationError."""
    user.team = team
    return update_person(person=user, by=by)


def choose_language(*, user: User, language: str) -> None:
    """Keeps the language in which the person reads every page; no history, it concerns nobody else."""
    user.language = language
    user.save(update_fields=["language"])


def _settle_rights(person: User) -> None:
    """The administrator's role is the only one with Django's own rights."""
    person.is_staff = person.is_superuser = person.role == Role.ADMIN


def _refuse_locking_out(stored: User, person: User, by) -> None:
    if by == stored and stored.role == Role.ADMIN and (person.role != Role.ADMIN or not person.is_active):
        raise ValidationError(_("You cannot take the administrator's role from yourself. Another one can."))


def _move_along(person: User) -> None:
    for follow in registries.team_moves:
        follow(person, person.team)
