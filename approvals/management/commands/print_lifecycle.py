"""Prints the order's life from its state table, or writes it into docs/order-lifecycle.md."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from approvals.lifecycle import lifecycle_markdown, with_lifecycle

PAGE = Path(settings.BASE_DIR) / "docs" / "order-lifecycle.md"


class Command(BaseCommand):
    help = "Print the order's life as diagram and table; with --write, bring docs/order-lifecycle.md up to date."

    def add_arguments(self, parser):
        parser.add_argument("--write", action="store_true", help="write into docs/order-lifecycle.md")

    def handle(self, *, write: bool, **options):
        if not write:
            self.stdout.write(lifecycle_markdown())
            return
        PAGE.write_text(with_lifecycle(PAGE.read_text()))
        self.stdout.write(f"{PAGE.name} is up to date.")
