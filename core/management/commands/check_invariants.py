"""``manage.py check_invariants``: recompute every derived figure and rule; exit 1 with a list when one is broken."""

import sys

from django.core.management.base import BaseCommand

from core.invariants import EXAMPLES, examine


class Command(BaseCommand):
    help = "Recomputes every derived figure and rule; exit 1 and a list when one is broken."

    def handle(self, *args, **options):
        broken = 0
        for finding in examine():
            mark = "ok    " if finding.holds else "BROKEN"
            self.stdout.write(f"{mark} {finding.invariant.name}: {finding.invariant.rule}")
            for example in finding.examples:
                self.stdout.write(f"         {example}")
            if len(finding.examples) == EXAMPLES:
                self.stdout.write("         … perhaps more")
            broken += not finding.holds
        if broken:
            self.stdout.write(f"{broken} broken.")
            sys.exit(1)
