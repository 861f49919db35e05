"""How roll-ups learn of changes: triggers note down the month that a change concerns, in the change's own transaction.

Orders and their deliveries are written by many hands (verbs, imports, hand-overs, bulk updates); the database sees them
all, forgets none, and knows the month in which a row counted before. On PostgreSQL a trigger fires once per statement,
so that bulk loads stay fast; on SQLite once per row, and a month that is noted already is not noted again: its writers
come one after the other, so the note cannot be taken away meanwhile.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from analytics.models import Kind
from core.protections import Trigger
from orders.statuses import EFFECTIVE

_NOTES = "analytics_change"
_STATUSES = ", ".join(f"'{status}'" for status in EFFECTIVE)
_COUNTED = "({row}.status IN (" + _STATUSES + "))"


@dataclass(frozen=True)
class Note:
    """What a watch writes down: ``kind``, for the month of ``day``, when a column has changed and ``where`` holds.

    ``day`` and ``columns`` are SQL with ``{row}`` for the row before or after; no day means every month.
    """

    kind: str
    day: str | None
    columns: tuple[str, ...]
    where: str = "1 = 1"

    def changed(self, old: str, new: str, vendor: str) -> str:
        """The condition, with the database's name for the row before and after."""
        differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
        pairs = (f"{column.format(row=new)} {differs} {column.format(row=old)}" for column in self.columns)
        return f"({' OR '.join(pairs)}) AND {self.where.format(old=old, new=new)}"

    def selects(self, old: str, new: str, vendor: str, month: str, rows: str) -> Iterator[str]:
        """Queries for kind and month: one without a month, or one each for the row's day before and after."""
        changed = self.changed(old, new, vendor)
        if self.day is None:
            yield f"SELECT '{self.kind}' AS kind, CAST(NULL AS date) AS month {rows} WHERE {changed}"
            return
        for day in (self.day.format(row=old), self.day.format(row=new)):
            found = f"SELECT '{self.kind}' AS kind, {month.format(day=day)} AS month {rows}"
            yield f"{found} WHERE {changed} AND {day} IS NOT NULL"


def _columns(*names: str) -> tuple[str, ...]:
    return tuple("{row}." + name for name in names)


_SALES = (
    _COUNTED,
    *_columns(
        "booking_date", "net_total", "revision", "grade", "province", "sold_by_id", "sold_team_id", "customer_id"
    ),
)
_ORDER_NOTES = (
    Note(Kind.SALES, "{row}.booking_date", _SALES),
    Note(Kind.DELIVERY, "{row}.signed_off_on", (*_SALES, *_columns("signed_off_on", "order_date"))),
    Note(Kind.PROMISE, "{row}.first_promised_date", (*_SALES, *_columns("signed_off_on", "first_promised_date"))),
    Note(
        Kind.STAGES,
        "{row}.order_date",
        _columns(
            "status",
            "delivery_status",
            "signed_off_on",
            "submitted_at",
            "order_date",
            "rep_id",
            "team_id",
            "sold_by_id",
            "sold_team_id",
        ),
        "({new}.submitted_at IS NOT NULL OR {old}.submitted_at IS NOT NULL)",
    ),
)
_LINE_NOTES = (
    Note(
        Kind.PROMISE,
        "(SELECT o.first_promised_date FROM orders_order o WHERE o.id = {row}.order_id)",
        _columns("signed_off_on"),
    ),
)
_PRODUCT_NOTES = (Note(Kind.CATEGORY, None, _columns("category_id")),)


@dataclass(frozen=True)
class Watch:
    """A trigger that notes down what updates of a table change; it comes and goes with ``core.protections``."""

    name: str
    table: str
    notes: tuple[Note, ...]

    def create_sql(self, vendor: str) -> list[str]:
        return self._postgresql() if vendor == "postgresql" else self._sqlite()

    def drop_sql(self, vendor: str) -> list[str]:
        if vendor == "postgresql":
            return [f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}", f"DROP FUNCTION IF EXISTS {self.name}()"]
        return [f"DROP TRIGGER IF EXISTS {self.name}"]

    def _postgresql(self) -> list[str]:
        rows = "FROM rows_after AS new_row JOIN rows_before AS old_row ON old_row.id = new_row.id"
        month = "CAST(date_trunc('month', {day}) AS date)"
        found = " UNION ".join(
            select for note in self.notes for select in note.selects("old_row", "new_row", "postgresql", month, rows)
        )
        return [
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $watch$ BEGIN "
            f"INSERT INTO {_NOTES} (kind, month) {found}; RETURN NULL; END $watch$",
            f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}",
            f"CREATE TRIGGER {self.name} AFTER UPDATE ON {self.table} "
            f"REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_after "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {self.name}()",
        ]

    def _sqlite(self) -> list[str]:
        wanted = " OR ".join(f"({note.changed('OLD', 'NEW', 'sqlite')})" for note in self.notes)
        month = "date({day}, 'start of month')"
        found = " UNION ".join(
            select for note in self.notes for select in note.selects("OLD", "NEW", "sqlite", month, "")
        )
        known = f"SELECT 1 FROM {_NOTES} AS known WHERE known.kind = found.kind AND known.month IS found.month"
        return [
            f"DROP TRIGGER IF EXISTS {self.name}",
            f"CREATE TRIGGER {self.name} AFTER UPDATE ON {self.table} FOR EACH ROW WHEN {wanted} BEGIN "
            f"INSERT INTO {_NOTES} (kind, month) SELECT found.kind, found.month FROM ({found}) AS found "
            f"WHERE NOT EXISTS ({known}); END",
        ]


_RESPONSE_NOTES = (
    Note(
        Kind.RESPONSE,
        "{row}.response_due_on",
        _columns("response_due_on", "responded_at", "owner_id", "team_id"),
    ),
)


@dataclass(frozen=True)
class InsertWatch:
    """A trigger that notes down the month of each new row, for tables whose rows count from the first moment."""

    name: str
    table: str
    kind: str
    day: str

    def create_sql(self, vendor: str) -> list[str]:
        if vendor == "postgresql":
            month = f"CAST(date_trunc('month', {self.day}) AS date)"
            return [
                f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $watch$ BEGIN "
                f"INSERT INTO {_NOTES} (kind, month) SELECT DISTINCT '{self.kind}', {month} FROM rows_after; "
                f"RETURN NULL; END $watch$",
                f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}",
                f"CREATE TRIGGER {self.name} AFTER INSERT ON {self.table} REFERENCING NEW TABLE AS rows_after "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {self.name}()",
            ]
        month = f"date(NEW.{self.day}, 'start of month')"
        known = f"SELECT 1 FROM {_NOTES} AS known WHERE known.kind = '{self.kind}' AND known.month IS {month}"
        return [
            f"DROP TRIGGER IF EXISTS {self.name}",
            f"CREATE TRIGGER {self.name} AFTER INSERT ON {self.table} FOR EACH ROW BEGIN "
            f"INSERT INTO {_NOTES} (kind, month) SELECT '{self.kind}', {month} WHERE NOT EXISTS ({known}); END",
        ]

    def drop_sql(self, vendor: str) -> list[str]:
        if vendor == "postgresql":
            return [f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}", f"DROP FUNCTION IF EXISTS {self.name}()"]
        return [f"DROP TRIGGER IF EXISTS {self.name}"]


WATCHES: list[Trigger] = [
    Watch("watch_requirements", "requirements_requirement", _RESPONSE_NOTES),
    InsertWatch("watch_new_requirements", "requirements_requirement", Kind.RESPONSE, "response_due_on"),
    InsertWatch("watch_new_refunds", "billing_refund", Kind.REFUND, "refunded_on"),
    Watch("watch_orders_order", "orders_order", _ORDER_NOTES),
    Watch("watch_orders_orderline", "orders_orderline", _LINE_NOTES),
    Watch("watch_products_product", "products_product", _PRODUCT_NOTES),
]
