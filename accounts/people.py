"""The people of the demonstration: one login per role and team, all with the same password, in development only."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from accounts.models import Team, User
from accounts.roles import Role
from accounts.services import create_person

PASSWORD = "demo"
EAST, SOUTH = "华东组", "华南组"


@dataclass(frozen=True)
class DemoPerson:
    username: str
    name: str
    role: Role
    team: str = ""


DEMO_PEOPLE = (
    DemoPerson("rep1", "王丽", Role.REP, EAST),
    DemoPerson("rep2", "刘洋", Role.REP, SOUTH),
    DemoPerson("manager1", "陈志远", Role.MANAGER, EAST),
    DemoPerson("manager2", "何勇", Role.MANAGER, SOUTH),
    DemoPerson("finance1", "周敏", Role.FINANCE),
    DemoPerson("finance2", "郑凯", Role.FINANCE),
    DemoPerson("operations1", "张建国", Role.OPERATIONS),
    DemoPerson("operations2", "李春梅", Role.OPERATIONS),
    DemoPerson("service1", "吴倩", Role.SERVICE),
    DemoPerson("admin", "管理员", Role.ADMIN),
)
#: One per role is enough on the login page.
_ON_THE_LOGIN_PAGE = ("rep1", "manager1", "finance1", "operations1", "service1", "admin")


@transaction.atomic
def create_demo_people() -> dict[str, User]:
    """Creates those who are missing and returns all by login name. Raises ImproperlyConfigured unless DEBUG."""
    if not settings.DEBUG:
        raise ImproperlyConfigured("Demo logins have a known password; they exist only while DEBUG is on.")
    password = make_password(PASSWORD)  # once, because hashing is slow by design
    return {demo.username: _person(demo, password) for demo in DEMO_PEOPLE}


def _person(demo: DemoPerson, password: str) -> User:
    known = User.objects.filter(username=demo.username).first()
    if known:
        return known
    team = Team.objects.get_or_create(name=demo.team)[0] if demo.team else None
    person = User(username=demo.username, name=demo.name, role=demo.role, team=team, language=settings.LANGUAGE_CODE)
    person.password = password
    return create_person(person=person, by=None)


def demo_logins() -> list[str]:
    """The demo logins that work: none unless DEBUG is on and they exist."""
    if not settings.DEBUG:
        return []
    names = [demo.username for demo in DEMO_PEOPLE]
    known = set(User.objects.filter(username__in=names, is_active=True).values_list("username", flat=True))
    return [name for name in names if name in known]


def with_demo_password() -> list[str]:
    """The demo people who could be logged in as with the known password, if it worked."""
    names = [demo.username for demo in DEMO_PEOPLE]
    known = User.objects.filter(username__in=names, is_active=True).order_by("username")
    return [name for name, password in known.values_list("username", "password") if check_password(PASSWORD, password)]


def logins_to_show() -> list[str]:
    """Those that the login page offers, one per role."""
    return [name for name in demo_logins() if name in _ON_THE_LOGIN_PAGE]
