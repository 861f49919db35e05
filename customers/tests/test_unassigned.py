"""Customers without an owner: many are given to a representative at once."""

import pytest
from django.core.exceptions import ValidationError

from core.models import Event
from customers.models import Customer
from customers.services import assign_customer
from orders.models import Order
from tests.factories import CustomerFactory, UserFactory, make_order

pytestmark = pytest.mark.django_db
PAGE, VERB = "/customers/unassigned/", "/customers/unassigned/assign/"


def test_a_manager_gives_many_customers_to_a_rep_at_once(as_manager, manager, rep):
    chosen = CustomerFactory.create_batch(3, owner=None)
    left = CustomerFactory(owner=None)
    order = make_order(customer=chosen[0])
    assert left.number in as_manager.get(PAGE).content.decode()

    response = as_manager.post(VERB, {"customer": [c.pk for c in chosen], "owner": rep.pk}, follow=True)
    assert response.redirect_chain == [(PAGE, 303)]
    text = response.content.decode()
    assert f"已将 3 家客户分配给 {rep}。" in text
    assert left.number in text
    assert chosen[0].number not in text
    assert set(Customer.objects.filter(owner=rep, team=rep.team)) == set(chosen)
    assert Order.objects.get(pk=order.pk).rep == rep
    assert Event.objects.filter(verb="customer_owner_changed", actor=manager).count() == 3


def test_when_none_is_left_the_manager_is_back_at_the_worklist(as_manager, rep):
    only = CustomerFactory(owner=None)
    assert as_manager.post(VERB, {"customer": only.pk, "owner": rep.pk}).url == "/"


def test_what_somebody_gave_away_meanwhile_stays_with_its_owner(as_manager, manager, rep):
    customer = CustomerFactory(owner=rep, team=rep.team)
    with pytest.raises(ValidationError):
        assign_customer(customer=customer, owner=None, by=manager)
    CustomerFactory(owner=None)
    response = as_manager.post(VERB, {"customer": customer.pk, "owner": rep.pk}, follow=True)
    assert f"负责人已经是{rep}。" in response.content.decode()


@pytest.mark.parametrize("missing", ["customer", "owner"])
def test_without_a_choice_nothing_happens_and_the_page_says_what_to_do(as_manager, rep, missing):
    customer = CustomerFactory(owner=None)
    values = {"customer": customer.pk, "owner": rep.pk}
    del values[missing]
    assert "请至少选择一家客户" in as_manager.post(VERB, values, follow=True).content.decode()
    assert Customer.objects.get().owner is None


@pytest.mark.parametrize("nonsense", [{"owner": "abc"}, {"customer": "x"}, {"customer": "9" * 30}, {"owner": "9" * 30}])
def test_nonsense_assigns_nothing_and_breaks_nothing(as_manager, rep, nonsense):
    customer = CustomerFactory(owner=None)
    response = as_manager.post(VERB, {"customer": customer.pk, "owner": rep.pk} | nonsense)
    assert (response.status_code, response.url) == (303, PAGE)
    assert Customer.objects.get().owner is None


def test_nobody_gives_customers_to_another_team(as_manager, other_rep):
    customer = CustomerFactory(owner=None)
    as_manager.post(VERB, {"customer": customer.pk, "owner": other_rep.pk})
    assert Customer.objects.get().owner is None


def test_with_nothing_to_assign_the_page_says_so(as_manager):
    assert "所有客户都有负责人" in as_manager.get(PAGE).content.decode()


# ---- whose owner has left --------------------------------------------------------------------------------------------


@pytest.fixture
def gone(rep):
    """Somebody of the team who works here no more."""
    return UserFactory(name="离职的人", team=rep.team, is_active=False)


def test_the_customers_of_somebody_who_left_are_handed_over_with_their_orders(as_manager, rep, gone):
    theirs = CustomerFactory.create_batch(2, owner=gone)
    order = make_order(customer=theirs[0], status="approved")
    page = as_manager.get(f"{PAGE}?owner={gone.pk}").content.decode()
    assert "离职的人" in page
    as_manager.post(VERB, {"customer": [customer.pk for customer in theirs], "owner": rep.pk})
    assert set(Customer.objects.filter(owner=rep)) == set(theirs)
    assert Order.objects.get(pk=order.pk).rep == rep


def test_the_page_narrows_to_one_who_left_and_shows_nobody_who_works_here(as_manager, rep, gone):
    left, nobodys, working = (CustomerFactory(owner=owner) for owner in (gone, None, rep))
    every = as_manager.get(PAGE).content.decode()
    assert left.number in every
    assert nobodys.number in every
    assert working.number not in every
    one = as_manager.get(f"{PAGE}?owner={gone.pk}").content.decode()
    assert left.number in one
    assert nobodys.number not in one


def test_a_manager_of_another_team_hands_over_nothing_of_it(browser_of, other_manager, other_rep, gone):
    customer = CustomerFactory(owner=gone)
    client = browser_of(other_manager)
    assert customer.number not in client.get(PAGE).content.decode()
    client.post(VERB, {"customer": customer.pk, "owner": other_rep.pk})
    assert Customer.objects.get().owner == gone
