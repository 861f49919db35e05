"""A purchase order as the customer wrote it: opened safely, its lines and facts found, nothing of ours in it yet."""

import zipfile
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_noop

from core.file_types import PDF, XLS, XLSX, FileType
from core.imports.book import Book, Refusal, check_workbook, open_book
from core.imports.pdf import PdfBook
from core.imports.weight import weigh
from orders.reading.cells import held, money
from orders.reading.facts import Facts, facts_of
from orders.reading.table import Table, find_table, score

KINDS = (XLSX, XLS, PDF)
#: Rows, cells and texts of a workbook in which there is one order; what is longer is no order but somebody's ledger.
MOST_CELLS = 300_000


@dataclass(frozen=True)
class Document:
    """A purchase order in the customer's words: its lines, and what stands around them."""

    table: Table
    facts: Facts = field(default_factory=Facts)

    @property
    def said(self) -> str:
        """Everything around the lines and above the columns, to look for words about tax and currency."""
        return "\n".join([*self.facts.texts, *self.table.headings.values()])

    @property
    def total(self) -> Decimal | None:
        """What the file itself says that its lines come to, in 元."""
        place = self.table.amount_place
        for row in self.table.totals:
            cell = money(row[place]).value if place is not None and place < len(row) else None
            numbers = [number for raw in row if (number := held(raw)) is not None]
            if cell is not None or numbers:
                return cell if cell is not None else numbers[-1]
        return None


def read_document(upload: UploadedFile, kind: FileType) -> Document:
    """What stands in a file of one of ``KINDS``. Raises Refusal with a sentence when no order can be found in it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "order"
        with path.open("wb") as target:
            target.writelines(upload.chunks())
        with _open(path, kind) as book:
            table = find_table(book)
    return Document(table, facts_of(table.around))


def _open(path: Path, kind: FileType) -> Book:
    if kind is PDF:
        return PdfBook(path, score)
    if kind is XLSX:
        _refuse_ledgers(path)
    return open_book(path)


def _refuse_ledgers(path: Path) -> None:
    """Counted before anything is read."""
    with path.open("rb") as content:
        check_workbook(content)
        with zipfile.ZipFile(content) as archive:
            if weigh(archive).cells <= MOST_CELLS:
                return
    raise Refusal(
        gettext_noop(
            "The workbook has more than %(most)s rows, cells and texts: bring the sheet with the order alone."
        ),
        most=f"{MOST_CELLS:,}",
    )
