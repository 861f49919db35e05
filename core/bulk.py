"""Very many rows at once: keys handed out beforehand, values made ready outside, and then one brief write per table.

Nothing happens by the way: no signals, no ``save``. The database's own constraints and guards look at every row.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Field, JSONField, Model

_RESERVE = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"


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
        last = _raise_sequence(cursor, table, count)
    return list(range(last - count + 1, last + 1))


def _raise_sequence(cursor, table: str, count: int) -> int:
    """SQLite keeps the last key of a table in a table of its own, which has no row before the first key."""
    cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
    found = cursor.fetchone()
    if found is None:
        cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, 0)", [table])
    last = (found[0] if found else 0) + count
    cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last, table])
    return last


class Batch:
    """Rows of one model with their keys, made ready for the database; ``write`` them in a transaction."""

    def __init__(self, rows: Iterable[Model]):
        rows = list(rows)
        self.count = len(rows)
        self.target, self.marks = "", ""
        self.values: list[Sequence[Any]] = []
        if rows:
            fields = list(rows[0]._meta.concrete_fields)
            columns = ", ".join(connection.ops.quote_name(field.column or "") for field in fields)
            self.target = f"{connection.ops.quote_name(rows[0]._meta.db_table)} ({columns})"
            self.marks = ", ".join(["%s"] * len(fields))
            readers = [_reader(field) for field in fields]
            self.values = [[read(row) for read in readers] for row in rows]

    def write(self) -> None:
        """Inserts every row. Raises IntegrityError when the database refuses one."""
        if not self.count:
            return
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {self.target} FROM STDIN") as copy:
                    for values in self.values:
                        copy.write_row(values)
            else:
                cursor.executemany(f"INSERT INTO {self.target} VALUES ({self.marks})", self.values)


def _reader(field: Field) -> Callable[[Model], Any]:
    """What becomes of a field's value on its way into the database; a date of creation is set here too."""
    name, prepare = field.attname, field.get_db_prep_save
    if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False):
        return lambda row: prepare(field.pre_save(row, True), connection)
    if connection.vendor == "postgresql" and not isinstance(field, JSONField):
        return lambda row: row.__dict__[name]
    return lambda row: prepare(row.__dict__[name], connection)
