"""The demonstration in bulk: what comes by the thousand is as true as what went through the services."""

from datetime import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Sum
from django.db.models.functions import Coalesce
from django.test import override_settings
from django.utils import timezone

from accounts.models import Team, User
from accounts.roles import Role
from approvals.models import Decision
from approvals.queue import waiting_for
from core.bulk import keys_of, write_rows
from core.events import timeline_of
from core.invariants import examine
from core.models import Counter, Event
from customers.models import Customer
from orders.models import Instalment, Order
from orders.numbering import SERIES
from orders.statuses import DeliveryStatus, Status
from orders.sweeps import follow_all_orders
from ordersys.demo import history, loader, staff
from ordersys.demo.bulk import Writer
from ordersys.demo.clock import clock_at
from ordersys.demo.names import company
from products.models import Category, Product
from requirements.models import Question, Requirement
from requirements.statuses import RequirementStatus
from tests.factories import ProductFactory
from tests.roles import as_owner

pytestmark = pytest.mark.django_db
ORDERS, CUSTOMERS = 700, 90
# The demonstration looks back from its day: this one, so that the same rows come on every day of the tests.
A_WEDNESDAY = datetime(2026, 6, 17, 12, tzinfo=timezone.get_default_timezone())


@pytest.fixture(scope="module")
def crowd(django_db_setup, django_db_blocker, tmp_path_factory):
    """Some hundred orders without a story, written as if they were very many, by more people than have logins."""
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patch,
        override_settings(DEBUG=True, MEDIA_ROOT=tmp_path_factory.mktemp("media")),
        transaction.atomic(),
    ):
        patch.setattr(loader, "STORIES", ())
        patch.setattr(history, "_MANY", 0)
        patch.setattr(staff, "_ORDERS_PER_REP", 50)
        before = indexes()
        with clock_at(A_WEDNESDAY), as_owner():  # whoever loads so much takes indexes away for as long
            loader.load(orders=ORDERS, customers=CUSTOMERS, seed=5)
        yield before
        transaction.set_rollback(True)


@pytest.fixture
def many(crowd, db, settings):
    settings.DEBUG = True


def indexes() -> set[tuple[str, str]]:
    """The names and definitions of the indexes of orders."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Order._meta.db_table)
    return {(name, str(facts["columns"])) for name, facts in found.items() if facts["index"]}


def test_every_invariant_holds(many):
    assert [(finding.invariant.name, finding.examples) for finding in examine() if not finding.holds] == []


def test_orders_stand_in_every_state_of_review_and_delivery(many):
    assert set(Order.objects.values_list("status", flat=True)) == set(Status)
    assert set(Order.objects.values_list("delivery_status", flat=True)) == set(DeliveryStatus)
    assert Order.objects.count() == ORDERS


def test_reviews_under_way_can_be_decided(many):
    waiting = {person.role for person in User.objects.all() if waiting_for(person).exists()}
    assert waiting == {Role.REP, Role.MANAGER, Role.FINANCE}
    waiting = Order.objects.filter(status=Status.FINANCE_REVIEW).first()
    assert Decision.objects.filter(round__order=waiting).count() == 2


def test_some_are_late_with_a_reason_and_some_owe_money_for_too_long(many):
    late = Order.objects.filter(signed_off_on__gt=F("first_promised_date"))
    assert late.exists()
    subjects = late.filter(shipments__shipped_on__gt=F("promised_date")).values("pk")
    sent = Event.objects.filter(verb="shipment_sent", subject_id__in=subjects)
    assert sent.exclude(note="").exists()
    owed = Instalment.objects.filter(due_date__lt=timezone.localdate(), order__status=Status.COMPLETED)
    assert owed.annotate(paid=Coalesce(Sum("allocations__amount"), Decimal(0))).filter(paid__lt=F("amount")).exists()


def test_counters_go_on_where_the_numbers_end(many):
    for counter in Counter.objects.filter(series__startswith=SERIES):
        series = counter.series.removeprefix(SERIES)
        assert Order.objects.filter(number_key__regex=rf"^{series}\d{{3}}$").count() == counter.value


def test_indexes_are_there_again(crowd, many):
    assert indexes() == crowd


def test_colleagues_own_customers_and_cannot_log_in(many):
    colleagues = User.objects.filter(role=Role.REP).exclude(username__in=("rep1", "rep2"))
    assert Customer.objects.filter(owner__in=colleagues).exists()
    assert not any(colleague.has_usable_password() for colleague in colleagues)
    for team in Team.objects.all():
        assert team.members.filter(role=Role.MANAGER).exists()


def test_a_hundred_thousand_companies_have_names_of_their_own():
    assert len({company(n)[0] for n in range(100_000)}) == 100_000


def test_keys_are_free_ones(db):
    old = Category.objects.create(name="甲")
    keys = keys_of(Category)
    write_rows([Category(pk=next(keys), name=name) for name in ("乙", "丙")])
    new = Category.objects.create(name="丁")
    assert Category.objects.filter(name__in=("甲", "乙", "丙", "丁")).count() == 4
    assert old.pk < Category.objects.get(name="乙").pk < Category.objects.get(name="丙").pk < new.pk


def test_rows_written_aside_are_written_in_their_order_when_one_waits():
    keys = keys_of(Category)
    parents = [Category(pk=next(keys), name=name) for name in ("乙", "丙")]
    with Writer() as writer:
        writer.write(parents)
        writer.write([ProductFactory.build(category=category, code=category.name) for category in parents])
        writer.wait()
        assert Product.objects.filter(category__name__in=("乙", "丙")).count() == 2


def test_what_goes_wrong_aside_is_raised_and_nothing_is_kept():
    with pytest.raises(IntegrityError):
        _write_the_same_twice()
    assert not Category.objects.filter(name__in=("丁", "戊")).exists()


@transaction.atomic
def _write_the_same_twice() -> None:
    with Writer() as writer:
        writer.write([Category(name="丁"), Category(name="丁")])
        writer.write([Category(name="戊")])


def test_a_year_of_requirements_stands_in_every_state(many):
    states = set(Requirement.objects.values_list("status", flat=True))
    assert states == set(RequirementStatus)
    late = [each for each in Requirement.objects.filter(responded_at=None) if each.waits_for_answer]
    assert {each.response_due_on < A_WEDNESDAY.date() for each in late} == {True, False}
    assert Requirement.objects.exclude(lost_reason="").values("lost_reason").distinct().count() > 3
    assert Requirement.objects.dates("received_at", "month").count() >= 11
    assert Question.objects.filter(answered_at=None, asked_by=None).exists()
    received = list(Requirement.objects.order_by("id").values_list("received_at", flat=True))
    assert received == sorted(received)
    for each in Requirement.objects.all():
        moments = [entry.at for entry in timeline_of(each)]
        assert moments == sorted(moments, reverse=True)


def test_requirements_are_where_their_orders_are_and_precede_them(many):
    linked = Order.objects.filter(requirement__isnull=False).select_related("requirement")
    assert linked.count() > ORDERS // 8
    for order in linked:
        placed = order.submitted_at and order.status != Status.CANCELLED
        assert order.requirement.status == ("ordered" if placed else "confirmed")
        assert order.requirement.confirmed_on < timezone.localtime(order.created_at).date()
    assert follow_all_orders() == 0
    assert not Requirement.objects.filter(status="ordered", orders=None).exists()
