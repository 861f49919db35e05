"""Who works in the demonstration: the logins, and with many orders colleagues beside them who cannot log in."""

from random import Random

from accounts.models import Team, User
from accounts.people import create_demo_people
from accounts.roles import Role
from accounts.services import create_person
from ordersys.demo.names import person

_MORE_TEAMS = ("华北组", "西南组", "华中组", "西北组", "东北组", "海外组")
#: A rep looks after about so many orders a year; more of them than this means more reps.
_ORDERS_PER_REP = 2500
_MOST_REPS = 60
#: How many customers the two reps with logins have beside each colleague: lists can be seen at size through them.
_SHARE_OF_LOGINS = 0.6


def load_staff(orders: int, rng: Random) -> dict[str, User]:
    """The people by login name; colleagues join the teams in turn, and new teams get a manager."""
    people = create_demo_people()
    colleagues = min(_MOST_REPS, orders // _ORDERS_PER_REP)
    teams = [people["manager1"].team, people["manager2"].team]
    for n, name in enumerate(_MORE_TEAMS[: colleagues // 6], start=3):
        teams.append(Team.objects.create(name=name))
        people[f"manager{n}"] = _colleague(f"manager{n}", Role.MANAGER, teams[-1], people["admin"], rng)
    for n in range(3, 3 + colleagues):
        people[f"rep{n}"] = _colleague(f"rep{n}", Role.REP, teams[n % len(teams)], people["admin"], rng)
    return people


def _colleague(username: str, role: Role, team: Team | None, by: User, rng: Random) -> User:
    colleague = User(username=username, name=person(rng), role=role, team=team)
    colleague.set_unusable_password()
    return create_person(person=colleague, by=by)


def manager_of(people: dict[str, User], team: int | None) -> User:
    """The manager of a team, by its id."""
    return next(p for p in people.values() if p.role == Role.MANAGER and p.team_id == team)


def reps_by_load(people: dict[str, User]) -> tuple[list[User], list[float]]:
    """The reps and how strongly each draws customers."""
    reps = [p for p in people.values() if p.role == Role.REP]
    others = len(reps) - 2
    each = (1 - _SHARE_OF_LOGINS) / others if others else 0.0
    own = _SHARE_OF_LOGINS / 2
    return reps, [own if rep.username in ("rep1", "rep2") else each for rep in reps]
