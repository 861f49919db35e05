"""The dashboard with few orders and with many, and counting its figures beside plain SQL that gives the same.

    DATABASE_URL=postgres://postgres@127.0.0.1:5432/bench python -m benchmarks.analytics
    python -m benchmarks.analytics --sizes 1000 100000 --keep

Makes two databases beside the one in ``DATABASE_URL`` (its name is a prefix; it need not exist), fills them with orders
of ``benchmarks.world`` and opens the same dashboards in both, in turn, through the whole application. In the large one
each month is then counted anew and, beside it, asked for by ``benchmarks.plain``, whose figures must be the same.
"""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import psycopg

MOST_MS, MOST_GROWTH = 300, 3.0
MOST_RECOUNT, MOST_MONTH = 1.5, 2.5
RUNS, ROUNDS = 5, 4
_ROOT = Path(__file__).parent.parent
_CHILD = "import django; django.setup(); from benchmarks.analytics_worker import main; main()"


class Worker:
    """A process that has one database open."""

    def __init__(self, url: str):
        self._process = subprocess.Popen(
            [sys.executable, "-c", _CHILD],
            env=_environment(url),
            cwd=_ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ask(self, verb: str, **request):
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"verb": verb, **request}) + "\n")
        self._process.stdin.flush()
        if answer := self._process.stdout.readline():
            return json.loads(answer)
        raise SystemExit(f"The process that measures has ended: {verb} {request}")

    def close(self) -> None:
        self._process.communicate()


def _environment(url: str) -> dict[str, str]:
    own = {"DATABASE_URL": url, "DEBUG": "1", "SECRET_KEY": "for nobody but this benchmark"}
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "ordersys.settings", **own}


# ---- databases -------------------------------------------------------------------------------------------------------


def made(prefix: str, size: int) -> str:
    """The address of a migrated database for that many orders, made unless it is there."""
    server, name = _place(prefix, size)
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f'CREATE DATABASE "{name}"')
    url = f"{server}/{name}"
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=_environment(url), cwd=_ROOT, check=True)
    return url


def dropped(prefix: str, size: int) -> None:
    server, name = _place(prefix, size)
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _place(prefix: str, size: int) -> tuple[str, str]:
    return prefix.rpartition("/")[0], f"{urlsplit(prefix).path[1:]}_figures_{size}"


# ---- the dashboard ---------------------------------------------------------------------------------------------------


def dashboards(workers: list[Worker], sizes: list[int]) -> bool:
    """Opens each dashboard in both databases in turn; whether all keep within their limits."""
    few, many = (f"{size:,}" for size in sizes)
    print(f"\n| dashboard | queries | {few}: ms | {many}: ms | ratio | of it computing: ms | |")
    print("|---|---:|---:|---:|---:|---:|---|")
    holds = True
    for paths in zip(*(worker.ask("facts")["paths"] for worker in workers), strict=True):
        timed: list[list[float]] = [[], []]
        queries = [0, 0]
        own: list[list[float]] = [[], []]
        for _round in range(ROUNDS):
            for n, worker in enumerate(workers):
                answer = worker.ask("open", path=paths[n], times=RUNS)
                timed[n] += answer["ms"]
                queries[n] = answer["queries"]
                own[n].append(answer["own"])
        small, large = (median(each) for each in timed)
        good = large < MOST_MS and large <= MOST_GROWTH * small and queries[0] == queries[1]
        asked = str(queries[1]) if queries[0] == queries[1] else f"{queries[0]} / {queries[1]}"
        over = "" if good else "**over**"
        computing = " / ".join(f"{median(each):.0f}" for each in own)
        print(
            f"| `{paths[1]}` | {asked} | {small:.0f} | {large:.0f} | {large / small:.2f} | {computing} | {over} |",
            flush=True,
        )
        holds = holds and good
    return holds


# ---- counting --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counted:
    """Seconds for one month: counting it anew, plain aggregates of all its segments, of everybody's undivided ones."""

    month: str
    ours: float
    plain: float
    undivided: float
    rows: int


def counted(worker: Worker, months: list[str], rounds: int) -> list[Counted]:
    """Each month both ways, in turn. Raises SystemExit where the figures are not the same."""
    found = []
    for month in months:
        times: dict[str, list[float]] = {"ours": [], "plain": [], "undivided": []}
        for _round in range(rounds):
            times["ours"].append(worker.ask("refresh", month=month))
            plain = worker.ask("plain", month=month)
            alone = worker.ask("plain", month=month, undivided=True)
            if not (plain["agrees"] and alone["agrees"]):
                raise SystemExit(f"{month}: plain SQL says otherwise: {plain['first'] or alone['first']}")
            times["plain"].append(plain["seconds"])
            times["undivided"].append(alone["seconds"])
        row = Counted(month, *(median(each) for each in times.values()), plain["rows"])
        print(
            f"| {month} | {row.rows:,} | {row.ours:.2f} | {row.plain:.2f} | {row.ours / row.plain:.2f} "
            f"| {row.undivided:.2f} |",
            flush=True,
        )
        found.append(row)
    return found


def counting(worker: Worker, every: int, rounds: int) -> bool:
    """Counts months beside plain aggregates; whether one month and all of them keep within their limits."""
    print(
        "\n| month | rows | counted: s | plain: s | ratio | everybody alone, plain: s |\n|---|---:|---:|---:|---:|---:|"
    )
    found = counted(worker, worker.ask("facts")["months"][::-every], rounds)
    ours, plain = sum(row.ours for row in found), sum(row.plain for row in found)
    worst = max(found, key=lambda row: row.ours / row.plain)
    print(
        f"\n{len(found)} months recounted: {ours:.1f} s, plain aggregates {plain:.1f} s: {ours / plain:.2f} "
        f"(at most {MOST_RECOUNT}). "
        f"One month: {median(row.ours / row.plain for row in found):.2f} in the middle, "
        f"{worst.ours / worst.plain:.2f} at worst ({worst.month}; at most {MOST_MONTH})."
    )
    return ours <= MOST_RECOUNT * plain and worst.ours <= MOST_MONTH * worst.plain


def run(urls: list[str], sizes: list[int], every: int, rounds: int) -> bool:
    workers = [Worker(url) for url in urls]
    try:
        for worker, size in zip(workers, sizes, strict=True):
            took = worker.ask("fill", orders=size)
            print(
                f"{size:,} orders: made in {took['made']:.0f} s, first counted in {took['counted']:.0f} s", flush=True
            )
        shown = dashboards(workers, sizes)
        return counting(workers[1], every, rounds) and shown
    finally:
        for worker in workers:
            worker.close()


def main() -> int:
    """Prints the tables; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs=2, default=[1_000, 1_000_000], help="orders in the two databases")
    parser.add_argument("--every", type=int, default=1, help="count every nth month only, the newest first (1: all)")
    parser.add_argument("--rounds", type=int, default=1, help="how often each month is counted (1)")
    parser.add_argument("--keep", action="store_true", help="use the databases of the run before, and keep them")
    given = parser.parse_args()
    prefix = os.environ.get("DATABASE_URL", "")
    if not prefix.startswith("postgres"):
        raise SystemExit("Set DATABASE_URL to a PostgreSQL server.")
    if not given.keep:
        for size in given.sizes:
            dropped(prefix, size)
    try:
        urls = [made(prefix, size) for size in given.sizes]
        return int(not run(urls, given.sizes, given.every, given.rounds))
    finally:
        for size in () if given.keep else given.sizes:
            dropped(prefix, size)


if __name__ == "__main__":
    sys.exit(main())
