"""How much a workbook asks of its reader, counted before anything is read.

A file of one megabyte can unpack to forty million empty cells, styles or names, each of which the reader would make an
object of. Counting them costs a second; reading them would take minutes and gigabytes.
"""

import re
import zipfile
from dataclasses import dataclass

#: Rows, cells and shared texts in all sheets together: 100,000 rows of every column of ours, with room to spare.
MOST_CELLS = 3_000_000
#: Tags in each part that is read as a whole. A workbook whose styles have grown for years has a tenth of that.
MOST_TAGS = 500_000

_CHUNK = 1024 * 1024
_OVERLAP = 16  # bytes of a chunk in which something may begin that the next one ends
_CELL = re.compile(rb"<(?:\w+:)?(?:c|row|si|r)[\s/>]")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_WHOLE = ("xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml")
_WHOLE_FOLDER = "docProps/"
_RELATIONS = ".rels"
_NEVER_READ = "xl/media/"
_SHEETS = "xl/worksheets/"


@dataclass
class Weight:
    """What was counted, up to the first thing that is too much."""

    cells: int = 0
    is_too_long: bool = False
    is_overgrown: bool = False
    has_formulas: bool = False
    declares_entities: bool = False

    @property
    def is_too_much(self) -> bool:
        """Whether nothing of it will be read, so that counting may stop."""
        return self.is_too_long or self.is_overgrown or self.declares_entities


def weigh(archive: zipfile.ZipFile) -> Weight:
    """Counts what a reader would have to read of an .xlsx file."""
    found = Weight()
    for part in archive.infolist():
        if not part.filename.startswith(_NEVER_READ):
            _weigh(archive, part, found)
        if found.is_too_much:
            break
    return found


def _weigh(archive: zipfile.ZipFile, part: zipfile.ZipInfo, found: Weight) -> None:
    name, tags, tail = part.filename, 0, b""
    is_whole = name in _WHOLE or name.startswith(_WHOLE_FOLDER) or name.endswith(_RELATIONS)
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            text = tail + chunk
            tags += chunk.count(b"<")
            found.cells += len(_CELL.findall(text))
            found.is_too_long = found.cells > MOST_CELLS
            found.is_overgrown = is_whole and tags > MOST_TAGS
            found.declares_entities = b"<!DOCTYPE" in text
            found.has_formulas |= name.startswith(_SHEETS) and _FORMULA.search(text) is not None
            if found.is_too_much:
                return
            tail = chunk[-_OVERLAP:]
