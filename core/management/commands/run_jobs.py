"""Run due background jobs without a broker: once, or until told to stop."""

import signal
import time

from django.conf import settings
from django.core.management import BaseCommand
from django.db import OperationalError, close_old_connections

from core.jobs import runner, upkeep
from core.models import Job

LOOK_EVERY = 1.0  # seconds between two looks into an empty table


class Command(BaseCommand):
    help = "Run due background jobs in this process, without a broker."
    stopped = False

    def add_arguments(self, parser):
        parser.add_argument("--loop", action="store_true", help="go on until stopped, instead of once")

    def handle(self, *, loop=False, **options):
        if loop:
            self.run_until_stopped()
        else:
            self.run_once()

    def run_once(self):
        self.look_around()
        attempts = runner.run_due()
        left = Job.objects.live().count()
        self.stdout.write(f"Attempts made: {attempts}. Jobs that run elsewhere or are due later: {left}.")

    def run_until_stopped(self):
        """SIGINT and SIGTERM end it after the job at hand."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.stop)
        look_at = 0.0
        while not self.stopped:
            close_old_connections()
            try:
                if time.monotonic() >= look_at:
                    self.look_around()
                    look_at = time.monotonic() + settings.JOB_RECONCILE
                busy = runner.run_next()
            except OperationalError as problem:
                self.stderr.write(f"The database cannot be used now: {problem}")
                busy = False
            if not busy:
                time.sleep(LOOK_EVERY)

    def look_around(self):
        upkeep.take_back_lapsed()
        upkeep.sweep()
        upkeep.wake_up()
        upkeep.tidy()

    def stop(self, *caught):
        self.stopped = True
