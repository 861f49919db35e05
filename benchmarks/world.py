"""Orders by the million for benchmarks of figures: made by the database itself, in a minute or two, always the same.

Two years of approved and completed orders, some cancelled, of two to four lines each, sold by fifty people of eight
teams to a tenth as many customers (a few of which buy most), in thirty provinces, with products of twelve categories.
Nine in ten have been signed off, an eighth of these late. Rows are written as they are: without guards, watches and
references being checked, which takes a superuser of PostgreSQL.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from accounts.models import Team, User
from accounts.roles import Role
from analytics.figures.months import Month
from billing.customer_facts import recount_by_calendar
from customers.models import Customer
from orders.models import Order, OrderLine
from ordersys.demo.bulk import indexes_afterwards
from products.models import Category, Product

TEAMS, REPS, CATEGORIES, PRODUCTS, PROVINCES, INDUSTRIES, MONTHS = 8, 50, 12, 240, 30, 20, 24

# One row per order, as they come in day by day. The square of a random number makes some customers buy often.
_DRAFTS = """
CREATE TEMPORARY TABLE drafts AS
SELECT n, customer, ordered, ordered + promise AS promised, 2 + n %% 3 AS lines,
    CASE WHEN signed <= %(today)s AND luck < 0.9 THEN signed END AS signed,
    CASE WHEN fate < 0.04 THEN 'cancelled' WHEN signed <= %(today)s AND luck < 0.9 THEN 'completed' ELSE 'approved' END
        AS status
FROM (
    SELECT n, floor(%(customers)s * random() ^ 2)::bigint AS customer, fate, luck, promise, ordered,
        ordered + CASE WHEN fate > 0.88 THEN promise + 1 + (fate * 1000)::integer %% 9 ELSE greatest(promise - 3, 1) END
            AS signed
    FROM (
        SELECT n, random() AS fate, random() AS luck, 4 + floor(36 * random())::integer AS promise,
            %(first)s + greatest(%(days)s * n / (%(orders)s + 1) - floor(4 * random())::integer, 0)::integer AS ordered
        FROM generate_series(1::bigint, %(orders)s) AS n
    ) AS thrown
) AS dated"""
_LINES = "drafts d CROSS JOIN LATERAL generate_series(1, d.lines) AS position"
_ORDERS = """drafts d JOIN customers_customer c ON c.id = %(first_customer)s + d.customer
JOIN (SELECT order_id, sum(net_amount) AS net FROM orders_orderline GROUP BY order_id) AS priced
    ON priced.order_id = d.n"""


def fill(orders: int) -> None:
    """Fills an empty, migrated database on PostgreSQL."""
    people = _people()
    first = Month.current().shifted(1 - MONTHS).first
    today = timezone.localdate()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica; SELECT setseed(0.5)")
        customers = max(orders // 10, 50)
        given = {
            "orders": orders,
            "customers": customers,
            "today": today,
            "first": first,
            "days": (today - first + timedelta(days=1)).days,
            "first_product": _products(),
        }
        given["first_customer"] = _customers(people, customers)
        with indexes_afterwards([Order, OrderLine]):
            cursor.execute(_DRAFTS, given)
            _insert(cursor, OrderLine, _LINES, _LINE, given)
            _insert(cursor, Order, _ORDERS, _ORDER, given)
    recount_by_calendar()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


_LINE = {
    "order_id": "d.n",
    "position": "position",
    "name": "'控制柜'",
    "quantity": "1",
    "product_id": "%(first_product)s + floor(240 * random())::bigint",
    "net_amount": "round((100 + 90000 * random())::numeric, 2)",
    "unit_price": "1",
    "signed_off_on": "d.signed",
    "first_promised_date": "CASE WHEN d.status <> 'cancelled' THEN d.promised END",
}
_ORDER = {
    "id": "d.n",
    "number": "'B' || lpad(d.n::text, 9, '0')",
    "status": "d.status",
    "customer_id": "c.id",
    "customer_name": "c.short_name",
    "grade": "c.grade",
    "province": "c.province",
    **dict.fromkeys(("rep_id", "sold_by_id", "drafted_by_id"), "c.owner_id"),
    **dict.fromkeys(("team_id", "sold_team_id"), "c.team_id"),
    **dict.fromkeys(("order_date", "booking_date"), "d.ordered"),
    **dict.fromkeys(("promised_date", "first_promised_date"), "d.promised"),
    **dict.fromkeys(("submitted_at", "approved_at", "status_since", "created_at"), "d.ordered::timestamptz"),
    **dict.fromkeys(("net_total", "gross_total"), "priced.net"),
    "signed_off_on": "d.signed",
    "delivery_status": "CASE WHEN d.signed IS NULL THEN 'preparing' ELSE 'signed' END",
}


def _people() -> list[User]:
    """The reps; and somebody who sees everything, ``finance``."""
    teams = Team.objects.bulk_create(Team(name=f"{n}组") for n in range(1, TEAMS + 1))
    User.objects.create(username="finance", name="财务", role=Role.FINANCE)
    return User.objects.bulk_create(
        User(username=f"rep{n}", name=f"业务员{n}", role=Role.REP, team=teams[n % TEAMS]) for n in range(REPS)
    )


def _products() -> int:
    """Returns the first key of as many in a row."""
    categories = [Category.objects.get_or_create(name=f"类别{n}")[0] for n in range(CATEGORIES)]
    made = Product.objects.bulk_create(
        Product(code=f"B-{n:03d}", name="控制柜", list_price=1, category=categories[n % CATEGORIES])
        for n in range(PRODUCTS)
    )
    return made[0].pk


def _customers(people: list[User], count: int) -> int:
    """Returns the first key of as many in a row."""
    owners = ((people[n % REPS], n) for n in range(count))
    made = Customer.objects.bulk_create(
        (
            Customer(
                number=f"B{n:07d}",
                name=f"客户{n}",
                short_name=f"客户{n}",
                owner=owner,
                team=owner.team,
                grade="ABC"[n % 7 % 3],
                province=f"{n % PROVINCES}省",
                industry=f"行业{n % INDUSTRIES}",
                name_pinyin=f"kehu{n}",
            )
            for owner, n in owners
        ),
        batch_size=5000,
    )
    return made[0].pk


def _insert(cursor, model: type[Model], source: str, computed: Mapping[str, str], given: Mapping[str, Any]) -> None:
    """Rows of a model from a query: columns as computed, the others as a new object has them."""
    new, columns, values = model(), [], []
    parameters = dict(given)
    for field in model._meta.concrete_fields:
        if field.primary_key and field.column not in computed:
            continue
        columns.append(connection.ops.quote_name(field.column))
        values.append(computed.get(field.column, f"%(new_{field.column})s"))
        parameters[f"new_{field.column}"] = field.get_db_prep_save(getattr(new, field.attname), connection)
    table = connection.ops.quote_name(model._meta.db_table)
    cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {source}", parameters)
