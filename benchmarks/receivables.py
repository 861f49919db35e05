"""What customers owe, with few customers and with many: are the pages as fast, and do they ask as often?

    DATABASE_URL=postgres://postgres@127.0.0.1:5432/bench python -m benchmarks.receivables
    python -m benchmarks.receivables --sizes 1000 10000 --keep

Makes two databases beside the one in ``DATABASE_URL`` (see ``benchmarks.lists``), fills each with the demonstration of
so many customers with as many orders, and opens the list of receivables, its sums by age and the page by rep in both,
in turn. With many customers a page may take at most 1.3 times as long, with the same number of statements, at most
twelve.
"""

import argparse
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks.lists import Case, Filling, Result, Worker, drop_postgresql, fill_postgresql, manage, measure, table

MOST_STATEMENTS = 12
_PAGES = (
    "/receivables/",
    "/receivables/?age=overdue",
    "/receivables/?age=d60",
    "/receivables/?sort=overdue_amount",
    "/fragments/receivables/",
    "/receivables/reps/",
)
_PEOPLE = ("rep1", "manager1", "finance1")


@dataclass(frozen=True)
class Owing(Filling):
    """Databases of so many customers, each with about one order."""

    def name(self, size: int) -> str:
        return f"owing_{size}"

    def fill(self, url: str, size: int, root: Path | None = None) -> None:
        began = time.monotonic()
        manage(url, "migrate", "-v0")
        manage(url, "demo", "--orders", str(size), "--customers", str(size))
        print(f"{url.rpartition('/')[2]}: {time.monotonic() - began:.0f} s", flush=True)


def owing(url: str) -> tuple[int, int, int]:
    """Customers, those that owe something, and the open instalments behind it."""
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT count(*), count(owed_since),"
            " (SELECT count(*) FROM orders_instalment WHERE received < amount AND due_date IS NOT NULL)"
            " FROM customers_customer"
        ).fetchone()
    return found or (0, 0, 0)


def run(urls: list[str], processor: bool) -> list[Result]:
    """Opens every page as everybody who may, in both databases."""
    workers = (Worker(urls[0]), Worker(urls[1]))
    try:
        found = [measure(workers, Case(path, login), processor) for path in _PAGES for login in _PEOPLE]
    finally:
        for worker in workers:
            worker.close()
    return [result for result in found if result]


def main() -> int:
    """Prints a table; 1 when a page falls short."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs=2, default=[1_000, 10_000], help="customers in the two databases")
    parser.add_argument("--keep", action="store_true", help="use the databases of the run before, and keep them")
    parser.add_argument("--processor", action="store_true", help="time on a processor, for a busy machine")
    given = parser.parse_args()
    prefix, filling = os.environ.get("DATABASE_URL", ""), Owing(given.keep)
    if not prefix.startswith("postgres"):
        raise SystemExit("Set DATABASE_URL to a PostgreSQL server.")
    try:
        urls = [fill_postgresql(prefix, size, filling) for size in given.sizes]
        for url in urls:
            print("{:,} customers, {:,} owe something, {:,} open instalments".format(*owing(url)))
        results = run(urls, given.processor)
    finally:
        for size in () if given.keep else given.sizes:
            drop_postgresql(prefix, size, filling)
    for line in table(results, given.sizes):
        print(line)
    return int(not all(result.holds and result.queries[1] <= MOST_STATEMENTS for result in results))


if __name__ == "__main__":
    sys.exit(main())
