"""A form that is sent twice: the same content is the first result, other content is refused with what was recorded."""

import uuid
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from billing.models import Receipt
from core.submitted import scoped
from customers.models import Customer
from fulfilment.models import Shipment
from tests.factories import UserFactory, make_order, released_order

pytestmark = pytest.mark.django_db
TOKEN = "5f0c2c1e-4b0e-4c55-9d51-0d3f3a0f8a11"


@pytest.fixture
def order(rep):
    return released_order()


def receipt_typed(**changes):
    values = {"amount": "100", "received_on": timezone.localdate().isoformat(), "method": "transfer", "payer": "海雅"}
    return {**values, "token": TOKEN, **changes}


def receipts(order):
    return reverse("billing:receipts", args=[order.pk])


def plan_typed(order, quantity="1", **changes):
    line = order.current_lines().get()
    return {"method": "logistics", "submit_token": TOKEN, f"line-{line.pk}-quantity": quantity, **changes}


def delivery(order):
    return reverse("fulfilment:delivery", args=[order.pk])


def test_a_receipt_sent_twice_is_recorded_once(as_finance, order):
    for _click in range(2):
        assert as_finance.post(receipts(order), receipt_typed()).status_code == 303
    assert Receipt.objects.get().amount == 100


def test_a_receipt_sent_again_with_another_amount_is_refused_with_what_was_recorded(as_finance, order):
    as_finance.post(receipts(order), receipt_typed())
    refused = as_finance.post(receipts(order), receipt_typed(amount="250", note="补记"))
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "100.00" in page
    assert "没有保存" in page
    assert 'value="250"' in page, "what was typed is kept"
    assert Receipt.objects.get().amount == 100


def test_whoever_read_the_refusal_and_sends_again_means_a_second_receipt(as_finance, order):
    as_finance.post(receipts(order), receipt_typed())
    refused = as_finance.post(receipts(order), receipt_typed(amount="250"))
    token = refused.context["form"]["token"].value()
    assert token != TOKEN
    for _click in range(2):
        assert as_finance.post(receipts(order), receipt_typed(amount="250", token=token)).status_code == 303
    assert sorted(Receipt.objects.values_list("amount", flat=True)) == [Decimal(100), Decimal(250)]


def test_a_token_counts_for_one_order_and_one_person(as_finance, browser_of, order):
    other = released_order()
    as_finance.post(receipts(order), receipt_typed())
    assert as_finance.post(receipts(other), receipt_typed()).status_code == 303
    another = browser_of(UserFactory(role=Role.FINANCE))
    assert another.post(receipts(order), receipt_typed(amount="50")).status_code == 303
    assert Receipt.objects.count() == 3


def test_a_shipment_sent_twice_is_planned_once(as_operations, order):
    first, second = (as_operations.post(delivery(order), plan_typed(order)) for _click in range(2))
    assert first.status_code == second.status_code == 303
    assert first.url == second.url
    assert Shipment.objects.count() == 1


@pytest.mark.parametrize("change", [{"quantity": "2"}, {"method": "pickup"}], ids=str)
def test_a_shipment_sent_again_otherwise_is_refused_with_what_was_planned(as_operations, order, change):
    as_operations.post(delivery(order), plan_typed(order))
    refused = as_operations.post(delivery(order), plan_typed(order, **change))
    assert refused.status_code == 422
    assert str(Shipment.objects.get()) in refused.content.decode()
    assert refused.context["plan"].header["submit_token"].value() != TOKEN


def test_a_shipment_s_token_counts_for_one_order(as_operations, order):
    other = released_order()
    for one in (order, other):
        assert as_operations.post(delivery(one), plan_typed(one)).status_code == 303
    assert set(Shipment.objects.values_list("order", flat=True)) == {order.pk, other.pk}


def test_a_token_is_another_one_for_whatever_else_it_is_sent_about(rep, other_rep, order):
    token, second = uuid.UUID(TOKEN), make_order(customer=order.customer)
    stored = [scoped(token, rep), scoped(token, other_rep), scoped(token, rep, order), scoped(token, rep, second)]
    assert len({token, *stored}) == 5
    assert scoped(token, rep, order) == stored[2]
    assert scoped(None, rep, order) is None


def file_typed(**changes):
    rows = {"contacts-TOTAL_FORMS": 1, "contacts-INITIAL_FORMS": 0, "contacts-0-name": "李强", "contacts-primary": "0"}
    return {"name": "云汀市海雅装备制造有限公司", "submit_token": TOKEN, **rows, **changes}


def test_a_customer_file_sent_twice_is_opened_once(as_rep):
    typed = file_typed(credit_code="91110000600037341L")
    first, second = (as_rep.post(reverse("customers:new"), typed) for _click in range(2))
    assert (first.status_code, second.status_code, first.url) == (303, 303, second.url)
    assert Customer.objects.count() == 1


@pytest.mark.parametrize("change", [{"address": "滨河路 8 号"}, {"contacts-0-name": "王芳"}], ids=str)
def test_a_customer_file_sent_again_otherwise_is_refused_with_what_was_recorded(as_rep, change):
    as_rep.post(reverse("customers:new"), file_typed())
    refused = as_rep.post(reverse("customers:new"), file_typed(**change))
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "没有保存" in page
    assert Customer.objects.get().number in page
    assert next(iter(change.values())) in page, "what was typed is kept"
    assert refused.context["form"]["submit_token"].value() != TOKEN


def test_somebody_else_s_token_opens_a_file_of_one_s_own(as_rep, browser_of, other_rep):
    as_rep.post(reverse("customers:new"), file_typed())
    answer = browser_of(other_rep).post(reverse("customers:new"), file_typed(name="陆川县玖禾水泵厂"))
    mine, theirs = Customer.objects.order_by("pk")
    assert answer.url == theirs.get_absolute_url()
    assert (mine.owner == theirs.owner, theirs.name) == (False, "陆川县玖禾水泵厂")


def test_a_file_handed_over_meanwhile_says_nothing_of_itself(as_rep, other_rep):
    as_rep.post(reverse("customers:new"), file_typed())
    Customer.objects.update(owner=other_rep, team=other_rep.team, address="机密路 1 号")
    refused = as_rep.post(reverse("customers:new"), file_typed())
    assert refused.status_code == 403
    assert "机密路" not in refused.content.decode()
