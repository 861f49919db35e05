"""Every trigger is there after migrating, and a missing one is noticed."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection

from core import guards, registries

pytestmark = pytest.mark.django_db


def test_every_registered_guard_is_in_the_database():
    assert registries.guards
    assert guards.missing() == []


def test_guard_names_are_unique_and_say_what_they_are():
    names = [guard.name for guard in registries.guards]
    assert len(names) == len(set(names))
    assert all(name.startswith(("guard_", "watch_")) and len(name) <= 63 for name in names)


def test_making_them_twice_changes_nothing():
    before = guards.present()
    guards.create_all()
    assert guards.present() == before


def test_a_missing_guard_fails_the_deployment_check():
    victim = registries.guards[0]
    with connection.cursor() as cursor:
        for statement in victim.drop_sql(connection.vendor):
            cursor.execute(statement)
    with pytest.raises(SystemCheckError, match=victim.name):
        call_command("check", "--deploy", "--database", "default", "--tag", "guards", "--fail-level", "ERROR")
