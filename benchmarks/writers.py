"""``core/streamed.py`` beside other writers of Excel files, for the same 20 columns: CPU seconds, peak memory, size.

    python -m benchmarks.writers [rows] [rounds]    # 10000 3

Every figure is a process of its own; a round runs all of them one after the other, and the median of the rounds counts.
``shaped`` makes the values that all others write and writes nothing. Writers that are not installed are passed over:
for XlsxWriter, rustpy-xlsxwriter and fastxlsx make a virtual environment and put its packages on PYTHONPATH.
"""

import importlib.util
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from operator import itemgetter
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from core.streamed import StreamedBook
from core.workbook import Field

KINDS = [*["text"] * 8, *["date"] * 2, "datetime", *["money"] * 4, *["price"] * 2, *["quantity"] * 2, "percent"]
FIELDS = [Field(f"Column {place}", itemgetter(place), kind) for place, kind in enumerate(KINDS)]


def rows(count: int) -> Iterator[tuple]:
    day = date(2026, 1, 1)
    for n in range(count):
        texts = [f"海雅装备 {n} 号控制柜 {place} <380 V & 50 Hz>" for place in range(8)]
        days = [day + timedelta(days=n % 300), day, datetime(2026, 1, 1, n % 24, n % 60)]
        yield (*texts, *days, *(Decimal(n * 7 + place) / 100 for place in range(9)))


def shaped(count: int) -> Iterator[list]:
    """Each row as value and number format of its cells, as every export shapes them."""
    return ([field.shown(row) for field in FIELDS] for row in rows(count))


def write_nothing(path: Path, count: int) -> None:
    for _row in shaped(count):
        pass
    path.touch()


def write_ours(path: Path, count: int) -> None:
    with StreamedBook(path) as book:
        table = book.table("Rows", FIELDS, [])
        for row in rows(count):
            table.append(row)
        table.close()


def write_openpyxl(path: Path, count: int) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Rows")
    for row in shaped(count):
        cells = []
        for value, number_format in row:
            cell = WriteOnlyCell(sheet, value)
            cell.number_format = number_format or "General"
            cells.append(cell)
        sheet.append(cells)
    book.save(path)


def write_xlsxwriter(path: Path, count: int) -> None:
    book = importlib.import_module("xlsxwriter").Workbook(path, {"constant_memory": True, "default_date_format": "0"})
    sheet, styles = book.add_worksheet("Rows"), {}
    for at, row in enumerate(shaped(count)):
        for place, (value, number_format) in enumerate(row):
            if number_format not in styles:
                styles[number_format] = book.add_format({"num_format": number_format or "General"})
            sheet.write(at, place, value, styles[number_format])
    book.close()


def write_rustpy(path: Path, count: int) -> None:
    """Values alone: a number format belongs to a whole column there."""
    names = [field.label for field in FIELDS]
    records = (dict(zip(names, (value for value, _format in row), strict=True)) for row in shaped(count))
    importlib.import_module("rustpy_xlsxwriter").write_worksheet(records, str(path), "Rows")


def write_fastxlsx(path: Path, count: int) -> None:
    """Values alone: it knows neither number formats nor decimals, and keeps the whole sheet in memory."""
    library = importlib.import_module("fastxlsx")
    book = library.WriteOnlyWorkbook()
    sheet = book.create_sheet("Rows")
    for at, row in enumerate(shaped(count)):
        values = [float(value) if isinstance(value, Decimal) else value for value, _format in row]
        sheet.write_row((at, 0), values, dtype=library.DType.Any)
    book.save(str(path))


WRITERS = {
    "shaped": (write_nothing, "openpyxl"),
    "ours": (write_ours, "openpyxl"),
    "openpyxl": (write_openpyxl, "openpyxl"),
    "XlsxWriter": (write_xlsxwriter, "xlsxwriter"),
    "rustpy": (write_rustpy, "rustpy_xlsxwriter"),
    "fastxlsx": (write_fastxlsx, "fastxlsx"),
}


def main() -> None:
    count, rounds = [*map(int, sys.argv[1:]), *(10_000, 3)[len(sys.argv) - 1 :]]
    names = [name for name, (_write, module) in WRITERS.items() if importlib.util.find_spec(module)]
    found = [{name: _measured(name, count) for name in names} for _round in range(rounds)]
    for name in names:
        ratio = statistics.median(each[name]["cpu"] / each["ours"]["cpu"] for each in found)
        cpu, peak, size = (statistics.median(each[name][what] for each in found) for what in ("cpu", "peak", "size"))
        print(f"{name:11}{cpu:7.2f} s CPU ({ratio:.2f} of ours) {peak:6.0f} MB, file {size:.2f} MB")


def _measured(name: str, count: int) -> dict:
    code = f"import django; django.setup(); from benchmarks.writers import measure; measure({name!r}, {count})"
    done = subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def measure(name: str, count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, started = Path(folder) / "rows.xlsx", time.process_time()
        WRITERS[name][0](path, count)
        cpu, peak = time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"cpu": cpu, "peak": peak, "size": path.stat().st_size / 1e6}))


if __name__ == "__main__":
    main()
