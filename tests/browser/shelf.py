"""The database as it was at some moment, put back before a test: far quicker than emptying it and filling it again."""

import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connection


class Shelf:
    """Copies of the test database by name. Nobody may write meanwhile; readers find the old or the new state."""

    def __init__(self, folder: Path) -> None:
        assert connection.vendor == "sqlite", "The browser tests run on SQLite: make browser"
        self.folder = folder

    def keep(self, name: str) -> None:
        with closing(self._copy(name)) as copy:
            self._database().backup(copy)

    def put_back(self, name: str) -> None:
        with closing(self._copy(name)) as copy:
            copy.backup(self._database())

    def _copy(self, name: str) -> sqlite3.Connection:
        return sqlite3.connect(self.folder / f"{name}.sqlite3")

    def _database(self) -> sqlite3.Connection:
        connection.ensure_connection()
        return connection.connection
