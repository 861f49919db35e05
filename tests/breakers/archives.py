"""Archives, and what they say about records that nothing may change."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from accounts.roles import Role
from analytics.archive.closing import archive_of, request_closing
from analytics.archive.supplements import add_supplement
from analytics.figures.months import Month
from analytics.models import Archive, ArchiveRow, BookedRollUp, Supplement
from approvals.models import Decision
from billing.models import Receipt
from core import protections
from core.events import record
from core.jobs import runner
from core.models import ClosedMonth, Event
from ordersys.demo.clock import clock_at
from tests.breakers.kit import approved_here, breaks, damage, pay
from tests.factories import UserFactory

MONTH = Month.current().shifted(-1)


def archived() -> Archive:
    """An archived month with an approved and paid order that has a history."""
    order = approved_here(order_date=MONTH.first)
    pay(order, "100")
    record(order, "approve", by=order.rep, note="同意")
    runner.run_job(request_closing(month=MONTH, by=UserFactory(role=Role.FINANCE)).pk)
    return archive_of(MONTH)


def supplemented() -> Archive:
    """One with two supplements."""
    archive = archived()
    for note in ("漏记的回单", "又漏记了一笔"):
        pay(Receipt.objects.get(amount=100).allocations.get().instalment.order, "50" if note[0] == "漏" else "51")
        add_supplement(archive=archive, note=note, by=UserFactory(role=Role.FINANCE))
    return archive


def changed(model: type, **values: Any) -> Callable[[], Iterator[None]]:
    """An archived month, and then other values in the first row of a model."""

    def breaker() -> Iterator[None]:
        archived()
        yield
        damage(model._base_manager.order_by("pk").first(), **values)

    breaker.__name__ = f"an_archived_{model.__name__.lower()}_with_another_{next(iter(values))}"
    return breaker


def deleted(model: type, made: Callable[[], Archive] = archived) -> Callable[[], Iterator[None]]:
    """An archived month, and then a row less."""

    def breaker() -> Iterator[None]:
        made()
        yield
        protections.drop_all()
        rows = model._base_manager.filter(pk=model._base_manager.order_by("pk").last().pk)
        rows._raw_delete(rows.db)

    breaker.__name__ = f"an_archive_whose_last_{model.__name__.lower()}_is_gone"
    return breaker


for way in (
    changed(Receipt, received_on=MONTH.last),
    changed(Decision, note="改过的意见"),
    changed(Decision, at=timezone.now() - timedelta(days=90)),
    changed(Decision, verdict="sent_back"),
    changed(BookedRollUp, net_total=1),
    changed(Archive, problems=[{"code": "drafts", "count": 9, "records": []}]),
    changed(Archive, archived_at=timezone.now() - timedelta(days=3)),
    changed(ClosedMonth, closed_at=timezone.now() - timedelta(minutes=30)),
    changed(ClosedMonth, closed_by=None),
    deleted(Decision),
    deleted(Supplement, supplemented),
):
    breaks("archives")(way)


def of_an_order(**values: Any) -> Callable[[], Iterator[None]]:
    def breaker() -> Iterator[None]:
        archive = archived()
        order = Receipt.objects.get().allocations.get().instalment.order
        assert archive.count_of("orders") == 1
        yield
        damage(order, **values)

    breaker.__name__ = f"an_archived_order_with_another_{next(iter(values))}"
    return breaker


for way in (
    of_an_order(grade="D"),
    of_an_order(number="209901乙001"),
    of_an_order(approved_at=timezone.now() - timedelta(days=60)),
    of_an_order(booking_date=MONTH.last),
    of_an_order(province="改过的省"),
):
    breaks("archives")(way)


@breaks("archives")
def an_archived_order_with_another_event():
    archived()
    yield
    damage(Event.objects.get(verb="approve"), note="不同意")


@breaks("archives")
def an_archived_order_with_an_event_less():
    archived()
    yield
    protections.drop_all()
    Event.objects.filter(verb="approve").delete()


@breaks("archives")
def an_archived_month_without_the_end_of_a_history():
    """A record that stands in no section of the archive."""
    person = UserFactory()
    with clock_at(timezone.make_aware(datetime.combine(MONTH.last, time(12)))):
        record(person, "person_created", by=None)
        record(person, "person_changed", by=None)
    archived()
    yield
    protections.drop_all()
    Event.objects.filter(verb="person_changed").delete()


@breaks("archives")
def an_archive_without_its_anchor():
    archive = archived()
    yield
    damage(archive, heads_hash="")


@breaks("archives")
def an_archive_with_another_history():
    archive = archived()
    yield
    damage(archive.rows_of("history").get(), content='{"last":0,"order":"","sha256":""}')


@breaks("archives")
def a_supplement_with_another_note():
    supplemented()
    yield
    damage(Supplement.objects.order_by("number").first(), note="没有漏记")


@breaks("archives")
def a_supplement_with_another_number():
    supplemented()
    yield
    damage(Supplement.objects.order_by("number").last(), number=F("number") + 1)


@breaks("archives")
def a_supplement_by_somebody_else():
    supplemented()
    yield
    damage(Supplement.objects.order_by("number").last(), by=UserFactory())


@breaks("archives")
def an_archive_with_a_row_less():
    archive = archived()
    yield
    protections.drop_all()
    rows = ArchiveRow.objects.filter(pk=archive.rows_of("decisions").last().pk)
    rows._raw_delete(rows.db)
