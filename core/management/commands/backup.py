"""``manage.py backup [FILE]``: database and files in one archive, while the site goes on working."""

from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from core.backup import NotPossible
from core.backup.work import make_backup


class Command(BaseCommand):
    help = "Write the database and the people's files into one archive; see docs/operations.md."

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path, help="where to (var/backups/ordersys-<date>-<time>.tar)")

    def handle(self, *, file=None, **options):
        target = file or settings.VAR_DIR / "backups" / f"ordersys-{timezone.localtime():%Y%m%d-%H%M%S}.tar"
        try:
            manifest = make_backup(target)
        except NotPossible as problem:
            raise CommandError(str(problem)) from problem
        size = target.stat().st_size / 1024 / 1024
        self.stdout.write(f"{target}: {manifest.vendor} database and {len(manifest.media)} files, {size:,.1f} MB.")
