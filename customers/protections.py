"""Keeps what a customer was before it changes, whoever changes it: a file, an import, a hand-over, a new team."""

from dataclasses import dataclass

from core.protections import Protection, append_only, changed, protect
from customers.moving import moved_otherwise

_TABLE, _KEPT_IN = "customers_customer", "customers_formerstanding"
_OF_A_GRADE = ("on", "before", "after", "reason", "by_id", "at")
_COLUMNS = ("grade", "province", "owner_id", "team_id")
_INSERT = (
    f"INSERT INTO {_KEPT_IN} (customer_id, until, {', '.join(_COLUMNS)}) "
    f"VALUES (OLD.id, {{today}}, {', '.join(f'OLD.{column}' for column in _COLUMNS)}) ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True)
class Keeper:
    """The trigger that writes ``FormerStanding``: the first change of a day keeps how the day began."""

    name: str = "keep_customers_customer"
    table: str = _TABLE

    def create_sql(self, vendor: str) -> list[str]:
        if vendor == "postgresql":
            insert = _INSERT.format(today="(now() AT TIME ZONE 'Asia/Shanghai')::date")
            return [
                f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $keep$ BEGIN "
                f"IF {self._changed('IS DISTINCT FROM')} THEN {insert}; END IF; RETURN NULL; END $keep$",
                f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}",
                f"CREATE TRIGGER {self.name} AFTER UPDATE ON {self.table} FOR EACH ROW EXECUTE FUNCTION {self.name}()",
            ]
        insert = _INSERT.format(today="date('now', '+8 hours')")
        return [
            f"DROP TRIGGER IF EXISTS {self.name}",
            f"CREATE TRIGGER {self.name} AFTER UPDATE ON {self.table} "
            f"FOR EACH ROW WHEN {self._changed('IS NOT')} BEGIN {insert}; END",
        ]

    def drop_sql(self, vendor: str) -> list[str]:
        if vendor == "postgresql":
            return [f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}", f"DROP FUNCTION IF EXISTS {self.name}()"]
        return [f"DROP TRIGGER IF EXISTS {self.name}"]

    @staticmethod
    def _changed(differs: str) -> str:
        return " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in _COLUMNS)


protect(
    Keeper(),
    *append_only(_KEPT_IN, "former standings"),
    Protection(
        "guard_customers_gradechange_no_update",
        "customers_gradechange",
        "UPDATE",
        f"{changed(_OF_A_GRADE)} OR {moved_otherwise()}",
        "changes of grade are never changed or deleted",
    ),
    Protection(
        "guard_customers_gradechange_no_delete",
        "customers_gradechange",
        "DELETE",
        "1 = 1",
        "changes of grade are never changed or deleted",
    ),
    *append_only("customers_customermerge", "merges of customers"),
    Protection(
        "guard_customer_merges_once",
        "customers_customermerge",
        "INSERT",
        f"EXISTS (SELECT 1 FROM {_TABLE} c WHERE c.id IN (NEW.merged_id, NEW.into_id) AND c.status <> 'active')",
        "only two active files become one",
    ),
    Protection(
        "guard_customer_stays_merged",
        _TABLE,
        "UPDATE",
        "OLD.status = 'merged' AND NEW.status <> 'merged' "
        "OR OLD.merged_into_id IS NOT NULL AND NEW.merged_into_id IS NULL "
        "OR NEW.merged_into_id IS NOT NULL AND OLD.merged_into_id IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM customers_customermerge m "
        "WHERE m.merged_id = NEW.id AND m.into_id = NEW.merged_into_id)",
        "a file is merged for good, as its merge says",
    ),
    *append_only("customers_gradepolicychange", "changes of grade policies"),
)
