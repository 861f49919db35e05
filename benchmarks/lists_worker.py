"""One process of ``benchmarks.lists``: opens pages of one database as several people and measures each."""

import json
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median

from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.urls import resolve
from django.utils import timezone

from accounts.models import User
from core import listing
from core.keyset import PAGE_SIZE, cursor_at, ordered, page_of
from core.listing import ListPage
from customers.models import Customer
from fulfilment.models import Carrier, Shipment
from orders.models import Order
from products.models import Category
from requirements.models import Requirement

_KNOWN = "海雅装备"  # the first customer of every demonstration


def main() -> None:
    """Answers requests on stdin, one JSON object a line, until it is closed."""
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["testserver"]
    browsers: dict[str, Client] = {}
    verbs = {"facts": facts, "sorts": sorts, "prepare": prepare, "measure": measure}
    for line in sys.stdin:
        given = json.loads(line)
        verb, login = verbs[given.pop("verb")], given.pop("login", "")
        if login and login not in browsers:
            browsers[login] = Client()
            browsers[login].force_login(person(login), backend="django.contrib.auth.backends.ModelBackend")
        print(json.dumps(verb(browsers.get(login), login, **given)), flush=True)


def person(login: str) -> User:
    return User.objects.get(username=login)


def facts(client, login) -> dict[str, str]:
    """What addresses are filled with, found in this database."""
    known = Customer.objects.filter(short_name=_KNOWN).order_by("id")[0]
    number = Order.objects.filter(customer=known, number__isnull=False).order_by("id").values_list("number", flat=True)
    tracked = Shipment.objects.exclude(tracking_number="").filter(rep=known.owner).order_by("id")
    carriers = Carrier.objects.annotate(n=Count("shipments")).order_by("-n")
    month = timezone.localdate().replace(day=1) - timedelta(days=1)
    return {
        "number": number[0],
        "tracking": tracked[0].tracking_number,
        "carrier": str(carriers[0].pk),
        "category": str(Category.objects.order_by("name")[0].pk),
        "requirement": Requirement.objects.order_by("id")[0].number,
        "rep": str(person("rep1").pk),
        "month": f"{month:%Y-%m}",
        "orders": str(Order.objects.count()),
        "customers": str(Customer.objects.count()),
    }


def sorts(client, login, path: str) -> list[str]:
    """Every sort that the list at this address offers this person, in both directions."""
    if not _is_list(path):
        return []
    view = _view(path, login)
    names = [column.sort for column in view.shown_columns() if column.sort]
    return [sign + name for name in names for sign in ("", "-")]


def _is_list(path: str) -> bool:
    """Whether the address is a list's own; some pages choose the list that they show."""
    return issubclass(getattr(resolve(path.partition("?")[0]).func, "view_class", object), ListPage)


def _view(path: str, login: str) -> ListPage:
    found = resolve(path.partition("?")[0])
    view = found.func.view_class(**found.func.view_initkwargs)
    request = RequestFactory().get(path)
    request.user = person(login)
    view.setup(request)
    return view


def prepare(client, login, path: str, page: int) -> dict:
    """The address of a page of a list, or of the last full one before it, and how many rows it has to show."""
    if not _is_list(path):
        return {"path": path, "page": 1, "rows": 0}
    view = _view(path, login)
    rows = ordered(view.get_filterset().qs, view.sort())
    count = rows.order_by().count()
    page = max(1, min(page, count // PAGE_SIZE))
    if page == 1:
        return {"path": path, "page": 1, "rows": min(count, PAGE_SIZE)}
    query = QueryDict(path.partition("?")[2], mutable=True)
    query["at"] = cursor_at(rows[(page - 1) * PAGE_SIZE - 1], view.sort())
    return {"path": f"{path.partition('?')[0]}?{query.urlencode()}", "page": page, "rows": PAGE_SIZE}


class Queries:
    """Counts the statements and the time (by ``now``) that they take."""

    def __init__(self, now: Callable[[], float]):
        self.count, self.seconds, self._now = 0, 0.0, now

    def __call__(self, execute, sql, params, many, context):
        began = self._now()
        try:
            return execute(sql, params, many, context)
        finally:
            self.count += 1
            self.seconds += self._now() - began


def worked() -> float:
    """Seconds that this process and its session in PostgreSQL have had a processor; Linux only."""
    if connection.vendor != "postgresql":
        return time.process_time()
    session = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text(encoding="ascii")
    return time.process_time() + int(session.split()[0]) / 1e9


def measure(client, login, path: str, times: int, rows: int, processor: bool) -> dict:
    """Milliseconds of the whole request and of its queries (medians), and how many these are."""
    now = worked if processor else time.perf_counter
    found = []
    with pages_of(rows):
        for _n in range(times):
            queries = Queries(now)
            with connection.execute_wrapper(queries):
                began = now()
                response = client.get(path)
                took = now() - began
            assert response.status_code in (200, 302), (path, response.status_code)
            found.append((took, queries.seconds, queries.count))
    return {
        "ms": [took * 1000 for took, _seconds, _count in found],
        "db": median(seconds for _took, seconds, _count in found) * 1000,
        "queries": found[-1][2],
    }


@contextmanager
def pages_of(rows: int):
    """Lists show so many rows: a page of the small database is not always full, and rows cost time."""
    listing.page_of = partial(page_of, size=rows or PAGE_SIZE)
    try:
        yield
    finally:
        listing.page_of = page_of
