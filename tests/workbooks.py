"""Workbooks as people bring them, made on the spot, and what a dry run or an import makes of them."""

import io
import zipfile
from pathlib import Path

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from core import registries
from core.imports.examine import Examination, examine
from core.imports.kinds import Source
from core.imports.layout import Choice
from core.imports.work import get_ready, write
from core.sentences import translated


def workbook(rows, *, title: str = "Sheet1", change=None) -> bytes:
    """An .xlsx file of these rows (lists of values); ``change(sheet)`` may do what values cannot."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    if change:
        change(sheet)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def table(heads, *rows) -> list[list]:
    """A heading row, and rows given as dicts by heading."""
    return [list(heads), *([row.get(head) for head in heads] for row in rows)]


def repacked(content: bytes, name: str, change) -> bytes:
    """The workbook with one of its parts replaced by what ``change`` makes of its text."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            new.writestr(part.filename, change(data.decode()).encode() if part.filename == name else data)
    return target.getvalue()


def saved(folder: Path, content: bytes, name: str = "file.xlsx") -> Path:
    path = Path(folder) / name
    path.write_bytes(content)
    return path


def upload(content: bytes, name: str = "客户.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def examined(kind: str, path: Path, *, by=None, choice: Choice | None = None) -> Examination:
    return examine(path, registries.import_kinds[kind], by=by, source=path.name, choice=choice)


def imported(kind: str, path: Path, *, by=None) -> Examination:
    """Dry run and import in one; fails with the problems when there are some."""
    found = examined(kind, path, by=by)
    assert found.is_clean, problems(kind, found)
    ready = get_ready(registries.import_kinds[kind], found, Source(path.name, by))
    with transaction.atomic():
        write(registries.import_kinds[kind], ready)
    return found


def problems(kind: str, found: Examination) -> list[tuple[int, str, str]]:
    """Row, column and sentence of everything that is wrong."""
    return [(p.row, p.column, translated(p.sentence)) for p in found.problems(registries.import_kinds[kind])]


def places(kind: str, found: Examination) -> list[tuple[int, str]]:
    return [(row, column) for row, column, _sentence in problems(kind, found)]


def notices(found: Examination) -> list[str]:
    return [translated(notice["sentence"]) for notice in found.task.notices.stored()] if found.task else []
