"""Customers and requirements by the hundred thousand, with what hangs on them: a demonstration's own, over and over.

Each copy has keys and numbers of its own and is called like the first, so that a word is as frequent among many as
among few. Written by the database itself, as they are: without protections, watches and references being checked.
"""

from collections.abc import Mapping

from django.db import connection, transaction
from django.db.models import Model

from care.models import CarePlan, ChangeReport, Visit
from core.protections import create_all, drop_all
from customers.models import Contact, Customer
from grading.models import GradeProposal
from requirements.models import Requirement

#: Keys of one copy and the next are so far apart: more than a demonstration of a thousand customers has of anything.
_APART = 1_000_000
_COPIES = "WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < %s)"
_ID = {"id": f"t.id + n * {_APART}"}
_NUMBER = dict.fromkeys(("number", "number_key"), "t.{column} || '-' || n")
_OF_CUSTOMER = {**_ID, **dict.fromkeys(("customer_id", "contact_id"), f"t.{{column}} + n %% {{sets}} * {_APART}")}
#: How the columns of a copy follow from those of the first; all others are the same.
_COPIED: dict[type[Model], dict[str, str]] = {
    Customer: {**_ID, **_NUMBER, "credit_code": "''", "submit_token": "NULL"},
    Contact: _OF_CUSTOMER,
    Requirement: {**_OF_CUSTOMER, **_NUMBER, "submit_token": "NULL"},
    GradeProposal: _OF_CUSTOMER,
    CarePlan: _OF_CUSTOMER,
    ChangeReport: _OF_CUSTOMER,
    Visit: {**_OF_CUSTOMER, "submit_token": "NULL"},
}


def fill(size: int) -> None:
    """Copies a demonstration's customers and requirements until there are about so many of each."""
    sets, wishes = (max(1, round(size / model.objects.count())) for model in (Customer, Requirement))
    drop_all()
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        for model, computed in _COPIED.items():
            if copies := (wishes if model is Requirement else sets) - 1:
                cursor.execute(_statement(model, computed, sets), [copies])
    create_all()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _statement(model: type[Model], computed: Mapping[str, str], sets: int) -> str:
    columns = [field.column for field in model._meta.concrete_fields]
    values = [computed.get(name, "t.{column}").format(column=name, sets=sets) for name in columns]
    table, head = model._meta.db_table, ", ".join(columns)
    return f"INSERT INTO {table} ({head}) {_COPIES} SELECT {', '.join(values)} FROM {table} t CROSS JOIN copies"
