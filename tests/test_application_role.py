"""What the role of docs/operations.md may do on PostgreSQL, and what it may not: above all, no trigger yields to it."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from core import protections
from core.events import record
from tests.factories import make_order

SQL = Path(settings.BASE_DIR) / "ordersys" / "application_role.sql"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite knows no roles."),
]


@pytest.fixture
def execute():
    """A function: what an SQL statement answers; this test is the application's role from the start."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(SQL.read_text())
        cursor.execute("SET LOCAL ROLE ordersys_app")

        def answer(statement):
            with transaction.atomic():
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else None

        yield answer


def test_it_owns_nothing(execute):
    assert execute("SELECT relname FROM pg_class WHERE pg_has_role(current_user, relowner, 'MEMBER')") == []


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE core_event DISABLE TRIGGER guard_core_event_no_update",
        "ALTER TABLE core_event DISABLE TRIGGER ALL",
        "DROP TRIGGER guard_core_event_no_update ON core_event",
        "CREATE OR REPLACE FUNCTION guard_core_event_no_update() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RETURN NEW; END $$",
        "CREATE TRIGGER a BEFORE UPDATE ON core_event FOR EACH ROW EXECUTE FUNCTION guard_core_event_no_update()",
        "SET session_replication_role = replica",
        "TRUNCATE core_closedmonth CASCADE",
        "TRUNCATE django_session",
        "DROP TABLE core_event CASCADE",
        "ALTER TABLE core_event RENAME TO core_event_old",
        "ALTER TABLE core_event DROP COLUMN verb",
        "CREATE TABLE core_event_new (id integer)",
        "DELETE FROM django_migrations",
        "CREATE ROLE another SUPERUSER",
        "ALTER ROLE ordersys_app SUPERUSER",
    ],
)
def test_nothing_is_switched_off_emptied_or_altered(execute, statement):
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner|must be superuser"):
        execute(statement)
    assert protections.missing() == []


@pytest.mark.parametrize("statement", ["DELETE FROM core_event", "UPDATE core_event SET note = 'x'"])
def test_what_only_grows_only_grows_for_it_too(execute, statement):
    record(make_order(), "created", by=None)
    with pytest.raises(DatabaseError, match="guard"):
        execute(statement)


def test_what_a_later_migration_makes_is_its_to_use(execute):
    execute("RESET ROLE; CREATE TABLE made_later (id bigserial PRIMARY KEY, word text); SET LOCAL ROLE ordersys_app")
    execute("INSERT INTO made_later (word) VALUES ('x')")
    assert execute("SELECT id, word FROM made_later") == [(1, "x")]
