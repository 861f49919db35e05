"""Exports of many order lines × 20 columns beside a bare openpyxl loop over the same rows: CPU seconds, peak memory.

    python -m benchmarks.exports [lines ...]    # 50000 100000 500000

A SQLite file of its own is filled first. Each figure is a process of its own: ``export`` is the whole background job
from claiming it to its finished file, ``bare`` reads the same values and appends them to openpyxl's write-only sheet
without a look at them, ``rows`` reads what the job reads and writes nothing.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

LINES = (50_000, 100_000, 500_000)
MOST_TIME, MOST_GROWTH = 1.25, 1.2
_CHILD = "import django; django.setup(); from benchmarks.export_lines import main; main()"


def main() -> int:
    """Prints the figures; 1 when a limit is broken."""
    sizes = [int(size) for size in sys.argv[1:]] or list(LINES)
    with tempfile.TemporaryDirectory(prefix="exports-") as folder:
        _child(folder, "fill", max(sizes))
        found = {(what, size): _child(folder, what, size) for size in sizes for what in ("bare", "rows", "export")}
    for (what, size), f in found.items():
        print(f"{what:7}{size:9,} lines {f['cpu']:8.1f} s CPU {f['peak']:7.0f} MB, file {f['file']:.1f} MB")
    times = {size: found["export", size]["cpu"] / found["bare", size]["cpu"] for size in sizes}
    growth = found["export", max(sizes)]["peak"] / found["export", min(sizes)]["peak"]
    for size, ratio in times.items():
        print(f"{size:,} lines: {ratio:.2f} times openpyxl's CPU time (at most {MOST_TIME})")
    print(f"memory at {max(sizes):,} lines: {growth:.2f} times that at {min(sizes):,} (at most {MOST_GROWTH})")
    return int(max(times.values()) > MOST_TIME or growth > MOST_GROWTH)


def _child(folder: str, what: str, size: int) -> dict:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "ordersys.settings",
        "DATABASE_URL": f"sqlite:///{folder}/lines.sqlite3",
        "MEDIA_ROOT": f"{folder}/media",
        "DEBUG": "1" if what == "fill" else "0",
        "SECRET_KEY": "for nobody but this benchmark",
    }
    root = Path(__file__).parent.parent
    command = [sys.executable, "-c", _CHILD, what, str(size)]
    done = subprocess.run(command, env=environment, cwd=root, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    sys.exit(main())
