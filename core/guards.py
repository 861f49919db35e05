"""Triggers that keep what must never be wrong, on PostgreSQL and on SQLite.

Each app lists its ``Guard`` objects in ``<app>/guards.py`` and registers them in ``apps.py:ready()``. They are dropped
before migrations and made again after them (a SQLite table rebuild loses triggers, PostgreSQL refuses to alter their
columns), and a system check misses none.
"""

from dataclasses import dataclass

from django.db import connections

from core import registries

_REFUSED = "guard"


@dataclass(frozen=True)
class Guard:
    """One trigger: refuses ``events`` on rows of ``table`` where ``condition`` holds.

    ``condition`` is SQL over OLD and NEW that both databases understand; ``sentence`` is what the refusal says.
    """

    name: str
    table: str
    event: str  # "INSERT", "UPDATE" or "DELETE"
    condition: str
    sentence: str

    def create_sql(self, vendor: str) -> list[str]:
        return _create_postgresql(self) if vendor == "postgresql" else _create_sqlite(self)

    def drop_sql(self, vendor: str) -> list[str]:
        if vendor == "postgresql":
            return [f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}", f"DROP FUNCTION IF EXISTS {self.name}()"]
        return [f"DROP TRIGGER IF EXISTS {self.name}"]


def _create_postgresql(guard: Guard) -> list[str]:
    row = "OLD" if guard.event == "DELETE" else "NEW"
    return [
        f"CREATE OR REPLACE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN "
        f"IF {guard.condition} THEN RAISE EXCEPTION '{_REFUSED}: {guard.sentence}' USING ERRCODE = '23514'; END IF; "
        f"RETURN {row}; END $guard$",
        f"DROP TRIGGER IF EXISTS {guard.name} ON {guard.table}",
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {guard.name}()",
    ]


def _create_sqlite(guard: Guard) -> list[str]:
    condition = guard.condition.replace("IS DISTINCT FROM", "IS NOT")
    return [
        f"DROP TRIGGER IF EXISTS {guard.name}",
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} FOR EACH ROW WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}: {guard.sentence}'); END",
    ]


def append_only(table: str, what: str) -> list[Guard]:
    """The two guards of a table whose rows are never changed and never deleted."""
    sentence = f"{what} are never changed or deleted"
    return [
        Guard(f"guard_{table}_no_update", table, "UPDATE", "1 = 1", sentence),
        Guard(f"guard_{table}_no_delete", table, "DELETE", "1 = 1", sentence),
    ]


def _execute(alias: str, statements_of: str) -> None:
    connection = connections[alias]
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for guard in registries.guards:
            if guard.table in tables:
                for statement in getattr(guard, statements_of)(connection.vendor):
                    cursor.execute(statement)


def create_all(alias: str = "default") -> None:
    """Makes every registered guard whose table exists; running it again changes nothing."""
    _execute(alias, "create_sql")


def drop_all(alias: str = "default") -> None:
    """Drops every registered guard; used before migrations and before a test database is flushed."""
    _execute(alias, "drop_sql")


def present(alias: str = "default") -> set[str]:
    """The names of all triggers in the database."""
    connection = connections[alias]
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name for (name,) in cursor.fetchall()}


def missing(alias: str = "default") -> list[str]:
    """The registered guards that the database lacks although their table exists."""
    tables, names = set(connections[alias].introspection.table_names()), present(alias)
    return [guard.name for guard in registries.guards if guard.table in tables and guard.name not in names]


def drop_before_migrate(sender, using, **kwargs):
    """Receiver of pre_migrate; it is sent once per app, the first one drops all."""
    if sender.name == "core":
        drop_all(using)


def create_after_migrate(sender, using, **kwargs):
    """Receiver of post_migrate, sent once per app after all migrations ran."""
    if sender.name == "core":
        create_all(using)
