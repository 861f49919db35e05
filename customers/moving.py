"""What moves when one customer's file is merged into another: each app says it of its rows in its ``merging.py``.

Rows with a customer are entered by ``moves`` or, where they must stay as they are, by ``stays``; a test finds those
that nobody entered. What has to be counted anew once everything has moved is done ``after_merge``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from core.locks import lock_row, lock_rows, rank
from core.protections import Protection, protect
from customers.models import Contact, Customer

CUSTOMERS, MERGES = "customers_customer", "customers_customermerge"


@dataclass(frozen=True)
class Joining:
    """Two files on their way to be one, both locked: ``merged`` goes into ``into``."""

    merged: Customer
    into: Customer
    by: User
    # Contacts of the merged file who stand in the other one too, by their key: the contact who stays.
    same_person: dict[int, Contact] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What is written wherever something ends with the merged file."""
        return _("%(old)s was merged into %(new)s.") % {"old": self.merged.number, "new": self.into.number}


Move = Callable[[QuerySet, Joining], None]


@dataclass(frozen=True)
class Mover:
    """The rows of a model that have a customer in ``field``: how they move, and the name of their lock."""

    model: type[Model]
    field: str
    lock: str
    move: Move
    # Whether people are told how many there are.
    counted: bool

    def rows(self, customer: Customer) -> QuerySet:
        return self.model._base_manager.filter(**{self.field: customer})

    def run(self, joining: Joining) -> None:
        """Locks the rows of both files, because those of the one that stays are written too; then moves them."""
        both = {f"{self.field}__in": (joining.merged, joining.into)}
        lock_rows(self.model._base_manager.filter(**both).only("pk"))
        self.move(self.rows(joining.merged), joining)
        self.rows(joining.merged).update(**{self.field: joining.into})


MOVERS: list[Mover] = []
#: Rows that stay with the merged file: (model, field) → why.
STAYING: dict[tuple[type[Model], str], str] = {}
AFTERWARDS: list[Callable[[Joining], None]] = []


def moved_otherwise(column: str = "customer_id") -> str:
    """SQL for a trigger: the row changes its customer in another way than along a merge that is recorded."""
    recorded = f"SELECT 1 FROM {MERGES} m WHERE m.merged_id = OLD.{column} AND m.into_id = NEW.{column}"
    return f"(NEW.{column} <> OLD.{column} AND NOT EXISTS ({recorded}))"


def moves(model: type[Model], lock: str, *, field: str = "customer", counted: bool = True, fixed: bool = True):
    """Enters the rows of a model; the function says what happens to them before they change their customer.

    The database takes no new row for a merged file, and (``fixed``) no other customer for one that is there.
    """
    table, column = model._meta.db_table, f"{field}_id"
    gone = f"(SELECT c.merged_into_id FROM {CUSTOMERS} c WHERE c.id = NEW.{column}) IS NOT NULL"
    taken = Protection(f"guard_{table}_{field}_lives", table, "INSERT", gone, "a merged file takes nothing new")
    otherwise = f"{model._meta.label_lower} changes its customer only with a merge"
    protect(taken)
    if fixed:
        protect(Protection(f"guard_{table}_{field}_stays", table, "UPDATE", moved_otherwise(column), otherwise))

    def enter(move: Move) -> Move:
        MOVERS.append(Mover(model, field, lock, move, counted))
        return move

    return enter


def as_they_are(rows: QuerySet, joining: Joining) -> None:
    """Nothing of the rows changes but their customer."""


def stays(model: type[Model], field: str, why: str) -> None:
    """Enters rows that stay with the merged file."""
    STAYING[model, field] = why


def after_merge(do: Callable[[Joining], None]) -> Callable[[Joining], None]:
    """Enters what is done once everything has moved, under the locks of both files."""
    AFTERWARDS.append(do)
    return do


def in_lock_order() -> list[Mover]:
    """What moves, in the order in which rows are locked."""
    return sorted(MOVERS, key=lambda mover: rank(mover.lock))


def what_moves(customer: Customer) -> list[tuple[Mover, int]]:
    """What hangs on a file, and how many of each; nothing of which there is none."""
    found = [(mover, mover.rows(customer).count()) for mover in MOVERS if mover.counted]
    return [(mover, number) for mover, number in found if number]


# ---- for whoever locks a customer ------------------------------------------------------------------------------------


def refuse_merged(customer: Customer) -> None:
    """Raises ValidationError with a sentence when the file was merged into another one; call it under its lock."""
    if customer.merged_into_id:
        raise ValidationError(customer.why_merged)


def lock_customer_of(row: Model) -> Customer:
    """Locks the customer of a row that was read before: the one that it has now, should a merge have moved it."""
    held = lock_row(Customer, row.customer_id)  # type: ignore[attr-defined]
    return lock_row(Customer, held.merged_into_id) if held.merged_into_id else held
