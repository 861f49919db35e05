"""Very many rows at once: keys handed out beforehand, values made ready outside, and then one brief write per table.

Nothing happens by the way: no signals, no ``save``, no ``auto_now``. The database's own constraints and protections
look at every row.
"""

import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from tempfile import TemporaryFile
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, reset_queries, transaction
from django.db.models import Field, JSONField, Model
from django.db.models.base import ModelState
from django.db.models.fields import NOT_PROVIDED

from core.text_key import KeyField

_RESERVE = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
_KEYS_AT_ONCE = 1000
_M = TypeVar("_M", bound=Model)


# ---- keys ------------------------------------------------------------------------------------------------------------


def reserve_keys(model: type[Model], count: int) -> list[int]:
    """Primary keys that nobody else will get, so that rows can point at each other before they are written.

    Those that are not used in the end leave a gap, which no key minds.
    """
    if not count:
        return []
    table = model._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_RESERVE, [table, count])
            return [key for (key,) in cursor.fetchall()]
        # SQLite keeps the last key of a table in a table of its own, which has no row before the first key.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        if found is None:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, 0)", [table])
        last = (found[0] if found else 0) + count
        cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last, table])
    return list(range(last - count + 1, last + 1))


def keys_of(
    model: type[Model], at_once: int = _KEYS_AT_ONCE, before: Callable[[], None] = lambda: None
) -> Iterator[int]:
    """Endlessly many keys of a model, ``at_once`` reserved together; ``before`` is called before each of these."""
    while True:
        before()
        yield from reserve_keys(model, at_once)


# ---- rows ------------------------------------------------------------------------------------------------------------


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


def rows_by_key(model: type[_M], keys: Iterable[int]) -> list[_M]:
    """Rows of which only the key is known, without asking the database for them."""
    return [model.from_db(DEFAULT_DB_ALIAS, ["id"], [key]) for key in keys]


# ---- writing ---------------------------------------------------------------------------------------------------------


class Batch:
    """Rows of one model made ready for the database and kept in a file, so that memory does not grow with their number.

    Add them outside of any transaction, ``write`` them in one. Those of one batch all have a key, or none has one.
    """

    def __init__(self, rows: Iterable[Model] = ()):
        self.count = 0
        self._file = TemporaryFile()  # noqa: SIM115, lives as long as the batch
        self._table: _Table | None = None
        self.add(list(rows))

    def add(self, rows: Sequence[Model]) -> None:
        """More rows of the same model; what becomes of them later is not noticed."""
        if not rows:
            return
        if self._table is None:
            self._table = _Table(rows[0])
        self.count += len(rows)
        pickle.dump(self._table.values_of(rows), self._file, pickle.HIGHEST_PROTOCOL)

    def write(self) -> None:
        """Inserts every row. Raises IntegrityError or DataError when the database refuses one."""
        if self._table is None:
            return
        self._file.seek(0)
        self._table.insert(self._added())

    def _added(self) -> Iterator[list[list[Any]]]:
        left = self.count
        while left:
            rows = pickle.load(self._file)
            left -= len(rows)
            yield rows


def write_rows(rows: Sequence[Model]) -> None:
    """Writes rows of one model as they are, at once. Raises as ``Batch.write``."""
    if rows:
        table = _Table(rows[0])
        table.insert([table.values_of(rows)])


class _Table:
    """How rows of a model become those of its table."""

    def __init__(self, row: Model):
        fields = [f for f in row._meta.concrete_fields if not f.primary_key or row.pk is not None]
        quote = connection.ops.quote_name
        columns = ", ".join(quote(field.column or "") for field in fields)
        self._target = f"{quote(row._meta.db_table)} ({columns})"
        self._marks = ", ".join(["%s"] * len(fields))
        self._names = [field.attname for field in fields]
        # A driver of PostgreSQL knows all other values as they are.
        self._prepared = [
            (place, field.get_db_prep_save)
            for place, field in enumerate(fields)
            if connection.vendor != "postgresql" or isinstance(field, JSONField)
        ]
        self._created = [field for field in fields if getattr(field, "auto_now_add", False)]
        self._keys = [field for field in fields if isinstance(field, KeyField)]

    def values_of(self, rows: Iterable[Model]) -> list[list[Any]]:
        return [self._values(row) for row in rows]

    def _values(self, row: Model) -> list[Any]:
        for field in self._created:
            if row.__dict__.get(field.attname) is None:
                field.pre_save(row, True)
        for key in self._keys:
            key.pre_save(row, True)
        values = [row.__dict__[name] for name in self._names]
        for place, prepare in self._prepared:
            values[place] = prepare(values[place], connection)
        return values

    def insert(self, batches: Iterable[list[list[Any]]]) -> None:
        """One COPY on PostgreSQL, a prepared INSERT of each batch of rows on SQLite."""
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with connection.wrap_database_errors, cursor.copy(f"COPY {self._target} FROM STDIN") as copy:
                    for rows in batches:
                        for values in rows:
                            copy.write_row(values)
            else:
                for rows in batches:
                    cursor.executemany(f"INSERT INTO {self._target} VALUES ({self._marks})", rows)
        reset_queries()  # with DEBUG every statement is kept
