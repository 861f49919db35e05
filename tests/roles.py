"""On PostgreSQL the tests work as the application's role of docs/operations.md, which owns no tables.

What switches protections off, empties tables or alters them does so as their owner: ``as_owner``, or the fixture
``tables_owner`` for a whole test. SQLite knows no roles.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from django.conf import settings
from django.db import connection, connections
from django.db.backends.signals import connection_created

from core import protections

RIGHTS = Path(settings.BASE_DIR) / "ordersys" / "application_role.sql"
_BECOME, _OWN = "SET ROLE ordersys_app", "RESET ROLE"
_owning: ContextVar[bool] = ContextVar("owning", default=False)


@contextmanager
def application_role() -> Iterator[None]:
    """Every connection to the tests' database works as that role; protections change as their owner."""
    if connection.vendor != "postgresql":
        yield
        return
    database, execute = connection.settings_dict["NAME"], protections._execute

    def become_application(sender, connection, **kwargs):
        if connection.settings_dict["NAME"] == database and not _owning.get():
            _run(connection, _BECOME)

    def execute_as_owner(alias, statements_of):
        with as_owner(alias):
            execute(alias, statements_of)

    _run(connection, RIGHTS.read_text())
    _run(connection, _BECOME)
    connection_created.connect(become_application)
    protections._execute = execute_as_owner
    yield
    protections._execute = execute
    connection_created.disconnect(become_application)
    connection.close()


@contextmanager
def as_owner(alias: str = "default") -> Iterator[None]:
    """Within, this connection, or one that takes its place, is the owner of the tables."""
    if connection.vendor != "postgresql" or _owning.get():
        yield
        return
    token = _owning.set(True)
    _run(connections[alias], _OWN)
    try:
        yield
    finally:
        _owning.reset(token)
    _run(connections[alias], _BECOME)


def _run(connection, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
