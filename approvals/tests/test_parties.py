"""Editing the customer's file changes no paper of an order that was submitted."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from core.workflow import take
from customers.contacts import ContactInput
from customers.models import Customer
from customers.services import FIELDS, update_customer
from fulfilment.statuses import ShipmentStatus
from orders.filters import OrderFilter
from orders.models import Order
from tests.factories import confirmed, make_shipment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_sound")]

RENAMED = {"name": "青岚新材料股份有限公司", "short_name": "青岚新材", "address": "新工业园 99 号"}

NEW_CONTACT = {"name": "赵新", "job_title": "采购", "phone": "0000-9999", "is_primary": True}


def rename(customer: Customer, by) -> None:
    """The file gets another name and address; the contact leaves and another one comes."""
    values = {name: getattr(customer, name) for name in FIELDS} | RENAMED
    update_customer(customer=customer, values=values, contacts=[ContactInput(**NEW_CONTACT)], by=by)


@pytest.fixture
def approved(order_at, steps, operations):
    order = steps(order_at(), "submit", "rep_approve", "manager_approve", "finance_approve")
    take(confirmed(order), "release", by=operations)
    # As it is read from now on.
    return Order.objects.get(pk=order.pk)


def test_the_confirmation_says_what_was_submitted(approved, customer, rep, as_rep):
    rename(customer, rep)
    page = as_rep.get(reverse("orders:print", args=[approved.pk])).content.decode()
    for word in (approved.buyer_name, "拾贝路 18 号", "李强", "0000-8016"):
        assert word in page
    for word in (*RENAMED.values(), "赵新", "0000-9999"):
        assert word not in page


def test_the_delivery_note_says_what_was_submitted(approved, customer, rep, operations, browser_of):
    rename(customer, rep)
    shipment = make_shipment(approved, status=ShipmentStatus.PACKING, packed_by=operations)
    page = browser_of(operations).get(reverse("fulfilment:print", args=[shipment.pk])).content.decode()
    assert (approved.buyer_name in page, "拾贝路 18 号" in page, "李强" in page) == (True, True, True)
    assert not any(word in page for word in (*RENAMED.values(), "赵新"))


def test_a_draft_says_what_the_file_says(order_at, customer, rep, as_rep):
    order = order_at()
    rename(customer, rep)
    page = as_rep.get(reverse("orders:print", args=[order.pk])).content.decode()
    assert all(word in page for word in (RENAMED["name"], RENAMED["address"]))


def test_an_order_that_goes_back_and_comes_again_takes_the_file_of_its_last_submission(order_at, steps, customer, rep):
    order = steps(order_at(), "submit")
    take(order, "withdraw", by=rep)
    rename(customer, rep)
    order = steps(Order.objects.get(pk=order.pk), "submit")
    assert order.buyer == RENAMED["name"]
    assert RENAMED["address"] in order.shipping_address


def test_an_order_never_mixes_two_short_names(order_at, steps, customer, rep):
    was = customer.short_name
    numbered = steps(order_at(), "submit")
    take(numbered, "withdraw", by=rep)
    draft = order_at()
    rename(customer, rep)
    steps(Order.objects.get(pk=numbered.pk), "submit")
    steps(Order.objects.get(pk=draft.pk), "submit")
    named = dict(Order.objects.values_list("customer_name", "number"))
    assert all(name in number for name, number in named.items())
    assert set(named) == {was, "青岚新材"}


def test_orders_of_a_renamed_customer_are_found_by_the_name_that_lists_show(approved, customer, rep, rf):
    was = customer.short_name
    rename(customer, rep)
    request = rf.get("/", {"q": was})
    request.user = rep
    assert list(OrderFilter({"q": was}, Order.objects.all(), request=request).qs) == [approved]


def test_the_database_keeps_buyer_recipient_and_address(approved):
    with pytest.raises(DatabaseError), transaction.atomic():
        Order.objects.filter(pk=approved.pk).update(ship_to="别处")
