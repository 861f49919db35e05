"""``manage.py import_excel <kind> FILE``: the import of the pages, in one terminal."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core import registries
from core.imports.book import Refusal
from core.imports.examine import Examination, examine
from core.imports.findings import SHOWN_PROBLEMS, in_words
from core.imports.kinds import ImportKind, Source
from core.imports.work import DONE, NOT_WRITTEN, get_ready, why_not_written, write
from core.sentences import stored_sentence, translated


class Command(BaseCommand):
    """Checks a workbook and imports it, all or nothing; exit code 1 and a list of problems when it is refused."""

    help = "Import an Excel workbook, all or nothing; prints every problem by row and column when it is refused."
    # The problems and the error workbook speak the language of the site.
    requires_migrations_checks = True

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=sorted(registries.import_kinds), help="what the rows are")
        parser.add_argument("file", type=Path, help="the workbook, .xlsx or .xls")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
        parser.add_argument("--as", dest="login", help="in whose name, by login; without it, the system's")

    def handle(self, *args, **options):
        kind: ImportKind = registries.import_kinds[options["kind"]]
        path: Path = options["file"]
        by = _person(kind, options["login"])
        with translation.override(getattr(by, "language", "") or settings.LANGUAGE_CODE):
            if not path.is_file():
                raise CommandError(_("There is no file %(path)s.") % {"path": path})
            try:
                found = examine(path, kind, by=by, source=path.name)
            except Refusal as why:
                raise CommandError(translated(why.sentence)) from why
            for notice in found.task.notices.stored() if found.task else ():
                rows = f" ({notice['count']}: {', '.join(map(str, notice['rows']))})" if notice["rows"] else ""
                self.stdout.write(translated(notice["sentence"]) + rows)
            if not found.is_clean:
                self._refuse(found, kind)
            if options["dry_run"]:
                self.stdout.write(_("Nothing was written. The import would do this:"))
            else:
                _write(kind, found, Source(path.name, by))
            self.stdout.write(translated(stored_sentence(DONE, **found.counts)))

    def _refuse(self, found: Examination, kind: ImportKind) -> None:
        problems = found.problems(kind)
        count = found.task.problems.count if found.task else len(problems)
        for problem in problems[:SHOWN_PROBLEMS]:
            self.stderr.write(in_words(problem))
        if count > SHOWN_PROBLEMS:
            self.stderr.write(_("… and %(n)s more.") % {"n": count - SHOWN_PROBLEMS})
        raise CommandError(_("Refused: %(count)s problems. Nothing was written.") % {"count": count})


def _person(kind: ImportKind, login: str | None):
    """Whoever imports; None is the system. An administrator may do it here, where the whole database is open anyway."""
    if not login:
        return None
    person = get_user_model().objects.filter(username=login, is_active=True).first()
    if person is None:
        raise CommandError(_("Nobody has the login “%(login)s”.") % {"login": login})
    if not (kind.allows(person) or person.is_superuser):
        raise CommandError(_("The role of “%(login)s” may not import.") % {"login": login})
    return person


def _write(kind: ImportKind, found: Examination, source: Source) -> None:
    ready = get_ready(kind, found, source)
    try:
        with transaction.atomic():
            write(kind, ready)
    except NOT_WRITTEN as error:
        raise CommandError(_(why_not_written(error))) from error
