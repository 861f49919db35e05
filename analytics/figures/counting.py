"""How roll-ups are counted: one SQL statement per family and month, the same on PostgreSQL and SQLite.

``kpis`` beside it says what each figure means; here the same is counted for every scope and dimension at once. A
statement gathers the month's rows once, at the grain of whole orders and at that of their parts by category, and groups
them by each scope × dimension. Tests hold the two against each other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from analytics.figures.kpis import YEAR
from analytics.figures.months import Month
from analytics.models import (
    BookedRollUp,
    BuyerRollUp,
    DeliveryRollUp,
    Dimension,
    Kind,
    LateLineRollUp,
    PunctualityRollUp,
    RefundRollUp,
    ResponseRollUp,
    RollUp,
    Scope,
    StageRollUp,
    YearlyBuyerRollUp,
)
from orders.statuses import EFFECTIVE, UNDER_WAY, DeliveryStatus

SEGMENT = ("scope", "scope_id", "dimension", "value")
_STATUSES = ", ".join(f"'{status}'" for status in EFFECTIVE)
_SHIPPED = ", ".join(f"'{status}'" for status in (*UNDER_WAY, DeliveryStatus.SIGNED))

#: Column and condition of each scope in the gathered rows; rows are grouped by columns alone, which are hashed fast.
_SCOPES = {
    Scope.ALL: ("everybody", ""),
    Scope.TEAM: ("team", "WHERE team IS NOT NULL"),
    Scope.REP: ("rep", "WHERE rep IS NOT NULL"),
}
_VALUES = {
    Dimension.NONE: "''",
    Dimension.CATEGORY: "CAST(category AS varchar(60))",
    Dimension.PROVINCE: "province",
    Dimension.GRADE: "grade",
}
_WHOLE = {Dimension.NONE: "whole", Dimension.PROVINCE: "whole", Dimension.GRADE: "whole"}
_BOTH = {**_WHOLE, Dimension.CATEGORY: "parts"}

_SELLER = "0 AS everybody, o.sold_by_id AS rep, o.sold_team_id AS team"
_WHO = f"{_SELLER}, o.province AS province, o.grade AS grade"
_PARTS = """orders_order o JOIN orders_orderline l ON l.order_id = o.id AND l.revision = o.revision
LEFT JOIN products_product p ON p.id = l.product_id"""
_CATEGORY = "COALESCE(p.category_id, 0) AS category"


def _effective(where: str) -> str:
    return f"o.status IN ({_STATUSES}) AND {where}"


_BOOKED = _effective("o.booking_date >= %(start)s AND o.booking_date < %(end)s")
_BOOKED_IN_YEAR = _effective("o.booking_date >= %(year)s AND o.booking_date < %(end)s")
_SIGNED = _effective("o.signed_off_on >= %(start)s AND o.signed_off_on < %(end)s")
_PROMISED = _effective("o.first_promised_date >= %(start)s AND o.first_promised_date < %(due)s")
_BUYERS = f"SELECT o.customer_id FROM orders_order o WHERE {_BOOKED}"
_BOUGHT_SO_FAR = _effective(f"o.booking_date < %(end)s AND o.customer_id IN ({_BUYERS})")
# One order of the month and another, which differ when there are two or more; and whether there was one before it.
_NOW_AND_BEFORE = """MIN(CASE WHEN o.booking_date >= %(start)s THEN o.id END) AS one,
    MAX(CASE WHEN o.booking_date >= %(start)s THEN o.id END) AS other,
    MAX(CASE WHEN o.booking_date < %(start)s THEN 1 ELSE 0 END) AS earlier"""


@dataclass(frozen=True)
class Family:
    """Figures that are counted together and kept in one table.

    ``rows`` are the common table expressions, ``count`` selects from one of them for one kind of segment; it fills
    ``columns``. ``kind`` of changes makes it stale: in its own month, in ``reach`` months after it, or in all of them.
    """

    key: str
    model: type[RollUp]
    kind: Kind
    rows: str
    count: str
    columns: tuple[str, ...]
    sources: Mapping[Dimension, str]
    reach: int | None = 0
    by_category: bool = True
    # Whether the running month's figure changes with the day.
    ages: bool = False
    # Archives from before it was counted are sealed without it.
    came_later: bool = False

    def select(self) -> str:
        """The statement that counts one month: segment and columns."""
        # Whole days from order date to sign-off are written differently, and so is an instant's day.
        days = "CAST(julianday(o.signed_off_on) - julianday(o.order_date) AS integer)"
        answered = "date(r.responded_at, '+8 hours')"
        if connection.vendor == "postgresql":
            days = "o.signed_off_on - o.order_date"
            answered = "CAST(r.responded_at AT TIME ZONE 'Asia/Shanghai' AS date)"
        kinds = []
        for scope, (column, where) in _SCOPES.items():
            for dimension, source in self.sources.items():
                named = zip((f"'{scope}'", column, f"'{dimension}'", _VALUES[dimension]), SEGMENT, strict=True)
                segment = ", ".join(f"{expression} AS {name}" for expression, name in named)
                keys = ", ".join(each for each in (column, dimension.value) if each)
                kinds.append(self.count.format(segment=segment, source=source, where=where, keys=keys))
        rows = self.rows.replace("DAYS", days).replace("ANSWERED_ON", answered)
        return f"WITH {rows} " + " UNION ALL ".join(kinds)

    @property
    def all_columns(self) -> str:
        return ", ".join((*SEGMENT, *self.columns))


FAMILIES = (
    Family(
        "booked",
        BookedRollUp,
        Kind.SALES,
        rows=f"""
whole AS (SELECT {_WHO}, o.net_total AS net FROM orders_order o WHERE {_BOOKED}),
parts AS (SELECT {_WHO}, {_CATEGORY}, SUM(l.net_amount) AS net FROM {_PARTS} WHERE {_BOOKED}
    GROUP BY o.id, o.sold_by_id, o.sold_team_id, o.province, o.grade, COALESCE(p.category_id, 0))""",
        count="""SELECT {segment}, COUNT(*), ROUND(SUM(net), 2),
ROUND(SUM(CASE WHEN grade = 'A' THEN net ELSE 0 END), 2)
FROM {source} {where} GROUP BY {keys}""",
        columns=("orders", "net_total", "net_of_a"),
        sources=_BOTH,
    ),
    Family(
        "buyers",
        BuyerRollUp,
        Kind.SALES,
        rows=f"""
whole AS (SELECT o.customer_id AS customer, {_WHO}, {_NOW_AND_BEFORE} FROM orders_order o WHERE {_BOUGHT_SO_FAR}
    GROUP BY o.customer_id, o.sold_by_id, o.sold_team_id, o.province, o.grade),
parts AS (SELECT o.customer_id AS customer, {_SELLER}, {_CATEGORY}, {_NOW_AND_BEFORE} FROM {_PARTS}
    WHERE {_BOUGHT_SO_FAR} GROUP BY o.customer_id, o.sold_by_id, o.sold_team_id, COALESCE(p.category_id, 0))""",
        count="""SELECT {segment}, COUNT(*), SUM(CASE WHEN one <> other OR earlier = 1 THEN 1 ELSE 0 END) FROM (
SELECT {keys}, MIN(one) AS one, MAX(other) AS other, MAX(earlier) AS earlier FROM {source} {where}
GROUP BY {keys}, customer HAVING MIN(one) IS NOT NULL) AS bought GROUP BY {keys}""",
        columns=("buyers", "repeated"),
        sources=_BOTH,
        reach=None,
    ),
    Family(
        "year_buyers",
        YearlyBuyerRollUp,
        Kind.SALES,
        rows=f"""
whole AS (SELECT o.customer_id AS customer, {_WHO}, MIN(o.id) AS one, MAX(o.id) AS other FROM orders_order o
    WHERE {_BOOKED_IN_YEAR} GROUP BY o.customer_id, o.sold_by_id, o.sold_team_id, o.province, o.grade),
parts AS (SELECT o.customer_id AS customer, {_SELLER}, {_CATEGORY}, MIN(o.id) AS one, MAX(o.id) AS other FROM {_PARTS}
    WHERE {_BOOKED_IN_YEAR} GROUP BY o.customer_id, o.sold_by_id, o.sold_team_id, COALESCE(p.category_id, 0))""",
        count="""SELECT {segment}, COUNT(*), SUM(CASE WHEN one <> other THEN 1 ELSE 0 END) FROM (
SELECT {keys}, MIN(one) AS one, MAX(other) AS other FROM {source} {where} GROUP BY {keys}, customer) AS bought
GROUP BY {keys}""",
        columns=("buyers", "repeated"),
        sources=_BOTH,
        reach=YEAR - 1,
    ),
    Family(
        "delivery",
        DeliveryRollUp,
        Kind.DELIVERY,
        rows=f"""
whole AS (SELECT {_WHO}, DAYS AS days FROM orders_order o WHERE {_SIGNED}),
parts AS (SELECT DISTINCT o.id, {_WHO}, {_CATEGORY}, DAYS AS days FROM {_PARTS} WHERE {_SIGNED})""",
        count="""SELECT {segment}, SUM(n), SUM(n * days),
(MIN(CASE WHEN 2 * so_far >= of_all THEN days END) + MIN(CASE WHEN 2 * so_far > of_all THEN days END)) / 2.0 FROM (
SELECT {keys}, days, n, SUM(n) OVER (PARTITION BY {keys} ORDER BY days) AS so_far,
SUM(n) OVER (PARTITION BY {keys}) AS of_all FROM (
SELECT {keys}, days, COUNT(*) AS n FROM {source} {where} GROUP BY {keys}, days) AS counted) AS ranked
GROUP BY {keys}""",
        columns=("orders", "days", "median"),
        sources=_BOTH,
    ),
    Family(
        "punctuality",
        PunctualityRollUp,
        Kind.PROMISE,
        rows=f"""
whole AS (SELECT {_WHO}, CASE WHEN o.signed_off_on <= o.first_promised_date THEN 1 ELSE 0 END AS in_time
    FROM orders_order o WHERE {_PROMISED}),
parts AS (SELECT DISTINCT o.id, {_WHO}, {_CATEGORY},
    CASE WHEN o.signed_off_on <= o.first_promised_date THEN 1 ELSE 0 END AS in_time FROM {_PARTS} WHERE {_PROMISED})""",
        count="SELECT {segment}, COUNT(*), SUM(in_time) FROM {source} {where} GROUP BY {keys}",
        columns=("orders", "in_time"),
        sources=_BOTH,
        ages=True,
    ),
    Family(
        "late_lines",
        LateLineRollUp,
        Kind.PROMISE,
        rows=f"""
whole AS (SELECT {_WHO}, {_CATEGORY}, COUNT(*) AS lines,
    SUM(CASE WHEN l.signed_off_on <= o.first_promised_date THEN 0 ELSE 1 END) AS late FROM {_PARTS} WHERE {_PROMISED}
    GROUP BY o.sold_by_id, o.sold_team_id, o.province, o.grade, COALESCE(p.category_id, 0))""",
        count="SELECT {segment}, category, SUM(lines), SUM(late) FROM {source} {where} GROUP BY {keys}, category",
        columns=("category", "lines", "late"),
        sources=_WHOLE,
        ages=True,
    ),
    Family(
        "stages",
        StageRollUp,
        Kind.STAGES,
        rows=f"""
whole AS (SELECT 0 AS everybody, COALESCE(o.sold_by_id, o.rep_id) AS rep, COALESCE(o.sold_team_id, o.team_id) AS team,
    CASE WHEN o.status IN ({_STATUSES}) THEN 1 ELSE 0 END AS approved,
    CASE WHEN o.status IN ({_STATUSES}) AND o.delivery_status IN ({_SHIPPED}) THEN 1 ELSE 0 END AS shipped,
    CASE WHEN o.status IN ({_STATUSES}) AND o.signed_off_on IS NOT NULL THEN 1 ELSE 0 END AS signed
    FROM orders_order o
    WHERE o.submitted_at IS NOT NULL AND o.order_date >= %(start)s AND o.order_date < %(end)s)""",
        count="""SELECT {segment}, COUNT(*), SUM(approved), SUM(shipped), SUM(signed)
FROM {source} {where} GROUP BY {keys}""",
        columns=("submitted", "approved", "shipped", "signed"),
        sources={Dimension.NONE: "whole"},
        by_category=False,
    ),
    Family(
        "responses",
        ResponseRollUp,
        Kind.RESPONSE,
        rows="""
whole AS (SELECT 0 AS everybody, r.owner_id AS rep, r.team_id AS team,
    CASE WHEN ANSWERED_ON <= r.response_due_on THEN 1 ELSE 0 END AS in_time FROM requirements_requirement r
    WHERE r.response_due_on >= %(start)s AND r.response_due_on < %(end)s
    AND (r.response_due_on < %(due)s OR r.responded_at IS NOT NULL))""",
        count="SELECT {segment}, COUNT(*), SUM(in_time) FROM {source} {where} GROUP BY {keys}",
        columns=("due", "in_time"),
        sources={Dimension.NONE: "whole"},
        by_category=False,
        ages=True,
        came_later=True,
    ),
    Family(
        "refunds",
        RefundRollUp,
        Kind.REFUND,
        rows="""
whole AS (SELECT 0 AS everybody, r.sold_by_id AS rep, r.sold_team_id AS team, r.amount AS amount FROM billing_refund r
    WHERE r.refunded_on >= %(start)s AND r.refunded_on < %(end)s)""",
        count="SELECT {segment}, ROUND(SUM(amount), 2) FROM {source} {where} GROUP BY {keys}",
        columns=("amount",),
        sources={Dimension.NONE: "whole"},
        by_category=False,
        came_later=True,
    ),
)
BY_KEY = {family.key: family for family in FAMILIES}


def _parameters(month: Month, today: date) -> dict:
    """Days as the database takes them: the month, its twelve months, and until when promises count."""
    end = month.shifted(1).first
    days = {"start": month.first, "end": end, "year": month.shifted(1 - YEAR).first, "due": min(end, today)}
    return {name: connection.ops.adapt_datefield_value(day) for name, day in days.items()}


def _prepare(cursor) -> None:
    """Until the transaction ends: room for grouping in memory, and no compiling of the many short branches."""
    if connection.vendor == "postgresql":
        cursor.execute("SET LOCAL work_mem = '64MB'; SET LOCAL jit = off")


def count(family: Family, month: Month, today: date) -> None:
    """Counts one family of roll-ups for one month anew, in the caller's transaction."""
    table = connection.ops.quote_name(family.model._meta.db_table)
    parameters = _parameters(month, today)
    with connection.cursor() as cursor:
        _prepare(cursor)
        cursor.execute(f"DELETE FROM {table} WHERE month = %(start)s", parameters)
        cursor.execute(
            f"INSERT INTO {table} (month, {family.all_columns}) SELECT %(start)s, counted.* "
            f"FROM ({family.select()}) AS counted",
            parameters,
        )


def differences(family: Family, month: Month, today: date) -> Iterator[tuple]:
    """Rows (segment and figures) that the roll-up of a month has otherwise than a count from the orders would."""
    table = connection.ops.quote_name(family.model._meta.db_table)
    with transaction.atomic(), connection.cursor() as cursor:
        _prepare(cursor)
        kept = _rows(cursor, f"SELECT {family.all_columns} FROM {table} WHERE month = %(start)s", month, today)
        fresh = _rows(cursor, family.select(), month, today)
    yield from kept - fresh
    yield from fresh - kept


def _rows(cursor, statement: str, month: Month, today: date) -> set[tuple]:
    cursor.execute(statement, _parameters(month, today))
    return set(cursor.fetchall())
