"""Past orders from workbooks of many rows: peak memory and processor time per row, of the dry run and of the import.

    python -m benchmarks.imports [rows ...]    # 7000 63000
    python -m benchmarks.imports --kind requirements 7000 63000

Each size has a database of its own (SQLite, or beside the one in ``DATABASE_URL`` when that is PostgreSQL), with a
thousand customers and two hundred products, which are imported first. Dry run and import are processes of their own,
from reading the file on: what ``manage.py import_excel`` does. Memory may not pass 250 MB at any size, and a row may
not cost more time in a large file than in a small one.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from urllib.parse import urlsplit

import psycopg
from openpyxl import Workbook

ROWS, MOST_MEMORY, MOST_GROWTH = (7_000, 63_000), 250, 1.15
CUSTOMERS, PRODUCTS = 1_000, 200
#: Rows of an order: 26,000 orders in 63,000 rows.
_LINES = (1, 2, 3, 2, 4, 2, 3)
_FIRST = date(2024, 1, 3)
_CHILD = "import django; django.setup(); from benchmarks.imports import child; child()"


# ---- workbooks -------------------------------------------------------------------------------------------------------


def customers() -> Iterator[dict]:
    for n in range(CUSTOMERS):
        name = f"海雅装备{n:04d}"
        yield {"客户编号": f"C2020{n:04d}", "客户名称": f"{name}有限公司", "客户简称": name, "所属行业": "装备制造"}


def products() -> Iterator[dict]:
    for n in range(PRODUCTS):
        yield {"商品编号": f"KX-{n:03d}", "商品名称": f"控制柜{n}", "类别": f"类别{n % 12}", "单价": 8600 + n}


def orders(rows: int) -> Iterator[dict]:
    order = row = 0
    while row < rows:
        day = _FIRST + timedelta(days=order % 700)
        for line in range(min(_LINES[order % len(_LINES)], rows - row)):
            yield {
                "订单编号": f"LS{order:07d}",
                "客户编号": f"C2020{order * 7 % CUSTOMERS:04d}",
                "订单日期": day,
                "商品编号": f"KX-{(order + 31 * line) % PRODUCTS:03d}",
                "商品名称": f"控制柜{(order + 31 * line) % PRODUCTS}",
                "数量": 1 + (order + line) % 9,
                "单价": 8600 + line,
                "付款方式": "30%预付款，70%到货款",
                "预计交付日期": day + timedelta(days=14),
                "实际发货日期": day + timedelta(days=10),
                "物流单号": f"SF{order:09d}",
                "签收日期": day + timedelta(days=12),
                "订单状态": "已完成",
                "客户等级": "ABC"[order % 3],
                "备注": "随货附出厂检验报告" if order % 5 == 0 else None,
            }
            row += 1
        order += 1


def requirements(rows: int) -> Iterator[dict]:
    for n in range(rows):
        day = _FIRST + timedelta(days=n % 700)
        yield {
            "需求编号": f"XQ{day:%Y%m}{n:06d}",
            "客户编号": f"C2020{n * 7 % CUSTOMERS:04d}",
            "沟通方式": "电话",
            "接收日期": day,
            "需求描述": f"需要控制柜 {n % 40} 台，用于二期产线改造",
            "期望交付日期": day + timedelta(days=60),
            "优先级": ("紧急", "常规", "长期")[n % 3],
            "首次响应日期": day + timedelta(days=1),
            "书面确认日期": day + timedelta(days=6) if n % 4 else None,
        }


def write_workbook(rows: Iterable[dict], path: Path) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for number, row in enumerate(rows):
        if not number:
            sheet.append(list(row))
        sheet.append(list(row.values()))
    book.save(path)


# ---- processes -------------------------------------------------------------------------------------------------------


def child() -> None:
    """One import in a process of its own: kind, file, and whether it is only a dry run."""
    from django.core.management import call_command  # noqa: PLC0415, once Django is set up

    kind, path, how = sys.argv[1:]
    began = time.process_time()
    call_command("import_excel", kind, path, dry_run=how == "dry", stdout=sys.stderr)
    peak = getrusage(RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": time.process_time() - began, "peak": peak}))


def run(command: list[str], url: str, folder: str) -> str:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "ordersys.settings", "DATABASE_URL": url}
    environment |= {"MEDIA_ROOT": f"{folder}/media", "DEBUG": "0", "SECRET_KEY": "for nobody but this benchmark"}
    root = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, *command], env=environment, cwd=root, check=True, stdout=subprocess.PIPE)
    return done.stdout.decode()


def measured(url: str, folder: str, kind: str, path: Path, how: str) -> dict:
    return json.loads(run(["-c", _CHILD, kind, str(path), how], url, folder).splitlines()[-1])


def database(folder: str, size: int) -> str:
    """The address of an empty database for this size."""
    prefix = os.environ.get("DATABASE_URL", "")
    if not prefix.startswith("postgres"):
        return f"sqlite:///{folder}/imports_{size}.sqlite3"
    server, name = prefix.rpartition("/")[0], f"{urlsplit(prefix).path[1:]}_imports_{size}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{server}/{name}"


def measure(folder: str, kind: str, size: int) -> dict[str, dict]:
    """Peak memory (MB) and processor seconds of dry run and import of a workbook of so many rows."""
    url = database(folder, size)
    run(["manage.py", "migrate", "-v0"], url, folder)
    for name, rows in (("customers", customers()), ("products", products())):
        path = Path(folder) / f"{name}.xlsx"
        write_workbook(rows, path)
        measured(url, folder, name, path, "import")
    path = Path(folder) / f"{kind}_{size}.xlsx"
    write_workbook((orders if kind == "orders" else requirements)(size), path)
    return {how: measured(url, folder, kind, path, how) for how in ("dry", "import")}


def main() -> int:
    """Prints the figures; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", type=int, nargs="*", default=list(ROWS))
    parser.add_argument("--kind", choices=("orders", "requirements"), default="orders")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="imports-") as folder:
        found = {size: measure(folder, given.kind, size) for size in given.rows}
    print("| rows | dry run: peak | CPU a row | import: peak | CPU a row |\n|---:|---:|---:|---:|---:|")
    for size, each in found.items():
        cells = (f"{f['peak']:.0f} MB | {f['cpu'] / size * 1000:.2f} ms" for f in each.values())
        print(f"| {size:,} | {' | '.join(cells)} |")
    worst = max(f["peak"] for each in found.values() for f in each.values())
    few, many = found[min(found)], found[max(found)]
    growth = max(many[how]["cpu"] / max(found) / (few[how]["cpu"] / min(found)) for how in few)
    print(f"{worst:.0f} MB at most ({MOST_MEMORY}); a row costs {growth:.2f} of one in a small file ({MOST_GROWTH})")
    return int(worst > MOST_MEMORY or growth > MOST_GROWTH)


if __name__ == "__main__":
    sys.exit(main())
