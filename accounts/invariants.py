"""What must always hold about people."""

from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import User
from accounts.roles import Role
from core.invariants import About, invariant


def person_called(pk: int | None):
    """Whom an id stands for, as a finding names them; None is the system."""
    person = User.objects.filter(pk=pk).first() if pk else None
    return str(person) if person else gettext_lazy("the system")


_TOO_MANY = gettext_noop("%(login)s has the role %(role)s and rights of an administrator")
_TOO_FEW = gettext_noop("%(login)s has the role %(role)s and not all of its rights")


@invariant("rights", gettext_noop("administrators have Django's own rights, and nobody else has"), of_history=True)
def rights_beside_the_role() -> Iterator[str]:
    """People whose rights are not those of their role."""
    kind = ContentType.objects.get_for_model(User).pk
    sound = Q(role=Role.ADMIN, is_staff=True, is_superuser=True) | ~Q(role=Role.ADMIN) & Q(
        is_staff=False, is_superuser=False
    )
    for person in User.objects.exclude(sound):
        sentence = _TOO_MANY if person.is_superuser or person.is_staff else _TOO_FEW
        yield About(sentence, kind, person.pk, login=person.username, role=Role(person.role).label)
