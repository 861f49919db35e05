"""Bring the database and the files up to date before the site starts; ``make run`` calls it every time."""

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import OperationalError, connection


class Command(BaseCommand):
    help = "Migrate; load demo data into an empty database (DEBUG only); collect static files (without DEBUG only)."
    requires_system_checks = []  # some ask the database, which may not be there yet; they run at the end

    def handle(self, **options):
        self.reach_database()
        call_command("migrate", interactive=False, verbosity=0)
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns of a missing folder
        if settings.DEBUG:
            call_command("demo", if_empty=True, stdout=self.stdout)
        else:
            call_command("collectstatic", interactive=False, verbosity=0)
        self.check(databases=["default"])

    def reach_database(self):
        try:
            connection.ensure_connection()
        except OperationalError as problem:
            raise CommandError(f"The database in DATABASE_URL cannot be used: {problem}") from problem
