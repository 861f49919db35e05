"""Prints the lives of records from their state tables, or writes them into their pages below docs."""

from django.core.management.base import BaseCommand

from core.lifecycle import lifecycle_markdown, lifecycle_pages, with_lifecycle


class Command(BaseCommand):
    help = "Print records' lives as diagrams and tables; with --write, bring docs/*-lifecycle.md up to date."

    def add_arguments(self, parser):
        parser.add_argument("--write", action="store_true", help="write into docs")

    def handle(self, *, write: bool, **options):
        for page, machine in lifecycle_pages().items():
            if not write:
                self.stdout.write(lifecycle_markdown(machine))
                continue
            page.write_text(with_lifecycle(page.read_text(), machine))
            self.stdout.write(f"{page.name} is up to date.")
