"""The demonstration is loaded by one command: the same for the same seed, and never in production."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import User
from analytics.models import Archive
from orders.models import Order
from orders.statuses import Status
from ordersys.demo.loader import load
from requirements.models import Requirement

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    """The demonstration closes a month, which leaves a workbook."""
    settings.MEDIA_ROOT = tmp_path


def fingerprint() -> list:
    orders = Order.objects.order_by("pk").values_list("number", "status", "gross_total", "received_total")
    names = ("number", "status", "received_at", "description", "orders__number")
    return [*orders, *Requirement.objects.order_by("number").values_list(*names)]


def test_the_same_seed_gives_the_same_orders(settings):
    settings.DEBUG = True
    found = []
    for seed in (7, 7, 8):
        with transaction.atomic():
            load(orders=30, customers=8, seed=seed)
            assert set(Order.objects.values_list("status", flat=True)) == set(Status)
            found.append(fingerprint())
            transaction.set_rollback(True)
    assert found[0] == found[1] != found[2]


def test_the_command_loads_and_tells_the_logins(settings, capsys):
    settings.DEBUG = True
    call_command("demo", orders=3, customers=1, seed=5)
    told = capsys.readouterr().out
    assert "3 orders" in told
    assert "operations2" in told
    assert Order.objects.count() == 3


def test_the_command_closes_the_month_before_last(settings):
    settings.DEBUG = True
    call_command("demo", orders=30, customers=3, seed=5)
    assert Archive.objects.count() == 1


def test_nothing_is_loaded_in_production():
    with pytest.raises(CommandError):
        call_command("demo")
    assert not User.objects.exists()


@pytest.mark.parametrize("wrong", [{"orders": -1}, {"customers": 0}])
def test_senseless_numbers_are_refused(settings, wrong):
    settings.DEBUG = True
    with pytest.raises(CommandError):
        call_command("demo", **wrong)
