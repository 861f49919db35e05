"""A manager hands many customers of the list to another rep: what goes along is shown first, then it is done."""

import pytest

from core.models import Event
from customers import verbs
from customers.models import Customer
from orders.models import Order
from orders.statuses import Status
from tests.factories import CustomerFactory, UserFactory, make_order

pytestmark = pytest.mark.django_db
PAGE, VERB = "/customers/", "/customers/transfer/"


@pytest.fixture
def second(team):
    return UserFactory(team=team, name="赵云")


def test_only_who_chooses_owners_has_boxes_in_the_list(as_manager, as_rep, rep):
    CustomerFactory(owner=rep)
    assert 'name="customer"' in as_manager.get(PAGE).content.decode()
    assert 'name="customer"' not in as_rep.get(PAGE).content.decode()


def test_what_goes_along_is_counted_before_anything_happens(as_manager, rep, second):
    customers = CustomerFactory.create_batch(2, owner=rep)
    for status in (Status.DRAFT, Status.COMPLETED, Status.CANCELLED):
        make_order(customer=customers[0], status=status)
    page = as_manager.get(VERB, {"customer": [c.pk for c in customers], "new_owner": second.pk}).content.decode()
    assert "2 家客户转给 赵云" in page
    assert "订单: 3" in page
    assert set(Customer.objects.values_list("owner", flat=True)) == {rep.pk}


def test_closed_orders_go_along_and_each_customer_has_its_event(as_manager, manager, rep, second):
    customers = CustomerFactory.create_batch(2, owner=rep)
    closed = make_order(customer=customers[0], status=Status.COMPLETED)
    sent = {"customer": [c.pk for c in customers], "new_owner": second.pk, "note": "区域调整"}
    sent["back"] = "/customers/?grade=C"
    answer = as_manager.post(VERB, sent, follow=True)
    assert answer.redirect_chain == [("/customers/?grade=C", 303)]
    assert "已将 2 家客户分配给 赵云。" in answer.content.decode()
    assert Order.objects.get(pk=closed.pk).rep == second
    notes = Event.objects.filter(verb="customer_owner_changed", actor=manager).values_list("note", flat=True)
    assert list(notes) == ["区域调整", "区域调整"]


def test_one_that_cannot_be_given_is_named_and_the_others_go(as_manager, rep, second):
    mine, theirs = CustomerFactory(owner=rep), CustomerFactory(owner=second)
    answer = as_manager.post(VERB, {"customer": [mine.pk, theirs.pk], "new_owner": second.pk}, follow=True)
    assert f"{theirs}: 负责人已经是赵云。" in answer.content.decode()
    assert Customer.objects.get(pk=mine.pk).owner == second


def test_all_that_are_filtered_are_chosen_at_once(as_manager, rep, second):
    chosen = [CustomerFactory(owner=rep, industry="环保"), CustomerFactory(owner=rep, industry="环保")]
    left = CustomerFactory(owner=rep, industry="造纸")
    asked = {"all": 1, "industry": "环保", "owner": rep.pk, "new_owner": second.pk}
    page = as_manager.get(VERB, asked).content.decode()
    assert all(c.number in page for c in chosen)
    assert left.number not in page
    assert f"industry=%E7%8E%AF%E4%BF%9D&amp;owner={rep.pk}" in page


def test_more_than_may_go_at_once_are_refused_with_a_sentence(as_manager, rep, second, monkeypatch):
    monkeypatch.setattr(verbs, "MOST_AT_ONCE", 1)
    customers = CustomerFactory.create_batch(2, owner=rep)
    sent = {"customer": [c.pk for c in customers], "new_owner": second.pk}
    for answer in (as_manager.get(VERB, sent, follow=True), as_manager.post(VERB, sent, follow=True)):
        assert "一次最多 1 家" in answer.content.decode()
    assert not Customer.objects.filter(owner=second).exists()


def test_nobody_gives_away_what_is_not_in_sight_or_to_another_team(as_manager, rep, other_rep, second):
    theirs, mine = CustomerFactory(owner=other_rep), CustomerFactory(owner=rep)
    as_manager.post(VERB, {"customer": theirs.pk, "new_owner": second.pk})
    as_manager.post(VERB, {"customer": mine.pk, "new_owner": other_rep.pk})
    assert Customer.objects.get(pk=theirs.pk).owner == other_rep
    assert Customer.objects.get(pk=mine.pk).owner == rep


@pytest.mark.parametrize("nonsense", [{"new_owner": "abc"}, {"customer": "x"}, {"customer": "9" * 30}, {}])
def test_without_a_choice_the_list_says_what_to_do(as_manager, nonsense):
    for answer in (as_manager.get(VERB, nonsense, follow=True), as_manager.post(VERB, nonsense, follow=True)):
        assert "请至少选择一家客户" in answer.content.decode()


@pytest.mark.parametrize("verb", [VERB, "/customers/unassigned/assign/"])
def test_of_those_that_others_have_by_now_the_number_is_said(as_manager, rep, other_rep, second, verb):
    mine, gone = CustomerFactory(owner=None, team=None), CustomerFactory(owner=other_rep, team=other_rep.team)
    sent = {"customer": [mine.pk, gone.pk], "new_owner": second.pk, "owner": second.pk}
    page = as_manager.post(verb, sent, follow=True).content.decode()
    assert "1 家客户已不在您的权限范围内，未分配。" in page
    assert gone.short_name not in page
    assert Customer.objects.get(pk=mine.pk).owner == second
