"""``manage.py archive_month YYYY-MM``: closes a month and makes its archive, here and now."""

import time

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from analytics.archive import checklist
from analytics.archive.closing import archive_of, request_closing
from analytics.figures.months import Month
from analytics.models import Archive
from core.jobs import runner, upkeep
from core.models import Job


class Command(BaseCommand):
    help = "Closes a month that is over and makes its archive; a month that has one already keeps it."

    def add_arguments(self, parser):
        parser.add_argument("month", help="YYYY-MM")

    def handle(self, *, month, **options):
        wanted = parsed(month)
        archive = archive_of(wanted)
        if archive is None:
            try:
                job = request_closing(month=wanted, by=None)
            except ValidationError as refusal:
                raise CommandError(refusal.messages[0]) from None
            while job.is_live:  # a worker may be faster, or an attempt may have to be repeated
                upkeep.take_back_lapsed()  # a killed run's, as soon as its lease is over: perhaps there is no worker
                if not runner.run_job(job.pk):
                    time.sleep(0.2)
                job.refresh_from_db()
            if job.state != Job.State.DONE:
                raise CommandError(job.error_sentence)
            archive = Archive.objects.get(period__first_day=wanted.first)
        self.stdout.write(f"{wanted}: {archive.count_of('orders')} orders, {archive.total_of('orders', 'net')} net")
        self.stdout.write(f"SHA-256 {archive.content_hash}")
        for problem in archive.problems:
            self.stdout.write(f"not in order: {checklist.in_words(problem)}")


def parsed(text: str) -> Month:
    """The month of ``2026-10``. Raises CommandError for anything else."""
    try:
        return Month.parse(text)
    except ValueError:
        raise CommandError(f"{text} is no month; write it like 2026-10.") from None
