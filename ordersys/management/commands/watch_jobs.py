"""Watch whether anybody works on the jobs that are due; end with exit code 75 when nobody does for too long.

After several restarts of Redis a worker may live, stay connected and read nothing. The supervisor (``ordersys.serve``)
runs this beside the worker, and starts both again when it ends so.
"""

import sys
import time

from django.conf import settings
from django.core.management import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from core.jobs import bell, upkeep
from ordersys.serve import STALLED

LOOKS = 12  # until patience is over


class Command(BaseCommand):
    help = "Watch that due jobs are worked on; ends with exit code 75 when nobody works for settings.JOB_PATIENCE."
    requires_system_checks = ()

    def handle(self, **options):
        moved, moved_at = time.monotonic(), timezone.now()
        while time.monotonic() - moved < settings.JOB_PATIENCE:
            time.sleep(settings.JOB_PATIENCE / LOOKS)
            if not self.stands_still(moved_at):
                moved, moved_at = time.monotonic(), timezone.now()
        self.stderr.write(f"Jobs are due, and no worker has taken one since {timezone.localtime(moved_at):%H:%M:%S}.")
        sys.exit(STALLED)

    def stands_still(self, since) -> bool:
        """Whether work waits that could be done; a database or a broker that is away is nobody's standing still."""
        close_old_connections()
        try:
            return not upkeep.is_moving(since) and bell.can_be_rung()
        except DatabaseError as problem:
            self.stderr.write(f"The database cannot be used now: {problem}")
            return False
