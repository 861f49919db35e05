"""The cast of the tests: one person per role, and a second rep and manager, also of another team."""

from accounts.models import Team, User
from accounts.roles import Role
from tests.factories import TeamFactory, UserFactory

TEAMS = {"team": "华东组", "other_team": "华南组"}
#: Login → name, role, team.
PEOPLE = {
    "rep": ("王丽", Role.REP, "team"),
    "other_rep": ("刘洋", Role.REP, "other_team"),
    "manager": ("陈志远", Role.MANAGER, "team"),
    "second_manager": ("孙静", Role.MANAGER, "team"),
    "other_manager": ("何勇", Role.MANAGER, "other_team"),
    "finance": ("周敏", Role.FINANCE, ""),
    "operations": ("张建国", Role.OPERATIONS, ""),
    "service": ("吴倩", Role.SERVICE, ""),
    "admin": ("管理员", Role.ADMIN, ""),
}


def make_team(which: str) -> Team:
    return TeamFactory(name=TEAMS[which])


def make_person(login: str, team: Team | None = None) -> User:
    name, role, _team = PEOPLE[login]
    of_admins = role == Role.ADMIN
    return UserFactory(username=login, name=name, role=role, team=team, is_staff=of_admins, is_superuser=of_admins)


def one_of_everybody() -> dict[str, User]:
    """Login → person, but for the second manager of the first team."""
    teams = {which: make_team(which) for which in TEAMS}
    logins = [login for login in PEOPLE if login != "second_manager"]
    return {login: make_person(login, teams.get(PEOPLE[login][2])) for login in logins}
