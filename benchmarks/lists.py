"""Every list and the search with few orders and with many: are they as fast, and do they ask as often?

    DATABASE_URL=postgres://postgres@127.0.0.1:5432/bench python -m benchmarks.lists
    python -m benchmarks.lists --sizes 1000 5000 --only orders --keep

Makes two databases beside the one in ``DATABASE_URL`` (its name is a prefix; it need not exist), fills them with the
demonstration and opens the same pages in both, in turn, through the whole application in two processes. With
``--crowded`` the sizes are customers, with as many requirements and what hangs on them (``benchmarks/crowd.py``), among
a thousand orders. The time of a page is the median of its runs. With many rows it may take at most 1.3 times as long,
with the same number of queries. Pages are cut to the rows that the small database has to show, because rows cost time
wherever they come from.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import quote, urlsplit

import psycopg

# One request here, one there: what else the machine does slows both alike.
MOST_TIME, DEEP, RUNS, ROUNDS = 1.3, 500, 1, 15
_CROWDED = 1_000  # orders and customers of the demonstration whose customers are copied
_ROOT = Path(__file__).parent.parent
_CHILD = "import django; django.setup(); from benchmarks.lists_worker import main; main()"
_CROWD = "import django, sys; django.setup(); from benchmarks.crowd import fill; fill(int(sys.argv[1]))"

#: Two filters of each list; what stands in braces is found in the database.
FILTERS = {
    "/customers/": (
        "cooperation=dormant",
        "industry=化工",
        "grade=B",
        "province=云汀省&active=yes",
    ),
    "/customers/unassigned/": ("grade=C", "province=云汀省"),
    "/requirements/": (
        "status=live",
        "status=unanswered",
        "status=lost",
        "priority=urgent",
        "wanted={month}",
        "status=confirmed&priority=regular",
    ),
    "/grades/": ("way=up", "way=down", "origin=request", "state=decided"),
    "/products/": ("category={category}", "kind=goods"),
    "/orders/": (
        "status=completed",
        "delivery=under_way",
        "month={month}",
        "status=cancelled&grade=B",
        "since={month}-03&until={month}-19",
        "since={month}-03&status=completed",
    ),
    "/shipments/": ("status=signed_off", "carrier={carrier}", "status=shipped&carrier={carrier}"),
    "/approvals/": ("grade=A", "grade=B"),
    "/analytics/orders/": ("month={month}", "month={month}&of=late", "month={month}&part=grade:A"),
    "/analytics/lines/": ("month={month}", "month={month}&of=late&part=category:{category}"),
    "/analytics/customers/": ("month={month}", "month={month}&of=year&part=grade:A"),
}
PEOPLE = {
    "/customers/": ("rep1", "manager1", "finance1"),
    "/customers/unassigned/": ("manager1",),
    "/requirements/": ("rep1", "manager1", "finance1"),
    "/grades/": ("rep1", "manager1", "finance1"),
    "/file-changes/": ("rep1", "manager1", "finance1"),
    "/products/": ("rep1", "manager1", "finance1"),
    "/orders/": ("rep1", "manager1", "finance1", "operations1"),
    "/shipments/": ("rep1", "manager1", "finance1", "operations1"),
    "/approvals/": ("rep1", "manager1", "finance1"),
    "/analytics/orders/": ("rep1", "manager1", "finance1"),
    "/analytics/lines/": ("rep1", "manager1", "finance1"),
    "/analytics/customers/": ("rep1", "manager1", "finance1"),
    "/jobs/": ("manager1",),
    "/messages/": ("rep1",),
    "/search/": ("rep1", "manager1", "finance1"),
    # The worklist and the figures beside the navigation.
    "/": ("rep1", "manager1", "finance1", "operations1"),
    "/fragments/navigation-counts/": ("rep1", "manager1", "finance1", "operations1"),
}
#: What people type: two and four characters, few and many of which match, initials, numbers.
TEXTS = ("水务", "海雅装备", "有限公司", "hyzb", "sw", "{number}", "{tracking}")
#: And where there are requirements.
WISHES = ("控制柜", "{requirement}")
SEARCHED = (
    "/customers/",
    "/customers/unassigned/",
    "/requirements/",
    "/grades/",
    "/orders/",
    "/shipments/",
    "/approvals/",
    "/analytics/orders/",
    "/analytics/lines/",
    "/analytics/customers/",
)


@dataclass(frozen=True)
class Case:
    """One page as one person; ``path`` may hold facts in braces."""

    path: str
    login: str
    page: int = 1

    @property
    def name(self) -> str:
        return f"{self.path} {self.login}" + (f" p{self.page}" if self.page > 1 else "")


class Worker:
    """A process of a checkout (this one) that has one database open."""

    def __init__(self, url: str, root: Path = _ROOT):
        command = [sys.executable, "-c", _CHILD]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._process = subprocess.Popen(command, env=_environment(url), cwd=root, text=True, **pipes)
        self.facts = self.ask(verb="facts")

    def ask(self, **request):
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        if answer := self._process.stdout.readline():
            return json.loads(answer)
        raise SystemExit(f"The process that measures has ended: {request}")

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait()


def _environment(url: str) -> dict[str, str]:
    media = tempfile.gettempdir() + "/benchmark-media"
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "ordersys.settings", "DATABASE_URL": url, "MEDIA_ROOT": media}


def manage(url: str, *command: str, root: Path = _ROOT) -> float:
    """Runs a command of a checkout (this one) on a database and returns the seconds it took."""
    began = time.monotonic()
    subprocess.run([sys.executable, "manage.py", *command], env=_environment(url), cwd=root, check=True)
    return time.monotonic() - began


# ---- databases -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filling:
    """How the databases are filled, and whether those of the run before do."""

    keep: bool = False
    crowded: bool = False

    def name(self, size: int) -> str:
        return f"{'crowd' if self.crowded else 'lists'}_{size}"

    def fill(self, url: str, size: int, root: Path = _ROOT) -> None:
        """Loads a demonstration of that many orders; crowded, one of a thousand whose customers are copied."""
        began = time.monotonic()
        manage(url, "migrate", "-v0", root=root)
        if self.crowded:
            manage(url, "demo", "--orders", str(_CROWDED), "--customers", str(_CROWDED), root=root)
            command = [sys.executable, "-c", _CROWD, str(size)]
            subprocess.run(command, env=_environment(url), cwd=root, check=True)
        else:
            manage(url, "demo", "--orders", str(size), root=root)
        print(f"{url.rpartition('/')[2]}: {time.monotonic() - began:.0f} s", flush=True)


def fill_postgresql(prefix: str, size: int, filling: Filling, root: Path = _ROOT) -> str:
    """Makes and fills a database of that many orders, unless it is kept from the run before; returns its address."""
    server, name = prefix.rpartition("/")[0], f"{urlsplit(prefix).path[1:]}_{filling.name(size)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not known:
            connection.execute(f'CREATE DATABASE "{name}"')
    url = f"{server}/{name}"
    if known and filling.keep:
        manage(url, "migrate", "-v0", root=root)
        return url
    filling.fill(url, size, root)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return url


def drop_postgresql(prefix: str, size: int, filling: Filling) -> None:
    server, name = prefix.rpartition("/")[0], f"{urlsplit(prefix).path[1:]}_{filling.name(size)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def fill_sqlite(folder: str, size: int, filling: Filling) -> str:
    """As ``fill_postgresql``, in a file."""
    path = Path(folder) / f"{filling.name(size)}.sqlite3"
    url = f"sqlite:///{path}"
    if path.exists() and filling.keep:
        manage(url, "migrate", "-v0")
    else:
        filling.fill(url, size)
    return url


# ---- cases -----------------------------------------------------------------------------------------------------------


def cases(worker: Worker, only: str) -> Iterator[Case]:
    """Every page that is measured."""
    for path, login in ((path, login) for path, people in PEOPLE.items() for login in people if only in path):
        if path != "/search/":
            yield Case(path, login)
        if path in FILTERS:
            sorts = [f"sort={sort}" for sort in worker.ask(verb="sorts", path=path, login=login)]
            for query in (*sorts, *FILTERS[path]):
                yield Case(f"{path}?{query}", login)
                yield Case(f"{path}?{query}", login, page=DEEP)
        if path in SEARCHED or path == "/search/":
            texts = (*TEXTS, *(WISHES if path in ("/requirements/", "/search/") else ()))
            yield from (Case(f"{path}?q={text}", login) for text in texts)


# ---- measuring -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    """What a page takes with few and with many orders, in milliseconds; ``page`` is the one opened in each."""

    case: Case
    pages: tuple[int, int]
    rows: int
    ms: tuple[float, float]
    db: tuple[float, float]
    queries: tuple[int, int]

    @property
    def ratio(self) -> float:
        return self.ms[1] / self.ms[0]

    @property
    def holds(self) -> bool:
        return self.queries[0] == self.queries[1] and self.ratio <= MOST_TIME


def measure(workers: tuple[Worker, Worker], case: Case, processor: bool) -> Result | None:
    """Opens the page in both databases in turn, several rounds; the first request of each is not counted.

    None where the small database has nothing to show and the large one has: an empty page asks for less.
    """
    opened = [_prepare(worker, case) for worker in workers]
    rows = min(page["rows"] for page in opened)
    if not rows and any(page["rows"] for page in opened):
        print(f"Not compared, few orders have no row: {case.name}", flush=True)
        return None
    timed: list[list[float]] = [[], []]
    last: list[dict] = [{}, {}]
    for round_ in range(ROUNDS + 1):
        for n, worker in enumerate(workers):
            times = RUNS if round_ else 1
            asked = {"path": opened[n]["path"], "times": times, "rows": rows, "processor": processor}
            last[n] = worker.ask(verb="measure", login=case.login, **asked)
            timed[n] += last[n]["ms"] if round_ else []
    return Result(
        case,
        pages=(opened[0]["page"], opened[1]["page"]),
        rows=rows,
        ms=(median(timed[0]), median(timed[1])),
        db=(last[0]["db"], last[1]["db"]),
        queries=(last[0]["queries"], last[1]["queries"]),
    )


def _prepare(worker: Worker, case: Case) -> dict:
    path = case.path.format(**worker.facts)
    query = path.partition("?")[2]
    path = path.partition("?")[0] + (f"?{quote(query, safe='=&-')}" if query else "")
    return worker.ask(verb="prepare", login=case.login, path=path, page=case.page)


def table(results: list[Result], sizes: list[int]) -> Iterator[str]:
    """The results as a table in Markdown."""
    few, many = (f"{size:,}" for size in sizes)
    yield f"| page | as | page no. | rows | queries | {few}: ms | {many}: ms | database ms | ratio | |"
    yield "|---|---|---|---:|---:|---:|---:|---:|---:|---|"
    for r in results:
        pages = "1" if r.pages[1] == 1 else f"{r.pages[0]} / {r.pages[1]}"
        queries = str(r.queries[0]) if r.queries[0] == r.queries[1] else f"{r.queries[0]} / {r.queries[1]}"
        yield (
            f"| `{r.case.path}` | {r.case.login} | {pages} | {r.rows or '–'} | {queries} "
            f"| {r.ms[0]:.1f} | {r.ms[1]:.1f} | {r.db[0]:.1f} / {r.db[1]:.1f} "
            f"| {r.ratio:.2f} | {'' if r.holds else '**over**'} |"
        )


def run(urls: list[str], sizes: list[int], only: str, processor: bool) -> list[Result]:
    workers = (Worker(urls[0]), Worker(urls[1]))
    try:
        found = (measure(workers, case, processor) for case in cases(workers[1], only))
        # A deep page that neither database has is the first one, which is measured anyway.
        results = [result for result in found if result and (result.case.page == 1 or result.pages[1] > 1)]
    finally:
        for worker in workers:
            worker.close()
    for line in table(results, sizes):
        print(line)
    over = [r for r in results if not r.holds]
    print(f"\n{len(results)} pages, {len(over)} over {MOST_TIME} or with other queries.\n", flush=True)
    return results


def main() -> int:
    """Prints a table per database; 1 when a page on PostgreSQL falls short."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs=2, default=[1_000, 100_000], help="orders in the two databases")
    parser.add_argument("--only", default="", help="only addresses with this text")
    parser.add_argument("--keep", action="store_true", help="use the databases of the run before, and keep them")
    parser.add_argument("--crowded", action="store_true", help="as many customers and requirements as orders")
    parser.add_argument(
        "--processor", action="store_true", help="time on a processor instead of the clock's, for a busy machine"
    )
    parser.add_argument("--sqlite", metavar="FOLDER", help="measure SQLite instead, with files in this folder")
    given = parser.parse_args()
    filling = Filling(given.keep, given.crowded)
    if given.sqlite:
        run(
            [fill_sqlite(given.sqlite, size, filling) for size in given.sizes],
            given.sizes,
            given.only,
            given.processor,
        )
        return 0
    prefix = os.environ.get("DATABASE_URL", "")
    if not prefix.startswith("postgres"):
        raise SystemExit("Set DATABASE_URL to a PostgreSQL server, or give --sqlite FOLDER.")
    try:
        urls = [fill_postgresql(prefix, size, filling) for size in given.sizes]
        results = run(urls, given.sizes, given.only, given.processor)
    finally:
        for size in () if given.keep else given.sizes:
            drop_postgresql(prefix, size, filling)
    return int(not all(result.holds for result in results))


if __name__ == "__main__":
    sys.exit(main())
