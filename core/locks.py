"""Row locks in one global order, so that two transactions can never wait for each other in a circle.

The order is ``settings.LOCK_ORDER``. Lock what is scarce, late, before you check it.
"""

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet


def rank(name: str) -> int:
    """The place of a lock in the global order. Raises ValueError for a name that the order does not have."""
    return settings.LOCK_ORDER.index(name)


def lock_rows(queryset: QuerySet) -> list:
    """Locks the rows until the transaction ends, by ascending key, and returns them as they are under the lock.

    ``no_key`` lets others insert children meanwhile. On SQLite the transaction itself is the lock (BEGIN IMMEDIATE).
    """
    assert connection.in_atomic_block, "A lock outside a transaction protects nothing."
    return list(queryset.order_by("pk").select_for_update(no_key=True, of=("self",)))


def lock_row(model, pk):
    """One row of a model under its lock. Raises ``model.DoesNotExist``."""
    rows = lock_rows(model._base_manager.filter(pk=pk))
    if not rows:
        raise model.DoesNotExist(f"{model.__name__} {pk} does not exist.")
    return rows[0]
