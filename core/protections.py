"""Triggers that keep what must never be wrong, on PostgreSQL and on SQLite.

Each app lists its ``Protection`` objects in ``<app>/protections.py``. They are dropped before migrations and made again
after them (a SQLite table rebuild loses triggers, PostgreSQL refuses to alter their columns), and a system check misses
none, also none that is switched off or does something else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from django.db import connections

from core import registries

_REFUSED = "guard"


@dataclass(frozen=True)
class Protection:
    """One trigger: refuses ``events`` on rows of ``table`` where ``condition`` holds.

    ``condition`` is SQL over OLD and NEW that both databases understand; ``sentence`` is what the refusal says.
    """

    name: str
    table: str
    event: str  # "INSERT", "UPDATE" or "DELETE"
    condition: str
    sentence: str

    def create_sql(self, vendor: str) -> list[str]:
        if vendor == "postgresql":
            return [
                f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN "
                f"IF {self.condition} THEN "
                f"RAISE EXCEPTION '{_REFUSED}: {self.sentence}' USING ERRCODE = '23514'; END IF; "
                f"RETURN {'OLD' if self.event == 'DELETE' else 'NEW'}; END $guard$",
                f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}",
                f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} "
                f"FOR EACH ROW EXECUTE FUNCTION {self.name}()",
            ]
        condition = self.condition.replace("IS DISTINCT FROM", "IS NOT")
        return [
            f"DROP TRIGGER IF EXISTS {self.name}",
            f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} "
            f"FOR EACH ROW WHEN {condition} BEGIN SELECT RAISE(ABORT, '{_REFUSED}: {self.sentence}'); END",
        ]

    def drop_sql(self, vendor: str) -> list[str]:
        if vendor == "postgresql":
            return [f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}", f"DROP FUNCTION IF EXISTS {self.name}()"]
        return [f"DROP TRIGGER IF EXISTS {self.name}"]


class Trigger(Protocol):
    """What is made in the database: a ``Protection``, or a trigger with a purpose of its own."""

    @property
    def name(self) -> str: ...

    @property
    def table(self) -> str: ...

    def create_sql(self, vendor: str) -> list[str]: ...

    def drop_sql(self, vendor: str) -> list[str]: ...


def protect(*triggers: Trigger) -> None:
    """Has the triggers made in the database."""
    registries.protections.extend(triggers)


def changed(columns: Sequence[str]) -> str:
    """The condition that one of the row's columns gets another value."""
    return "(" + " OR ".join(f'NEW."{c}" IS DISTINCT FROM OLD."{c}"' for c in columns) + ")"


def append_only(table: str, what: str) -> list[Protection]:
    """The two protections of a table whose rows are never changed and never deleted."""
    sentence = f"{what} are never changed or deleted"
    return [
        Protection(f"guard_{table}_no_update", table, "UPDATE", "1 = 1", sentence),
        Protection(f"guard_{table}_no_delete", table, "DELETE", "1 = 1", sentence),
    ]


@dataclass(frozen=True)
class NoTruncate:
    """Refuses to empty a table at one go, alone or by CASCADE: row triggers never see that. Only PostgreSQL can."""

    table: str

    @property
    def name(self) -> str:
        return f"guard_{self.table}_no_truncate"

    def create_sql(self, vendor: str) -> list[str]:
        if vendor != "postgresql":
            return []
        return [
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN "
            f"RAISE EXCEPTION '{_REFUSED}: {self.table} is never emptied' USING ERRCODE = '23514'; END $guard$",
            f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}",
            f"CREATE TRIGGER {self.name} BEFORE TRUNCATE ON {self.table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {self.name}()",
        ]

    def drop_sql(self, vendor: str) -> list[str]:
        if vendor != "postgresql":
            return []
        return [f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}", f"DROP FUNCTION IF EXISTS {self.name}()"]


def all_triggers() -> list[Trigger]:
    """What apps registered, and for each table that they guard the one against emptying it."""
    guarded = sorted({each.table for each in registries.protections if isinstance(each, Protection)})
    return [*registries.protections, *(NoTruncate(table) for table in guarded)]


def _execute(alias: str, statements_of: str) -> None:
    connection = connections[alias]
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for trigger in all_triggers():
            if trigger.table in tables:
                for statement in getattr(trigger, statements_of)(connection.vendor):
                    cursor.execute(statement)


def create_all(alias: str = "default") -> None:
    """Makes every trigger whose table exists; running it again changes nothing."""
    _execute(alias, "create_sql")


def drop_all(alias: str = "default") -> None:
    """Drops every trigger of ours; used before migrations and before a test database is flushed."""
    _execute(alias, "drop_sql")


# A trigger and what it does: on PostgreSQL it can be switched off, and its function written anew.
_ON_POSTGRESQL = """
    SELECT t.tgname, t.tgenabled IN ('O', 'A'), p.prosrc, pg_get_triggerdef(t.oid)
    FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal
"""
_ON_SQLITE = "SELECT name, 1, sql, '' FROM sqlite_master WHERE type = 'trigger'"


def present(alias: str = "default") -> dict[str, tuple[bool, str, str]]:
    """All triggers in the database by name: whether each is switched on, what it does, and when."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        cursor.execute(_ON_POSTGRESQL if connection.vendor == "postgresql" else _ON_SQLITE)
        return {name: (bool(is_on), does, when) for name, is_on, does, when in cursor.fetchall()}


def missing(alias: str = "default") -> list[str]:
    """The triggers that do not protect, although their table exists: gone, switched off, or not what we made."""
    connection = connections[alias]
    tables, found = set(connection.introspection.table_names()), present(alias)
    wanted = [each for each in all_triggers() if each.table in tables and each.create_sql(connection.vendor)]
    return [each.name for each in wanted if not _protects(each, found.get(each.name), connection.vendor)]


def _protects(trigger: Trigger, found: tuple[bool, str, str] | None, vendor: str) -> bool:
    if found is None or not found[0]:
        return False
    *_others, last = made = trigger.create_sql(vendor)
    if vendor != "postgresql":
        return found[1] == last
    body = made[0].split("$")[2]  # $guard$ … $guard$
    event = last.split(" ON ")[0].split()[-2:]  # BEFORE UPDATE
    return found[1] == body and f"{' '.join(event)} ON " in found[2] and " WHEN " not in found[2]


def drop_before_migrate(sender, using, **kwargs):
    """Receiver of pre_migrate; it is sent once per app, the first one drops all."""
    if sender.name == "core":
        drop_all(using)


def create_after_migrate(sender, using, **kwargs):
    """Receiver of post_migrate, sent once per app after all migrations ran."""
    if sender.name == "core":
        create_all(using)


protect(
    *append_only("core_event", "events"),
    *append_only("core_attachment", "files"),
    *append_only("core_closedmonth", "closed months"),
    *append_only("core_historycheck", "history checks"),
    Protection(
        "guard_counter_no_way_back",
        "core_counter",
        "UPDATE",
        "NEW.value < OLD.value OR NEW.series <> OLD.series",
        "a serial number is never given twice",
    ),
    Protection("guard_counter_no_delete", "core_counter", "DELETE", "1 = 1", "a serial number is never given twice"),
    Protection(
        "guard_link_stays_as_made",
        "core_privatelink",
        "UPDATE",
        changed(["digest", "purpose", "subject_type_id", "subject_id", "made_by_id", "made_at", "expires_at"])
        + ' OR OLD."revoked_at" IS NOT NULL AND '
        + changed(["revoked_at", "revoked_by_id"]),
        "a private link stays as it was made, and revoked once it is",
    ),
    Protection("guard_link_is_kept", "core_privatelink", "DELETE", "1 = 1", "private links are never deleted"),
)
