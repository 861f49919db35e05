"""Standing in (代理审批): who sees and decides for a person who is away, from day to day, both included.

A deputy has the same role, and for these days the person's sight, queue and worklist beside their own. Nobody who is
away stands in for somebody else meanwhile, so there are no deputies of deputies. The rows of both people are the lock.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Deputyship, User
from accounts.rights import demand, has_role
from accounts.roles import Role
from core.events import record
from core.locks import lock_rows
from core.messages import tell

_NEWS = {
    "deputy_named": gettext_noop("You stand in for %(person)s, %(period)s"),
    "deputy_changed": gettext_noop("The days on which you stand in for %(person)s are now %(period)s"),
    "deputy_ended": gettext_noop("You stand in for %(person)s no longer"),
}


def may_have_deputy(user: User) -> bool:
    """Whether somebody can stand in for this person: an administrator's work every other one does anyway."""
    return has_role(user, *set(Role) - {Role.ADMIN})


def may_settle(user: User, person: User) -> bool:
    """Whether this user names, changes and ends the deputies of a person: one's own, an administrator everybody's."""
    return has_role(user, Role.ADMIN) or (user == person and may_have_deputy(user))


def deputies_for(person: User) -> list[User]:
    """Those who can stand in for a person: of the same role, and working here."""
    return list(User.objects.filter(role=person.role, is_active=True).exclude(pk=person.pk).order_by("name", "id"))


def standing_in_for(people: Iterable[User]) -> list[User]:
    """Who stands in today for one of these people."""
    away = [each.pk for each in people if each.deputies_until and each.deputies_until >= timezone.localdate()]
    if not away:
        return []
    today = Deputyship.objects.in_force(timezone.localdate()).filter(person__in=away, deputy__is_active=True)
    return [each.deputy for each in today.select_related("deputy").order_by("deputy_id")]


@transaction.atomic
def name_deputy(*, person: User, deputy: User, first_day: date, last_day: date, by: User) -> Deputyship:
    """Lets somebody stand in for a person.

    Raises:
        ValidationError: by field, for another role, for days that are over, and for days on which somebody else stands
            in already, the deputy is away, or the person stands in for another one; says who and when.
        PermissionDenied: when it is not this user's to settle.
    """
    demand(may_settle(by, person))
    made = Deputyship(person=person, deputy=deputy, first_day=first_day, last_day=last_day, made_by=by)
    _lock(made)
    if deputy.role != person.role or not deputy.is_active or deputy == person or not may_have_deputy(person):
        raise ValidationError({"deputy": _("A deputy is somebody else of the same role who works here.")})
    if first_day < timezone.localdate():
        raise ValidationError({"first_day": _("Today at the earliest.")})
    refuse_days(made)
    made.save(force_insert=True)
    _tell(made, "deputy_named", by)
    return made


@transaction.atomic
def change_deputyship(*, deputyship: Deputyship, first_day: date, last_day: date, by: User) -> Deputyship:
    """Moves the days of a deputyship that is not over; what has begun keeps its first day.

    Raises:
        ValidationError: as ``name_deputy``, and when it is over already.
        PermissionDenied: when it is not this user's to settle.
    """
    current = _locked(deputyship, by)
    today = timezone.localdate()
    if current.first_day > today > first_day:
        raise ValidationError({"first_day": _("Today at the earliest.")})
    if current.first_day <= today != first_day and first_day != current.first_day:
        raise ValidationError({"first_day": _("It has begun already: its first day stays.")})
    if last_day < today:
        raise ValidationError({"last_day": _("Today at the earliest; to end it at once, end it.")})
    if (current.first_day, current.last_day) == (first_day, last_day):
        return current
    current.first_day, current.last_day = first_day, last_day
    refuse_days(current)
    current.save(update_fields=["first_day", "last_day"])
    _tell(current, "deputy_changed", by)
    return current


@transaction.atomic
def end_deputyship(*, deputyship: Deputyship, by: User) -> Deputyship:
    """Ends a deputyship at once: yesterday was its last day; one that began today or later holds on no day.

    Raises:
        ValidationError: when it is over already.
        PermissionDenied: when it is not this user's to settle.
    """
    current = _locked(deputyship, by)
    current.last_day = max(timezone.localdate(), current.first_day) - timedelta(days=1)
    current.save(update_fields=["last_day"])
    _tell(current, "deputy_ended", by)
    return current


def refuse_days(wanted: Deputyship) -> None:
    """Raises ValidationError, by field, where these days cannot be: says who is in the way and when."""
    if wanted.last_day < wanted.first_day:
        raise ValidationError({"last_day": _("The last day cannot be before the first.")})
    others = Deputyship.objects.exclude(pk=wanted.pk).overlapping(wanted.first_day, wanted.last_day)
    for field, condition, sentence in (
        ("first_day", Q(person=wanted.person), _("%(deputy)s stands in for %(person)s %(period)s already.")),
        ("deputy", Q(person=wanted.deputy), _("%(person)s is away %(period)s: choose somebody else or other days.")),
        ("first_day", Q(deputy=wanted.person), _("%(deputy)s stands in for %(person)s %(period)s: end that first.")),
    ):
        other = others.filter(condition).select_related("person", "deputy").order_by("first_day").first()
        if other:
            raise ValidationError({field: sentence % _said_of(other)})


def refresh_deputies_until(*people: User) -> None:
    """Writes until when each of these people gives or takes a deputyship, also on the objects at hand."""
    for person in people:
        last = Deputyship.objects.held().filter(Q(person=person) | Q(deputy=person)).aggregate(last=Max("last_day"))
        person.deputies_until = last["last"]
        User.objects.filter(pk=person.pk).update(deputies_until=person.deputies_until)


def period_of(deputyship: Deputyship) -> str:
    """From which day to which."""
    return _("%(first)s to %(last)s") % {
        "first": deputyship.first_day.isoformat(),
        "last": deputyship.last_day.isoformat(),
    }


def _lock(deputyship: Deputyship) -> None:
    lock_rows(User.objects.filter(pk__in=[deputyship.person_id, deputyship.deputy_id]))


def _locked(deputyship: Deputyship, by: User) -> Deputyship:
    demand(may_settle(by, deputyship.person))
    _lock(deputyship)
    current = Deputyship.objects.select_related("person", "deputy").get(pk=deputyship.pk)
    if current.last_day < timezone.localdate() or current.was_withdrawn:
        raise ValidationError(_("It is over already."))
    return current


def _said_of(deputyship: Deputyship) -> dict[str, str]:
    people = {"person": str(deputyship.person), "deputy": str(deputyship.deputy)}
    return {**people, "period": period_of(deputyship)}


def _tell(deputyship: Deputyship, verb: str, by: User) -> None:
    refresh_deputies_until(deputyship.person, deputyship.deputy)
    words = _said_of(deputyship)
    record(deputyship.person, verb, by=by, **words)
    if deputyship.deputy != by:
        tell(deputyship.deputy, _NEWS[verb], reverse("deputies"), person=words["person"], period=words["period"])
