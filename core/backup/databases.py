"""One consistent copy of a database in a file, and back: SQLite copies itself, PostgreSQL by its client programs."""

import os
import shutil
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

from django.db import connections

from core.backup import NotPossible

_PATIENCE = 20  # seconds to wait for a lock that somebody holds

# Everything of ours in the schema; what an extension brought stays. Functions go last, triggers need them.
_DROP_ALL = """
DO $drop$ DECLARE each record; BEGIN
  FOR each IN SELECT c.oid::regclass AS name FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
  LOOP EXECUTE format('DROP TABLE IF EXISTS %s CASCADE', each.name); END LOOP;
  FOR each IN SELECT p.oid::regprocedure AS name FROM pg_proc p
    WHERE p.pronamespace = current_schema()::regnamespace AND p.prokind = 'f'
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
  LOOP EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', each.name); END LOOP;
END $drop$;
"""


def is_empty(alias: str) -> bool:
    """Whether the database has no table at all."""
    return not connections[alias].introspection.table_names()


def version(alias: str) -> str:
    """Name and version of the database server, e.g. ``postgresql 15.8``."""
    connection = connections[alias]
    return f"{connection.vendor} {'.'.join(str(part) for part in connection.get_database_version())}"


def dump(alias: str, path: Path) -> None:
    """Copies the database as it is at one moment into a new file, while others go on working.

    Raises:
        NotPossible: when the database or a program that is needed does not do it.
    """
    if connections[alias].vendor == "postgresql":
        plain = ("--format=custom", "--no-owner", "--no-privileges", "--no-comments")
        _run_client(alias, "pg_dump", *plain, f"--file={path}")
        return
    # Page by page in one step: VACUUM INTO would need every function that Django lends to SQLite.
    try:
        with closing(_open_sqlite(alias)) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target, progress=_Patience())
    except sqlite3.Error as problem:
        raise NotPossible(f"SQLite could not copy the database: {problem}") from problem
    # Damage is better said on the day of the backup than on the day it is needed.
    copy = connections[alias].copy()
    copy.settings_dict["NAME"] = str(path)
    with closing(copy), copy.cursor() as cursor:
        verdict = cursor.execute("PRAGMA integrity_check").fetchone()[0]
    if verdict != "ok":
        raise NotPossible(f"The database is damaged: {verdict}")


def load(alias: str, path: Path) -> None:
    """Makes the database what the file says: all of it, or nothing when that fails.

    Raises:
        NotPossible: when the file is broken, somebody works on the database, or a program is missing.
    """
    connections[alias].close()
    if connections[alias].vendor == "postgresql":
        script = path.with_name("database.sql")
        program = shutil.which("pg_restore") or "pg_restore"
        _run([program, "--no-owner", "--no-privileges", f"--file={script}", str(path)])
        # What was there goes and what comes stays in one transaction: when it fails, nothing has happened.
        quietly = ("--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1", "--single-transaction")
        first = f"SET lock_timeout = '{_PATIENCE}s'; SET client_min_messages = warning; {_DROP_ALL}"
        _run_client(alias, "psql", *quietly, f"--command={first}", f"--file={script}")
    else:
        try:
            with closing(sqlite3.connect(path)) as source, closing(_open_sqlite(alias)) as target:
                source.backup(target, progress=_Patience())
        except sqlite3.Error as problem:
            raise NotPossible(f"SQLite could not take the database back: {problem}. Is the site stopped?") from problem
    with connections[alias].cursor() as cursor:
        cursor.execute("ANALYZE")  # or the first hours after it are slow


# --- SQLite ----------------------------------------------------------------------------------------------------------


def _open_sqlite(alias: str) -> sqlite3.Connection:
    name = str(connections[alias].settings_dict["NAME"])
    return sqlite3.connect(name, timeout=_PATIENCE, uri=name.startswith("file:"), isolation_level=None)


class _Patience:
    """Called at every attempt to copy; SQLite itself would wait for a lock for ever."""

    def __init__(self):
        self.until = time.monotonic() + _PATIENCE

    def __call__(self, status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > self.until:
            raise sqlite3.OperationalError("somebody keeps the database locked")


# --- PostgreSQL ------------------------------------------------------------------------------------------------------


def _run_client(alias: str, name: str, *options: str) -> None:
    """Runs a client program on this database; the password goes by the environment, where others cannot read it."""
    path = shutil.which(name)
    if path is None:
        raise NotPossible(f"The program {name} is missing (on Debian and Ubuntu: apt-get install postgresql-client).")
    connection = connections[alias]
    psql, secrets = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
    _run([path, *options, *psql[1:]], {**os.environ, **(secrets or {})})


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise NotPossible(f"{Path(command[0]).name} failed: {done.stderr.strip()}")
