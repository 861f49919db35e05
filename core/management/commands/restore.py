"""``manage.py restore FILE``: back to a backup; refuses to replace anything unless told to."""

from pathlib import Path

from django.core.management import BaseCommand, CommandError

from core.backup import NotPossible, archive
from core.backup.work import restore_backup


class Command(BaseCommand):
    help = "Verify a backup and make the database and the people's files what it says. Stop the site first."
    requires_system_checks = []  # some ask the database, which is not there yet

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="replace a database and files that are there")
        parser.add_argument("--verify", action="store_true", help="only read the archive and compare every SHA-256")

    def handle(self, *, file, force=False, verify=False, **options):
        try:
            told = self.verified(archive.verify(file)) if verify else self.restored(restore_backup(file, force=force))
        except NotPossible as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(told)

    def verified(self, manifest):
        return f"Whole and unchanged: {describe(manifest)}."

    def restored(self, done):
        newer = f" {done.migrated} migrations were applied that it did not have." if done.migrated else ""
        return f"Restored and checked: {describe(done.manifest)}.{newer}"


def describe(manifest):
    """The backup in half a sentence."""
    database = manifest.versions["database"]
    return f"the backup of {manifest.made_at} ({database}, {len(manifest.media)} files)"
