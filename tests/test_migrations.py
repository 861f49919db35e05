"""The everyday database is made from the models, an installation by migrations: both are the same."""

import os
import sqlite3
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

pytestmark = [
    pytest.mark.migrations,
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor == "postgresql", reason="there, every test runs on migrations"),
]
# What Django counts and dates for itself.
OWN_BOOKS = {"django_migrations", "sqlite_sequence"}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A cursor into a database that ``manage.py migrate`` made."""
    path = tmp_path_factory.mktemp("installed") / "installed.sqlite3"
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{path}"}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True)
    database = sqlite3.connect(path)
    yield database.cursor()
    database.close()


@pytest.fixture
def everyday():
    with connection.cursor() as cursor:
        yield cursor


def definitions(table_sql: str) -> set[str]:
    """The columns and constraints of a ``CREATE TABLE`` in any order, split at the outermost commas."""
    depth, parts = 0, [""]
    for character in " ".join(table_sql[table_sql.index("(") + 1 : table_sql.rindex(")")].split()):
        depth += (character == "(") - (character == ")")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return {part.strip() for part in parts}


def described(cursor, kind: str) -> dict[str, str]:
    """Name → SQL of all tables, indexes or triggers."""
    cursor.execute(f"SELECT name, sql FROM sqlite_master WHERE type = '{kind}' AND sql IS NOT NULL")
    return {name: sql for name, sql in cursor.fetchall() if name not in OWN_BOOKS}


def test_migrations_make_the_tables_that_the_models_describe(installed, everyday):
    by_migrations, by_models = described(installed, "table"), described(everyday, "table")
    assert by_migrations.keys() == by_models.keys()
    for name, sql in by_models.items():
        assert definitions(by_migrations[name]) == definitions(sql), name


@pytest.mark.parametrize("kind", ["index", "trigger"])
def test_migrations_leave_the_same_indexes_and_triggers(installed, everyday, kind):
    by_models = described(everyday, kind)
    assert by_models
    assert described(installed, kind) == by_models


def test_migrations_sow_the_same_rows(installed, everyday):
    for table in described(everyday, "table"):
        counts = [cursor.execute(f"SELECT count(*) FROM {table}").fetchone() for cursor in (installed, everyday)]
        assert counts[0] == counts[1], table
