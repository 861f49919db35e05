"""Two checkouts of the project over the same pages, in turn: what has a change cost or saved?

    git worktree add /tmp/before 250f43a
    DATABASE_URL=postgres://postgres@127.0.0.1:5432/bench python -m benchmarks.checkouts /tmp/before .
    python -m benchmarks.checkouts /tmp/before . --orders 1000 --keep

Makes a database for each (the name in ``DATABASE_URL`` is a prefix), filled by the checkout's own demonstration, and
opens every page here and there in turn, through the whole application in two processes. The time is that of the
processor, of the page and of its session in PostgreSQL, so that a busy machine says the same; a page's is the median
of its runs.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.lists import Filling, Worker, fill_postgresql

ROUNDS = 21
PEOPLE = ("rep1", "manager1", "finance1", "operations1")
PAGES = (
    "/orders/",
    "/orders/?status=completed",
    "/orders/?q=海雅装备",
    "/customers/",
    "/shipments/",
    "/products/",
    "/approvals/",
    "/",
    "/fragments/navigation-counts/",
)


@dataclass(frozen=True)
class Compared:
    """What a page takes before and after, in milliseconds of a processor, and how often it asks the database."""

    path: str
    login: str
    ms: tuple[float, float]
    queries: tuple[int, int]

    @property
    def share(self) -> float:
        return self.ms[1] / self.ms[0]


def compare(workers: tuple[Worker, Worker], path: str, login: str) -> Compared:
    """The first request of each is not counted."""
    timed: list[list[float]] = [[], []]
    last: list[dict] = [{}, {}]
    for round_ in range(ROUNDS + 1):
        for n, worker in enumerate(workers):
            last[n] = worker.ask(verb="measure", login=login, path=path, times=1, rows=0, processor=True)
            timed[n] += last[n]["ms"] if round_ else []
    return Compared(path, login, (median(timed[0]), median(timed[1])), (last[0]["queries"], last[1]["queries"]))


def table(results: list[Compared]) -> Iterator[str]:
    """The results as a table in Markdown."""
    yield "| page | as | queries before / after | before: ms | after: ms | after / before |"
    yield "|---|---|---:|---:|---:|---:|"
    for r in results:
        queries = " / ".join(str(number) for number in r.queries)
        yield f"| `{r.path}` | {r.login} | {queries} | {r.ms[0]:.1f} | {r.ms[1]:.1f} | {r.share:.2f} |"


def main() -> int:
    """Prints the table; 1 when a page costs more than the given share of what it did."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--only", nargs="*", help="these pages as login:path, like finance1:/orders/")
    parser.add_argument("--most", type=float, default=1.0, help="the share that fails (1.0: any page that got dearer)")
    parser.add_argument("--keep", action="store_true", help="use the databases of the run before")
    given = parser.parse_args()
    prefix = os.environ["DATABASE_URL"]
    names = ("before", "after")
    folders = (given.before.resolve(), given.after.resolve())
    workers = tuple(
        Worker(fill_postgresql(f"{prefix}_{name}", given.orders, Filling(given.keep), root=folder), root=folder)
        for name, folder in zip(names, folders, strict=True)
    )
    pairs = [(path, login) for path in PAGES for login in PEOPLE if (path, login) not in _NOT_FOR]
    if given.only:
        pairs = [(path, login) for login, _colon, path in (text.partition(":") for text in given.only)]
    try:
        results = [compare(workers, path, login) for path, login in pairs]
    finally:
        for worker in workers:
            worker.close()
    print("\n".join(table(results)))
    return int(any(result.share > given.most for result in results))


#: Whom a page is not for.
_NOT_FOR = {("/customers/", "operations1"), ("/approvals/", "operations1")}


if __name__ == "__main__":
    sys.exit(main())
