"""History past its writer, and records past their history."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone

from core import protections
from core.chain import content_of, link
from core.events import record
from core.history_check import request_check
from core.jobs import runner
from core.models import Event
from orders.models import Order
from orders.statuses import Status
from tests.breakers.kit import Breaker, arrived_order, breaks, damage, numbered
from tests.factories import CustomerFactory, UserFactory, make_order, make_shipment


def told_order() -> Order:
    """An order with three events, beside another record's."""
    order = numbered()
    for verb in ("created", "submit", "rep_approve"):
        record(order, verb, by=order.rep, note="同意", to=verb)
    record(order.customer, "customer_changed", by=None)
    return order


def altered(**values: Any) -> Breaker:
    """Something else is said to have happened."""

    def breaker() -> Iterator[None]:
        told_order()
        yield
        damage(Event.objects.get(verb="submit"), **values)

    breaker.__name__ = f"an_event_with_another_{next(iter(values))}"
    return breaker


for way in (
    altered(note="不同意"),
    altered(verb="cancel"),
    altered(actor=None),
    altered(at=timezone.now() - timedelta(days=3)),
    altered(data={"to": "approved"}),
    altered(facts={"status": "approved"}),
    altered(subject_id=0),
    altered(hash=""),
    altered(hash="0" * 64),
):
    breaks("histories")(way)


@breaks("histories")
def an_event_that_is_gone():
    told_order()
    yield
    protections.drop_all()
    Event.objects.filter(verb="submit").delete()


@breaks("histories")
def an_event_that_nobody_recorded():
    order = told_order()
    yield
    last = Event.objects.latest("pk")
    Event.objects.create(subject=order, verb="finance_approve", hash=last.hash, facts=last.facts)


@breaks("histories")
def two_events_in_each_others_place():
    told_order()
    yield
    first, second = Event.objects.filter(verb__in=("submit", "rep_approve")).order_by("pk")
    damage(first, verb=second.verb, data=second.data, hash=second.hash)
    damage(second, verb=first.verb, data=first.data, hash=first.hash)


def past_its_history(what: str, made: Callable[[], Model], **values: Any) -> None:
    """Makes a rule's breaker: a record with a history, and then other values in it."""

    def breaker() -> Iterator[None]:
        subject = made()
        record(subject, "seen", by=None)
        yield
        damage(subject, **{name: value() if callable(value) else value for name, value in values.items()})

    breaker.__name__ = what
    breaks("followed facts")(breaker)


def order_in(status: str) -> Callable[[], Order]:
    return lambda: make_order(status=status, number="202611甲001")


def of_limit() -> Model:
    return CustomerFactory(grade="C", credit_limit=5_000)


past_its_history("a_draft_moved_into_review", order_in(Status.DRAFT), status=Status.REP_REVIEW)
past_its_history("a_stage_two_left_out", order_in(Status.MANAGER_REVIEW), status=Status.FINANCE_REVIEW)
past_its_history("an_approved_order_cancelled_by_nobody", order_in(Status.APPROVED), status=Status.CANCELLED)
past_its_history("a_completed_order_opened_again", arrived_order, status=Status.COMPLETED)
past_its_history("an_order_begun_by_somebody_else", order_in(Status.FINANCE_REVIEW), drafted_by=UserFactory)
past_its_history("an_order_in_another_round", order_in(Status.FINANCE_REVIEW), round=2)
past_its_history("an_order_approved_at_another_time", order_in(Status.APPROVED), approved_at=timezone.now)
past_its_history("an_order_released_by_nobody", order_in(Status.APPROVED), released_at=timezone.now)
past_its_history("an_approved_order_of_another_grade", order_in(Status.APPROVED), grade="A")
past_its_history("a_shipment_checked_by_somebody_else", make_shipment, packing_checked_by=UserFactory)
past_its_history("a_shipment_packed_by_somebody_else", make_shipment, packed_by=UserFactory)
past_its_history("a_shipment_that_left_on_another_day", make_shipment, shipped_on=timezone.localdate)
past_its_history("a_customer_of_another_grade", of_limit, grade="A")
past_its_history("a_customer_with_a_higher_limit", of_limit, credit_limit=6_000)
past_its_history("a_customer_of_somebody_else", of_limit, owner=UserFactory)
past_its_history("a_person_with_all_rights", UserFactory, is_superuser=True)
past_its_history("a_person_in_another_role", lambda: UserFactory(role="service"), role="finance")


def seen_history() -> None:
    told_order()
    protections.drop_all()
    # An hour later nothing earlier is still to come.
    for event in Event.objects.order_by("pk"):
        damage(event, at=event.at - timedelta(hours=2))
    runner.run_job(request_check(by=None).pk)


@breaks("seen histories")
def an_end_of_a_history_that_an_earlier_check_saw():
    seen_history()
    yield
    Event.objects.filter(verb="rep_approve").delete()


@breaks("seen histories")
def a_history_chained_anew_after_it_was_seen():
    seen_history()
    yield
    event = Event.objects.get(verb="rep_approve")
    event.note = "后来写的"
    before = Event.objects.get(verb="submit").hash
    damage(event, note=event.note, hash=link(before, content_of(event)))
