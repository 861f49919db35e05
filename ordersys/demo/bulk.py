"""Writing very many rows: keys handed out beforehand, then a COPY on PostgreSQL, a prepared INSERT on SQLite.

Nothing is filled in by the way (no auto_now, no signals), and the database's own guards look at every row.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from itertools import count
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, reset_queries
from django.db.models import Field, JSONField, Model
from django.db.models.base import ModelState
from django.db.models.fields import NOT_PROVIDED

_AT_ONCE = 1000
#: Lists of rows that are made before their turn to be written comes: two batches of orders with their tables.
_AHEAD = 24
_M = TypeVar("_M", bound=Model)


def keys_of(model: type[Model], at_once: int = _AT_ONCE, before: Callable[[], None] = lambda: None) -> Iterator[int]:
    """Free primary keys of a model, rising, so that rows can point at each other before they are written.

    Take them in one transaction; on SQLite that transaction keeps everybody else from writing. ``before`` is called
    each time the database is asked for ``at_once`` more.
    """
    return _keys_from_sequence(model, at_once, before) if connection.vendor == "postgresql" else _keys_above(model)


def _keys_from_sequence(model: type[Model], at_once: int, before: Callable[[], None]) -> Iterator[int]:
    query = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
    while True:
        before()
        with connection.cursor() as cursor:
            cursor.execute(query, [model._meta.db_table, at_once])
            keys = [key for (key,) in cursor.fetchall()]
        yield from keys


def _keys_above(model: type[Model]) -> Iterator[int]:
    last = model._base_manager.order_by("-pk").values_list("pk", flat=True).first()
    yield from count((last or 0) + 1)


def new_row(model: type[_M], **values) -> _M:
    """As ``model(**values)``, much sooner; values by column (``id``, ``order_id``), none is converted."""
    constant, computed = _defaults_of(model)
    row = model.__new__(model)
    row._state = ModelState()
    row.__dict__.update(constant)
    row.__dict__.update((name, default()) for name, default in computed if name not in values)
    row.__dict__.update(values)
    return row


@cache
def _defaults_of(model: type[Model]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """What a new row begins with, by column: the same for each, or found anew for each."""
    fields = model._meta.concrete_fields
    computed = [(field.attname, field.get_default) for field in fields if _is_computed(field)]
    return {field.attname: field.get_default() for field in fields if not _is_computed(field)}, computed


def _is_computed(field: Field) -> bool:
    return field.default is not NOT_PROVIDED and callable(field.default)


def pour(rows: Sequence[Model]) -> None:
    """Writes rows of one model as they are; those of one call all have a key, or none has one."""
    if not rows:
        return
    fields = [f for f in rows[0]._meta.concrete_fields if not f.primary_key or rows[0].pk is not None]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(rows[0]._meta.db_table)
    write = _copy if connection.vendor == "postgresql" else _insert
    write(rows, fields, f"{table} ({columns})")
    reset_queries()  # with DEBUG every statement is kept


def _copy(rows: Sequence[Model], fields: list, target: str) -> None:
    names = [field.attname for field in fields]
    documents = [(place, field) for place, field in enumerate(fields) if isinstance(field, JSONField)]
    wrapped = connection.wrap_database_errors
    with connection.cursor() as cursor, wrapped, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            kept = row.__dict__
            values = [kept[name] for name in names]
            for place, field in documents:
                values[place] = field.get_db_prep_save(values[place], connection)
            copy.write_row(values)


def _insert(rows: Sequence[Model], fields: list, target: str) -> None:
    prepare = [(field.attname, field.get_db_prep_save) for field in fields]
    marks = ", ".join(["%s"] * len(fields))
    values = [[prepared(getattr(row, name), connection) for name, prepared in prepare] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {target} VALUES ({marks})", values)


class Pourer:
    """Writes rows while the next ones are being made: PostgreSQL works on one batch, Python on another.

    Inside of its ``with`` the rows are written in their order by a thread that uses the caller's connection, so that
    the caller calls ``wait`` before it asks the database for anything. On SQLite they are written at once.
    """

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._under_way: deque[Future] = deque()

    def __enter__(self) -> "Pourer":
        if connection.vendor == "postgresql":
            shared = connections[DEFAULT_DB_ALIAS]
            shared.inc_thread_sharing()
            self._pool = ThreadPoolExecutor(1, initializer=_use, initargs=(shared,))
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

    def pour(self, rows: Sequence[Model]) -> None:
        """As the function ``pour``; what goes wrong is raised here or by a later call."""
        if self._pool is None:
            pour(rows)
            return
        self._under_way.append(self._pool.submit(pour, rows))
        if len(self._under_way) > _AHEAD:
            self._under_way.popleft().result()

    def wait(self) -> None:
        """Returns when everything is written."""
        while self._under_way:
            self._under_way.popleft().result()


def _use(shared) -> None:
    connections[DEFAULT_DB_ALIAS] = shared


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
