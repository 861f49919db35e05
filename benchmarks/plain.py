"""The figures of a month by plain SQL, as one writes them for a page: a query per figure and kind of segment.

Not the way the roll-ups go about it, which read the orders once for all kinds of segments; but the same figures to the
cent, which ``figures`` and ``kept`` are there to show.
"""

from datetime import date
from decimal import Decimal

from django.db import connection

from analytics.figures.counting import FAMILIES
from analytics.figures.months import Month

Rows = dict[tuple, tuple]

SCOPES = {"all": "0", "team": "o.sold_team_id", "rep": "o.sold_by_id"}
CATEGORY = "coalesce(p.category_id, 0)"
DIMENSIONS = {"": "''", "province": "o.province", "grade": "o.grade", "category": CATEGORY}

_ORDERS = "orders_order o"
_LINES = """orders_order o JOIN orders_orderline l ON l.order_id = o.id AND l.revision = o.revision
    LEFT JOIN products_product p ON p.id = l.product_id"""
_EFFECTIVE = "o.status IN ('approved', 'completed')"
_BOOKED = f"{_EFFECTIVE} AND o.booking_date >= %(start)s AND o.booking_date < %(end)s"
_SO_FAR = f"""{_EFFECTIVE} AND o.booking_date < %(end)s
    AND o.customer_id IN (SELECT o.customer_id FROM orders_order o WHERE {_BOOKED})"""
_YEAR = f"{_EFFECTIVE} AND o.booking_date >= %(year)s AND o.booking_date < %(end)s"
_SIGNED = f"{_EFFECTIVE} AND o.signed_off_on >= %(start)s AND o.signed_off_on < %(end)s"
_PROMISED = f"{_EFFECTIVE} AND o.first_promised_date >= %(start)s AND o.first_promised_date < %(due)s"
_DATED = "o.submitted_at IS NOT NULL AND o.order_date >= %(start)s AND o.order_date < %(end)s"

_ORDERS_ONCE = {
    "booked": f"""SELECT {{keys}}, count(*), sum(o.net_total), sum(o.net_total) FILTER (WHERE o.grade = 'A')
        FROM {_ORDERS} WHERE {{whose}} AND {_BOOKED} GROUP BY 1, 2""",
    "delivery": f"""SELECT {{keys}}, count(*), sum(o.signed_off_on - o.order_date),
        percentile_cont(0.5) WITHIN GROUP (ORDER BY o.signed_off_on - o.order_date)
        FROM {_ORDERS} WHERE {{whose}} AND {_SIGNED} GROUP BY 1, 2""",
    "punctuality": f"""SELECT {{keys}}, count(*), count(*) FILTER (WHERE o.signed_off_on <= o.first_promised_date)
        FROM {_ORDERS} WHERE {{whose}} AND {_PROMISED} GROUP BY 1, 2""",
}
_BY_CATEGORY = {
    "booked": f"""SELECT {{keys}}, count(DISTINCT o.id), sum(l.net_amount),
        sum(l.net_amount) FILTER (WHERE o.grade = 'A') FROM {_LINES} WHERE {{whose}} AND {_BOOKED} GROUP BY 1, 2""",
    "delivery": f"""SELECT who, what, count(*), sum(days), percentile_cont(0.5) WITHIN GROUP (ORDER BY days) FROM (
        SELECT DISTINCT {{keys}}, o.id, o.signed_off_on - o.order_date AS days
        FROM {_LINES} WHERE {{whose}} AND {_SIGNED}) AS signed GROUP BY 1, 2""",
    "punctuality": f"""SELECT who, what, count(*), count(*) FILTER (WHERE in_time) FROM (
        SELECT DISTINCT {{keys}}, o.id, o.signed_off_on <= o.first_promised_date AS in_time
        FROM {_LINES} WHERE {{whose}} AND {_PROMISED}) AS promised GROUP BY 1, 2""",
}
_CUSTOMERS = {
    "buyers": f"""SELECT who, what, count(*), count(*) FILTER (WHERE one < other OR earlier) FROM (
        SELECT {{keys}}, o.customer_id, min(o.id) FILTER (WHERE o.booking_date >= %(start)s) AS one,
            max(o.id) FILTER (WHERE o.booking_date >= %(start)s) AS other,
            bool_or(o.booking_date < %(start)s) AS earlier
        FROM {{rows}} WHERE {{whose}} AND {_SO_FAR} GROUP BY 1, 2, 3) AS bought WHERE one IS NOT NULL GROUP BY 1, 2""",
    "year_buyers": f"""SELECT who, what, count(*), count(*) FILTER (WHERE one < other) FROM (
        SELECT {{keys}}, o.customer_id, min(o.id) AS one, max(o.id) AS other
        FROM {{rows}} WHERE {{whose}} AND {_YEAR} GROUP BY 1, 2, 3) AS bought GROUP BY 1, 2""",
}
_LATE_LINES = f"""SELECT {{keys}}, {CATEGORY}, count(*),
    count(*) FILTER (WHERE l.signed_off_on > o.first_promised_date OR l.signed_off_on IS NULL)
    FROM {_LINES} WHERE {{whose}} AND {_PROMISED} GROUP BY 1, 2, 3"""
_STAGES = f"""SELECT {{keys}}, count(*), count(*) FILTER (WHERE {_EFFECTIVE}),
    count(*) FILTER (WHERE {_EFFECTIVE} AND o.delivery_status IN ('shipped', 'partly_signed', 'signed')),
    count(*) FILTER (WHERE {_EFFECTIVE} AND o.signed_off_on IS NOT NULL)
    FROM {_ORDERS} WHERE {{whose}} AND {_DATED} GROUP BY 1, 2"""


def queries(scope: str, dimension: str) -> dict[str, str]:
    """The queries for one kind of segment, by family."""
    found = {**(_BY_CATEGORY if dimension == "category" else _ORDERS_ONCE), **_CUSTOMERS}
    if dimension != "category":
        found["late_lines"] = _LATE_LINES
    if not dimension:
        found["stages"] = _STAGES
    fill = {
        "keys": f"{SCOPES[scope]} AS who, {DIMENSIONS[dimension]} AS what",
        "whose": "true" if scope == "all" else f"{SCOPES[scope]} IS NOT NULL",
        "rows": _LINES if dimension == "category" else _ORDERS,
    }
    return {family: query.format(**fill) for family, query in found.items()}


def figures(month: Month, today: date, scopes=tuple(SCOPES), dimensions=tuple(DIMENSIONS)) -> Rows:
    """What a month comes to: family and segment (a category of late lines too) → its figures."""
    end = month.shifted(1).first
    days = {"start": month.first, "end": end, "year": month.shifted(-11).first, "due": min(end, today)}
    found: Rows = {}
    with connection.cursor() as cursor:
        for scope in scopes:
            for dimension in dimensions:
                for family, query in queries(scope, dimension).items():
                    cursor.execute(query, days)
                    for row in cursor.fetchall():
                        category = [row[2]] if family == "late_lines" else []
                        key = (family, scope, row[0], dimension, str(row[1]), *category)
                        found[key] = _figures(family, row)
    return found


def _figures(family: str, row: tuple) -> tuple:
    return tuple(value or Decimal(0) for value in row[3 if family == "late_lines" else 2 :])


def kept(month: Month) -> Rows:
    """The same from the roll-ups."""
    found: Rows = {}
    for family in FAMILIES:
        keys = ("scope", "scope_id", "dimension", "value", *(["category"] if family.key == "late_lines" else []))
        figures_ = [column for column in family.columns if column not in keys]
        for row in family.model._default_manager.filter(month=month.first).values_list(*keys, *figures_):
            found[(family.key, *row[: len(keys)])] = row[len(keys) :]
    return found
