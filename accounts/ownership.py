"""Whose a row is: the owner and the owner's team stand on it, for rights and lists, and move with the owner."""

from dataclasses import dataclass, field

from django.db.models import Model, Q, QuerySet

from accounts.models import Team, User
from core import registries
from core.locks import lock_rows, rank


@dataclass(frozen=True)
class Owned:
    """The rows of a model that carry their owner in the field ``owner`` and the owner's team in ``team``.

    ``finished`` are those that stay in the team that did them when their owner leaves it. Rows that hang on a record
    of ``parent``, which ``path`` leads to, belong to whoever owns it.
    """

    model: type[Model]
    owner: str
    finished: Q = field(default_factory=Q)
    parent: type[Model] | None = None
    path: str = ""

    @property
    def lock(self) -> str:
        """The name of the rows' lock in ``settings.LOCK_ORDER``."""
        machine = registries.machines.get(self.model._meta.label)
        return machine.own_lock if machine else str(self.model._meta.model_name)

    def follow_person(self, user: User, team: Team | None) -> None:
        """Moves the unfinished rows of a person who changes to another team along with them."""
        mine = self.model._default_manager.filter(**{self.owner: user})
        _write(mine.exclude(self.finished) if self.finished else mine, team=team)

    def follow_parent(self, record) -> None:
        """Hands the rows of a record, finished ones too, to its new owner; without one they stay where they are."""
        if self.parent and isinstance(record, self.parent) and record.owner:  # type: ignore[attr-defined]
            rows = self.model._default_manager.filter(**{self.path: record})
            _write(rows, **{self.owner: record.owner, "team": record.owner.team})  # type: ignore[attr-defined]


def owned(model: type[Model], owner: str, **how) -> Owned:
    """Makes the rows follow their owner from team to team, and the record that they hang on from owner to owner."""
    rows = Owned(model, owner, **how)
    registries.owned.append(rows)
    return rows


def move_along(user: User) -> None:
    """Moves what is a person's to the team that is theirs now; in the transaction that moves them."""
    for rows in in_lock_order():
        rows.follow_person(user, user.team)


def hand_over(*records) -> None:
    """Hands what hangs on records to their new owners; in the transaction that changes them, under their locks."""
    for rows in in_lock_order():
        for record in records:
            rows.follow_parent(record)


def following(*records) -> list[tuple[str, int]]:
    """What a change of the owner of records of one kind takes along: the name of each kind, and how many."""
    kinds = [rows for rows in registries.owned if rows.parent and records and isinstance(records[0], rows.parent)]
    found = [(rows, rows.model._default_manager.filter(**{f"{rows.path}__in": records}).count()) for rows in kinds]
    return [(str(rows.model._meta.verbose_name_plural), number) for rows, number in found if number]


def in_lock_order() -> list[Owned]:
    """What follows its owner, in the order in which rows are locked. Raises ValueError for a lock without a place."""
    return sorted(registries.owned, key=lambda rows: rank(rows.lock))


def _write(rows: QuerySet, **values) -> None:
    """Locks the rows one after the other by key, as everybody does, and then writes them in one statement."""
    lock_rows(rows.only("pk"))
    rows.update(**values)
