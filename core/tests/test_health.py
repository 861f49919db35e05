"""The health page: what a monitor reads without logging in."""

import pytest
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder

from tests.roles import as_owner

pytestmark = pytest.mark.django_db


def test_a_working_site_is_healthy_without_login(client):
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": True, "migrations": True}
    assert "no-store" in response["Cache-Control"]


def test_a_missing_migration_makes_the_site_unavailable(client):
    with as_owner():
        MigrationRecorder.Migration.objects.filter(app="core").delete()
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "database": True, "migrations": False}


def test_an_unreachable_database_makes_the_site_unavailable(client, monkeypatch):
    def refuse(connection):
        raise OperationalError("connection refused")

    monkeypatch.setattr("core.health.MigrationExecutor", refuse)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "database": False, "migrations": False}


def test_the_health_page_only_reads(client):
    assert client.post("/healthz").status_code == 405
