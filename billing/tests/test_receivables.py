"""Who owes what since when, and who was asked for it: ages, lists, dunning, and promises that come back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from billing.customer_facts import refresh_customers
from billing.dunning import record_dunning
from billing.models import Dunning
from billing.receivables import age_conditions, owed_by_customers
from billing.worklist import DueInstalments
from core.events import timeline_of
from customers.models import Trigger
from fulfilment.statuses import ShipmentStatus
from orders.instalments import follow_arrival
from orders.models import Instalment
from orders.statuses import Status
from tests.factories import CustomerFactory, make_order, make_shipment, released_order, terms

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def owing(customer, days: int, position: int = 1, status=Status.APPROVED) -> Instalment:
    """An instalment that has been overdue for so many days."""
    order = make_order(customer=customer, status=status)
    order.instalments.filter(position=position).update(due_date=TODAY - timedelta(days=days))
    refresh_customers([customer.pk])
    return order.current_instalments().get(position=position)


@pytest.mark.parametrize(
    ("days", "age"),
    [
        (-5, "not_due"),
        (0, "not_due"),
        (1, "d30"),
        (30, "d30"),
        (31, "d60"),
        (60, "d60"),
        (61, "d90"),
        (90, "d90"),
        (91, "older"),
        (400, "older"),
    ],
)
def test_the_age_of_an_instalment(customer, days, age):
    owing(customer, days)
    ages = owed_by_customers([customer.pk], TODAY)[customer.pk].ages
    assert {key: amount for key, amount in ages.items() if amount} == {age: Decimal("3390.00")}
    assert set(ages) == set(age_conditions(TODAY))


def test_only_what_is_unpaid_in_force_and_due_by_something_is_owed(customer, pay):
    part = owing(customer, 40)
    pay(part.order, "1000")
    owing(customer, 10, status=Status.CANCELLED)
    make_order(customer=customer, status=Status.APPROVED)
    owed = owed_by_customers([customer.pk], TODAY)[customer.pk]
    assert (owed.total, owed.overdue, owed.number, owed.days(TODAY)) == (2390, 2390, 1, 40)


def test_the_list_shows_the_worst_first_and_finds(as_finance, as_rep, customer):
    other = CustomerFactory()
    owing(customer, 40)
    owing(other, 95, position=2)
    paid = CustomerFactory()
    make_order(customer=paid, status=Status.APPROVED)

    def found(client, **query):
        return client.get("/receivables/", query).context["page"].rows

    assert found(as_finance) == [other, customer]
    assert found(as_rep) == [customer]
    assert found(as_finance, age="d60") == [customer]
    assert found(as_finance, age="overdue", q=other.number) == [other]
    assert found(as_finance, owner=str(customer.owner_id)) == [customer]
    page = as_finance.get("/receivables/").content.decode()
    assert "7,910.00" in page
    assert f"/receivables/{other.pk}/" in page
    assert "11,300.00" in as_finance.get("/fragments/receivables/").content.decode()
    assert "11,300.00" not in as_rep.get("/fragments/receivables/").content.decode()
    assert str(customer.owner) in as_finance.get("/receivables/reps/").content.decode()


def test_the_list_asks_as_often_for_many_as_for_few(as_finance):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert as_finance.get("/receivables/").status_code == 200
        return len(queries)

    owing(CustomerFactory(), 10)
    few = asked()
    for days in range(1, 12):
        owing(CustomerFactory(), days)
    assert asked() == few <= 12


# ---- dunning ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def ask(customer, rep):
    """A function: instalments → what is kept of asking for them today."""

    def record(*parts, by=rep, **more):
        words = {"asked_on": TODAY, "whom": "李强 采购经理", "said": "月底付", **more}
        return record_dunning(customer=customer, instalments=[part.pk for part in parts], by=by, **words)

    return record


def test_asking_is_kept_for_each_instalment_and_in_the_orders_history(customer, ask):
    one, other = owing(customer, 5), owing(customer, 9)
    assert len(ask(one, other, promised_on=TODAY + timedelta(days=3))) == 2
    assert "李强" in timeline_of(one.order)[0].sentence


def test_what_cannot_be_is_refused_by_field(customer, ask):
    part = owing(customer, 5)
    tomorrow, yesterday = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
    for wrong, field in (
        (lambda: ask(), NON_FIELD_ERRORS),
        (lambda: ask(part, whom=" "), "whom"),
        (lambda: ask(part, asked_on=tomorrow), "asked_on"),
        (lambda: ask(part, promised_on=yesterday), "promised_on"),
        (lambda: ask(owing(CustomerFactory(), 5)), NON_FIELD_ERRORS),
    ):
        with pytest.raises(ValidationError) as caught:
            wrong()
        assert field in caught.value.message_dict
    assert not Dunning.objects.exists()


@pytest.mark.parametrize("person", ["operations", "service", "admin"])
def test_others_do_not_ask(request, customer, ask, person):
    part = owing(customer, 5)
    with pytest.raises(PermissionDenied):
        ask(part, by=request.getfixturevalue(person))


def test_asking_sent_twice_is_kept_once_and_other_words_again(customer, ask):
    one, other = owing(customer, 5), owing(customer, 9)
    first = ask(one, other)
    assert ask(one, other) == first
    assert Dunning.objects.count() == 2
    ask(one, other, said="下周付")
    assert Dunning.objects.count() == 4
    ask(one, other)
    assert Dunning.objects.count() == 6


def test_a_promise_waits_until_its_day_has_passed(customer, ask, rep, finance):
    part = owing(customer, 5)

    def waiting(person):
        return list(DueInstalments().waiting(person))

    assert waiting(rep) == [part]
    ask(part, promised_on=TODAY)
    assert (waiting(rep), waiting(finance)) == ([], [part])
    ask(part, asked_on=TODAY - timedelta(days=3), promised_on=TODAY - timedelta(days=1))
    assert waiting(rep) == [part]
    item = DueInstalments().items(rep, 5)[0]
    assert item.url == f"/receivables/{customer.pk}/"
    assert (TODAY - timedelta(days=1)).isoformat() in str(item.detail)


def test_the_page_keeps_whom_one_asked(as_rep, as_admin, customer):
    part = owing(customer, 5)
    url = f"/receivables/{customer.pk}/"
    assert as_rep.get(url).context["chosen"] == [part.pk]
    sent = {"asked_on": TODAY.isoformat(), "whom": "李强", "instalment": [part.pk]}
    assert as_rep.post(url, {**sent, "whom": ""}).status_code == 422
    assert as_rep.post(url, {**sent, "instalment": []}).status_code == 422
    assert as_rep.post(url, sent).status_code == 303
    assert "李强" in as_rep.get(url).content.decode()
    assert as_admin.get(url).context["form"] is None


# ---- what makes them due by itself -----------------------------------------------------------------------------------


def test_instalments_on_acceptance_are_due_once_everything_has_arrived():
    order = released_order(payment_terms=terms("30%预付款，60%到货款，10%验收后90天"))
    assert order.instalments.get(trigger=Trigger.ACCEPTANCE).due_date is None
    make_shipment(order, status=ShipmentStatus.SIGNED_OFF)
    order.refresh_from_db()
    follow_arrival(order)
    due = order.instalments.get(trigger=Trigger.ACCEPTANCE).due_date
    assert due == order.signed_off_on + timedelta(days=90)
