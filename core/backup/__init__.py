"""Backups of everything that is kept: the database and the people's files in one archive, and the way back.

``databases`` copies a database into a file and back · ``archive`` puts it beside the files, each with its SHA-256 ·
``work`` does the whole of it. The commands are ``manage.py backup`` and ``manage.py restore``; see docs/operations.md.
"""


class NotPossible(Exception):
    """A backup cannot be made or restored; the sentence says why and what to do."""
