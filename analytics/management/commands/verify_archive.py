"""``manage.py verify_archive YYYY-MM``: computes an archive's hash, counts and totals again and compares."""

from django.core.management.base import BaseCommand, CommandError

from analytics.archive.closing import archive_of
from analytics.archive.verify import differences
from analytics.management.commands.archive_month import parsed


class Command(BaseCommand):
    help = "Compares an archive with its rows, totals, workbook and supplements; exit 1 when anything differs."

    def add_arguments(self, parser):
        parser.add_argument("month", help="YYYY-MM")

    def handle(self, *, month, **options):
        archive = archive_of(parsed(month))
        if archive is None:
            raise CommandError(f"{month} has no archive.")
        found = list(differences(archive))
        for difference in found:
            self.stdout.write(difference)
        if found:
            raise CommandError(f"{month}: the archive is not what it was.")
        self.stdout.write(f"{month}: as it was, SHA-256 {archive.content_hash}")
