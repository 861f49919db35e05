"""One transfer pays several orders of a customer, under one bank reference."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from billing.models import Receipt
from billing.receipts import receipts_of, record_receipt, reverse_receipt
from core.events import timeline_of
from orders.statuses import Status
from tests.factories import make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(customer):
    """Two of 11,300.00: 3,390.00 prepayment and 7,910.00 on arrival each."""
    return [make_order(customer=customer, status=Status.FINANCE_REVIEW) for _each in range(2)]


@pytest.fixture
def transfer(orders, finance):
    """A function: amount, instalments → the receipt, recorded on the first order's page."""

    def record(amount, *chosen, **more):
        return record_receipt(
            order=orders[0],
            amount=Decimal(amount),
            received_on=timezone.localdate(),
            method="transfer",
            bank_reference="TT-2026-1",
            by=finance,
            chosen=[part.pk for part in chosen],
            **more,
        )

    return record


def received(orders):
    for order in orders:
        order.refresh_from_db()
    return [order.received_total for order in orders]


def test_one_transfer_pays_the_chosen_instalments_of_two_orders(orders, transfer):
    parts = [part for order in orders for part in order.current_instalments() if part.trigger == "prepayment"]
    transfer("6780", *parts)
    assert received(orders) == [Decimal("3390"), Decimal("3390")]
    assert Receipt.objects.get().amount == Decimal("6780")
    for order in orders:
        assert receipts_of(order).get().part == Decimal("3390")
        assert "3,390.00" in timeline_of(order)[0].sentence


def test_less_than_was_chosen_pays_what_is_first_first(orders, transfer):
    transfer("5000", *(part for order in orders for part in order.current_instalments()))
    assert received(orders) == [Decimal("5000"), Decimal("0")]


def test_more_than_was_chosen_is_refused(orders, transfer):
    with pytest.raises(ValidationError) as caught:
        transfer("3390.01", orders[1].current_instalments()[0])
    assert "3,390.00" in caught.value.message_dict["amount"][0]
    assert not Receipt.objects.exists()


def test_nothing_of_another_customer_is_paid(orders, transfer):
    other = make_order(status=Status.FINANCE_REVIEW)
    with pytest.raises(ValidationError):
        transfer("100", other.current_instalments()[0])
    assert not Receipt.objects.exists()


def test_a_reversal_undoes_it_in_both_orders(orders, transfer, finance):
    receipt = transfer("6780", *(order.current_instalments()[0] for order in orders))
    reverse_receipt(receipt=receipt, by=finance, reason="录错")
    assert received(orders) == [Decimal("0"), Decimal("0")]


def test_finance_ticks_what_the_transfer_pays(orders, as_finance):
    url = f"/orders/{orders[0].pk}/receipts/"
    page = as_finance.get(url)
    parts = [order.current_instalments()[0] for order in orders]
    assert all(f'id="chosen-{part.pk}"' in page.content.decode() for part in parts)
    posted = {
        "amount": "6,780.00",
        "received_on": timezone.localdate().isoformat(),
        "method": "transfer",
        "bank_reference": "TT-2026-1",
        "token": page.context["form"].initial["token"],
        "chosen": [part.pk for part in parts],
    }
    assert as_finance.post(url, {**posted, "amount": "99999"}).status_code == 422
    assert as_finance.post(url, posted).status_code == 303
    assert received(orders) == [Decimal("3390"), Decimal("3390")]


def test_where_only_one_order_is_unpaid_nothing_is_to_be_chosen(orders, as_finance):
    type(orders[1]).objects.filter(pk=orders[1].pk).update(status=Status.CANCELLED)
    assert "chosen-" not in as_finance.get(f"/orders/{orders[0].pk}/receipts/").content.decode()
