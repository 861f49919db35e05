"""Making a backup and going back to one."""

import os
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from platform import python_version

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from core import protections
from core.backup import NotPossible, archive, databases
from core.backup.archive import Manifest


@dataclass(frozen=True)
class Restored:
    """What came back: the manifest, and how many migrations the program had that the backup did not."""

    manifest: Manifest
    migrated: int


def make_backup(target: Path, *, alias: str = "default") -> Manifest:
    """Writes database and files into one new archive that only its owner can read, while the site goes on working.

    The database is copied first: every file that a row of it speaks of is on the disk by then and is never changed.

    Raises:
        NotPossible: with a sentence; then there is no archive.
    """
    media = Path(settings.MEDIA_ROOT)
    _refuse_target(target, media, alias)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
            draft, database = Path(folder) / "archive", Path(folder) / "database"
            manifest = _manifest(alias)
            databases.dump(alias, database)
            archive.write(draft, manifest, database, media)
            _keep(draft, target)
    except OSError as problem:
        raise NotPossible(f"The backup could not be written: {problem}") from problem
    return manifest


def _refuse_target(target: Path, media: Path, alias: str) -> None:
    if target.exists():
        raise NotPossible(f"{target} exists already; a backup never replaces a file.")
    if target.resolve().is_relative_to(media.resolve()):
        raise NotPossible(
            f"{target} lies in MEDIA_ROOT and would become part of the next backup. Choose another folder."
        )
    if databases.is_empty(alias):
        raise NotPossible("The database has no tables. Is DATABASE_URL the site's?")


def _manifest(alias: str) -> Manifest:
    return Manifest(
        made_at=timezone.now().isoformat(timespec="seconds"),
        vendor=connections[alias].vendor,
        versions={
            "ordersys": tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"],
            "django": django.get_version(),
            "python": python_version(),
            "database": databases.version(alias),
        },
        migrations=sorted(_applied(alias)),
    )


def _keep(draft: Path, target: Path) -> None:
    """On the disk itself under its name, for the owner's eyes only."""
    draft.chmod(0o600)
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.rename(target)


def restore_backup(source: Path, *, force: bool = False, alias: str = "default") -> Restored:
    """Makes database and files what the backup says, brings them up to this program's migrations, checks the triggers.

    Everything is verified before anything is touched. Files come first: a row without its file would be worse than a
    file without a row. Files that the backup does not know stay.

    Raises:
        NotPossible: with a sentence; the database is then as it was, unless the sentence is about what came after it.
    """
    manifest, media = archive.verify(source), Path(settings.MEDIA_ROOT)
    _refuse_backup(manifest, alias)
    if not force and not databases.is_empty(alias):
        raise NotPossible("The database is not empty. With --force all of it is replaced by the backup.")
    if not force and media.exists() and any(path.is_file() for path in media.rglob("*")):
        raise NotPossible(f"{media} is not empty. With --force the backup's files are put beside what is there.")
    try:
        with tempfile.TemporaryDirectory(dir=settings.VAR_DIR, prefix=".restore-") as folder:
            database = Path(folder) / "database"
            archive.unpack(source, database, media)
            databases.load(alias, database)
    except OSError as problem:
        raise NotPossible(f"The backup could not be unpacked: {problem}") from problem
    migrated = _bring_up_to_date(alias)
    _check_protections(alias)
    return Restored(manifest, migrated)


def _refuse_backup(manifest: Manifest, alias: str) -> None:
    vendor = connections[alias].vendor
    if manifest.vendor != vendor:
        raise NotPossible(f"The backup is of {manifest.vendor}, and DATABASE_URL leads to {vendor}.")
    newer = sorted(set(manifest.migrations) - _known())
    if newer:
        wanted = manifest.versions.get("ordersys", "?")
        raise NotPossible(f"The backup is of a newer program (version {wanted}): {newer[0]} is unknown here.")


def _applied(alias: str) -> set[str]:
    loader = MigrationLoader(connections[alias], ignore_no_migrations=True)
    return {".".join(key) for key in loader.applied_migrations}


def _known() -> set[str]:
    return {".".join(key) for key in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}


def _bring_up_to_date(alias: str) -> int:
    waiting = _known() - _applied(alias)
    if waiting:
        call_command("migrate", database=alias, interactive=False, verbosity=0)
    return len(waiting)


def _check_protections(alias: str) -> None:
    missing = protections.missing(alias)
    if missing:
        raise NotPossible(f"Everything was restored, but the trigger {missing[0]} is missing. Run manage.py migrate.")
