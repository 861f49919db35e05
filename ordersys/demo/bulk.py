"""Writing very many rows: keys handed out beforehand, then a COPY on PostgreSQL, a prepared INSERT on SQLite.

Nothing is filled in by the way (no auto_now, no signals), and the database's own protections look at every row.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model

from core.bulk import write_rows

#: Lists of rows that are made before their turn to be written comes: two batches of orders with their tables.
_AHEAD = 24


class Writer:
    """Writes rows while the next ones are being made: PostgreSQL works on one batch, Python on another.

    Inside of its ``with`` the rows are written in their order by a thread that uses the caller's connection, so that
    the caller calls ``wait`` before it asks the database for anything. On SQLite they are written at once.
    """

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._under_way: deque[Future] = deque()

    def __enter__(self) -> "Writer":
        if connection.vendor == "postgresql":
            shared = connections[DEFAULT_DB_ALIAS]
            shared.inc_thread_sharing()
            self._pool = ThreadPoolExecutor(1, initializer=connections.__setitem__, initargs=(DEFAULT_DB_ALIAS, shared))
        return self

    def __exit__(self, failure, *more) -> None:
        pool, self._pool = self._pool, None
        try:
            if failure is None:
                self.wait()
        finally:
            if pool:
                pool.shutdown(cancel_futures=True)
                connections[DEFAULT_DB_ALIAS].dec_thread_sharing()

    def write(self, rows: Sequence[Model]) -> None:
        """As ``core.bulk.write_rows``; what goes wrong is raised here or by a later call."""
        if self._pool is None:
            write_rows(rows)
            return
        self._under_way.append(self._pool.submit(write_rows, rows))
        if len(self._under_way) > _AHEAD:
            self._under_way.popleft().result()

    def wait(self) -> None:
        """Returns when everything is written."""
        while self._under_way:
            self._under_way.popleft().result()


@contextmanager
def indexes_afterwards(models: Iterable[type[Model]], but: Iterable[str] = ()) -> Iterator[None]:
    """Takes the tables' indexes away and makes them again at the end, which costs a fraction of keeping them up.

    Unique ones stay, and those named in ``but``. The tables are locked until the caller's transaction ends; a rollback
    brings back everything. Only PostgreSQL gains by it.

    Of a table whose rows are updated meanwhile, one index over an updated column must stay: without any, PostgreSQL
    chains the versions of a row, and the indexes made over such chains are not used before this transaction is over.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES, [[model._meta.db_table for model in models], list(but)])
        found = cursor.fetchall()
        for name, _definition in found:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
    yield
    with connection.cursor() as cursor:
        for _name, definition in found:
            cursor.execute(definition)


_INDEXES = """
    SELECT made.relname, pg_get_indexdef(made.oid)
    FROM pg_index AS kept
    JOIN pg_class AS made ON made.oid = kept.indexrelid
    JOIN pg_class AS of_table ON of_table.oid = kept.indrelid
    WHERE of_table.relname = ANY(%s) AND NOT kept.indisunique
        AND made.relname <> ALL(%s) AND pg_table_is_visible(of_table.oid)
    ORDER BY made.relname
"""


def check_at_once() -> None:
    """Lets PostgreSQL check references after each statement: until the commit it would remember millions of them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def take_stock_of_tables() -> None:
    """Tells the database how large its tables have become, so that it plans its queries well from the first one on."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
