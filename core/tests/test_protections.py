"""Every trigger is there after migrating, and a missing one is noticed."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, connection, transaction

from core import protections, registries
from core.models import Counter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables_owner")]


def test_every_registered_guard_is_in_the_database():
    assert registries.protections
    assert protections.missing() == []


def test_guard_names_are_unique_and_say_what_they_are():
    names = [protection.name for protection in registries.protections]
    assert len(names) == len(set(names))
    assert all(name.startswith(("guard_", "watch_", "keep_")) for name in names)
    assert all(len(trigger.name) <= 63 for trigger in protections.all_triggers())


def test_making_them_twice_changes_nothing():
    before = protections.present()
    protections.create_all()
    assert protections.present() == before


def test_a_missing_guard_fails_the_deployment_check():
    victim = registries.protections[0]
    with connection.cursor() as cursor:
        for statement in victim.drop_sql(connection.vendor):
            cursor.execute(statement)
    with pytest.raises(SystemCheckError, match=victim.name):
        call_command("check", "--deploy", "--database", "default", "--tag", "protections", "--fail-level", "ERROR")


def execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_a_guard_that_does_something_else_is_noticed():
    victim = protections.append_only("core_event", "events")[0]
    other = protections.Protection(victim.name, victim.table, victim.event, "1 = 2", victim.sentence)
    execute(*other.create_sql(connection.vendor))
    assert protections.missing() == [victim.name]
    execute(*victim.create_sql(connection.vendor))
    assert protections.missing() == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite switches no trigger off.")
@pytest.mark.parametrize("how", ["DISABLE", "ENABLE REPLICA"])
def test_a_guard_that_is_switched_off_is_noticed(how):
    execute(f"ALTER TABLE core_event {how} TRIGGER guard_core_event_no_update")
    assert protections.missing() == ["guard_core_event_no_update"]
    execute("ALTER TABLE core_event ENABLE TRIGGER guard_core_event_no_update")
    assert protections.missing() == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite knows no TRUNCATE.")
@pytest.mark.parametrize(
    ("table", "refusing"),
    [
        ("core_event", "core_event"),
        ("approvals_decision", "approvals_decision"),
        ("core_closedmonth CASCADE", "core_closedmonth"),
        # Nothing guards this one, but what hangs on it.
        ("accounts_team CASCADE", "is never emptied"),
    ],
)
def test_a_guarded_table_is_never_emptied_alone_or_with_another(table, refusing):
    with pytest.raises(DatabaseError, match=refusing), transaction.atomic():
        execute(f"TRUNCATE {table}")


def test_a_serial_number_is_never_given_twice():
    counter = Counter.objects.create(series="S", value=5)
    for values in ({"value": 4}, {"series": "T"}):
        with pytest.raises(DatabaseError, match="never given twice"), transaction.atomic():
            Counter.objects.filter(pk=counter.pk).update(**values)
    with pytest.raises(DatabaseError, match="never given twice"), transaction.atomic():
        Counter.objects.filter(pk=counter.pk)._raw_delete("default")
    assert Counter.objects.filter(pk=counter.pk).update(value=6) == 1
