"""The page of the history check, its job, and what stands beside one record's timeline."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core import protections
from core.events import record
from core.history_check import NIGHTLY_AT, digest_until, request_check
from core.jobs import runner
from core.models import Event, HistoryCheck, Job
from core.sweeps import check_nightly
from tests.factories import make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    """One with a history of two events."""
    order = make_order()
    for verb in ("created", "draft_changed"):
        record(order, verb, by=order.rep)
    return order


def alter() -> None:
    protections.drop_all()
    Event.objects.filter(verb="created").update(note="后来写的")


def check(by=None) -> HistoryCheck:
    assert runner.run_job(request_check(by=by).pk)
    return HistoryCheck.objects.first()


def page(browser) -> str:
    return browser.get(reverse("history")).content.decode()


def test_before_the_first_check_the_page_says_what_it_is_for(as_admin):
    assert "还没有核验过" in page(as_admin)


def test_a_sound_history_is_whole(order, as_admin, admin):
    found = check(by=admin)
    assert (found.events, found.findings) == (Event.objects.count(), [])
    assert "条规则全部成立" in page(as_admin)
    assert str(Job.objects.get().outcome_sentence).startswith("历史完整")


def test_what_was_altered_is_named_with_a_link_to_its_record(order, as_admin):
    alter()
    assert [each["url"] for each in check().findings if ": event " in each["line"]] == [order.get_absolute_url()]
    shown = page(as_admin)
    assert "每条动态未被改动，并与前一条相接" in shown
    assert f'href="{order.get_absolute_url()}"' in shown


def test_asking_leads_to_one_job_however_often(as_admin):
    addresses = {as_admin.post(reverse("history-check")).url for _again in range(2)}
    assert addresses == {Job.objects.get().get_absolute_url()}
    assert "正在核验" in page(as_admin)


def test_the_page_asks_as_often_whatever_was_found(order, as_admin, django_assert_max_num_queries):
    alter()
    check()
    with django_assert_max_num_queries(6):
        page(as_admin)


def beside(browser, order) -> str:
    return browser.get(reverse("history-record", args=["orders-order", order.pk])).content.decode()


def test_an_administrator_sees_beside_a_timeline_whether_it_is_whole(order, as_admin):
    assert "历史完整" in beside(as_admin, order)
    alter()
    assert "历史有矛盾" in beside(as_admin, order)


def test_a_record_that_strayed_from_its_history_is_named_too(order, as_admin):
    protections.drop_all()
    type(order).objects.filter(pk=order.pk).update(round=3)
    assert "审核轮次现为 3，动态中为 0" in beside(as_admin, order)


def test_only_administrators_ask_for_it_beside_a_timeline(order, as_admin, as_rep, rep):
    address = reverse("history-record", args=["orders-order", order.pk])
    assert address in as_admin.get(reverse("orders:timeline", args=[order.pk])).content.decode()
    mine = make_order(rep=rep)
    record(mine, "created", by=rep)
    assert "operations/history" not in as_rep.get(reverse("orders:timeline", args=[mine.pk])).content.decode()


@pytest.mark.parametrize("model", ["x", "a-b-c", "orders-nothing"])
def test_what_is_no_record_is_not_found(as_admin, model):
    assert as_admin.get(reverse("history-record", args=[model, 1])).status_code == 404


def test_the_system_checks_once_a_night(monkeypatch):
    night = timezone.localtime().replace(hour=NIGHTLY_AT, minute=0)
    monkeypatch.setattr(timezone, "now", lambda: night - timedelta(hours=1))
    check_nightly()
    assert not Job.objects.exists()
    monkeypatch.setattr(timezone, "now", lambda: night)
    check_nightly()
    check_nightly()
    assert Job.objects.get().owner is None
    Job.objects.all().delete()
    HistoryCheck.objects.create(at=night, events=0, last=0, digest=digest_until(0), rules=0)
    check_nightly()
    assert not Job.objects.exists()
