"""One process of ``benchmarks.analytics``: counts and shows the figures of one database, and takes the time."""

import json
import sys
import time
from collections.abc import Callable
from itertools import zip_longest

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from analytics.figures.months import Month
from analytics.models import MonthCount
from analytics.rollups.freshness import count_month, refresh
from benchmarks import plain, world
from orders.models import Order
from products.models import Category

_BACK = (0, 1, 6, 12, 23)  # months before the running one whose dashboards are opened


def main() -> None:
    """Answers requests on stdin, one JSON object a line, until it is closed."""
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["testserver"]
    verbs = {"fill": fill, "facts": facts, "refresh": refresh_month, "plain": plain_month, "open": opened}
    for line in sys.stdin:
        given = json.loads(line)
        print(json.dumps(verbs[given.pop("verb")](**given)), flush=True)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def fill(orders: int) -> dict:
    """Fills the database unless it is full, and counts everything for the first time."""
    made = 0.0 if Order.objects.exists() else _seconds(lambda: world.fill(orders))
    counted = _seconds(refresh)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return {"made": made, "counted": counted}


def facts() -> dict:
    """The months that have figures, and the dashboards to be opened."""
    now, rep, category = Month.current(), User.objects.get(username="rep7"), Category.objects.get(name="类别3")
    whole = [f"/analytics/{now.shifted(-back)}/" for back in _BACK]
    queries = (
        "by=category",
        "by=province",
        f"scope=team:{rep.team_id}",
        f"scope=rep:{rep.pk}",
        f"part=category:{category.pk}",
    )
    months = sorted({str(Month.of(day)) for day in MonthCount.objects.values_list("month", flat=True)})
    return {
        "orders": Order.objects.count(),
        "months": months,
        "paths": [*whole, *(f"{whole[1]}?{query}" for query in queries)],
    }


def refresh_month(month: str) -> float:
    """Counts a month anew as after a change, every family; seconds."""
    units = MonthCount.objects.filter(month=Month.parse(month).first)
    units.update(stale=True)
    waiting = list(units)
    return _seconds(lambda: [count_month(unit) for unit in waiting])


def plain_month(month: str, undivided: bool = False) -> dict:
    """The same month by plain aggregates, all of it or everybody's alone: seconds, and whether the figures agree."""
    wanted, today, found = Month.parse(month), timezone.localdate(), {}
    only = {"scopes": ("all",), "dimensions": ("",)} if undivided else {}
    seconds = _seconds(lambda: found.update(plain.figures(wanted, today, **only)))
    kept = plain.kept(wanted)
    agrees = kept.items() >= found.items() if undivided else kept == found
    differing = [str(pair) for pair in zip_longest(sorted(kept.items()), sorted(found.items())) if pair[0] != pair[1]]
    return {"seconds": seconds, "agrees": agrees, "rows": len(found), "first": "" if agrees else differing[0]}


def opened(path: str, times: int) -> dict:
    """Opens a dashboard as somebody who sees everything: milliseconds of each time, of these in this process's own
    computing (the rest is the database's, and waiting for a busy machine), and how many queries it takes."""
    client = Client()
    client.force_login(User.objects.get(username="finance"), backend="django.contrib.auth.backends.ModelBackend")
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200, path
        queries = len(captured)
    computed = time.process_time()
    took = [_seconds(lambda: client.get(path)) * 1000 for _n in range(times)]
    return {"ms": took, "own": (time.process_time() - computed) * 1000 / times, "queries": queries}
