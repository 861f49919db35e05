"""Reading everything as it was at one moment."""

from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def steady():
    """Everything read inside is as it was at one moment, and nobody waits for the reader.

    In a transaction already it is the caller's: in tests, and where the demonstration is loaded.
    """
    if connection.in_atomic_block:
        yield
        return
    database: Any = connection
    mode = getattr(database, "transaction_mode", None)
    if connection.vendor == "sqlite":
        database.transaction_mode = "DEFERRED"  # a reader keeps no writer waiting
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        if connection.vendor == "sqlite":
            database.transaction_mode = mode
