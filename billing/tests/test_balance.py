"""Receipts over many orders and without one; the rest is the customer's balance, which pays, moves and is undone."""

import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from billing.balance import allocate_rest, take_back, use_balance
from billing.customer_receipts import propose, receive
from billing.exposure import accounts_of, exposure_without
from billing.models import Receipt, ReceiptAllocation
from billing.receipts import reverse_receipt
from billing.several_orders import payable_instalments
from core.events import timeline_of
from core.submitted import SentOtherwise
from customers.models import Customer
from orders.models import Order
from orders.statuses import Status
from tests.breakers.kit import sound
from tests.factories import make_order

pytestmark = pytest.mark.django_db

RULES = (
    "received",
    "instalments paid",
    "allocations",
    "balances",
    "reversals",
    "payment",
    "customer facts",
    "recorders",
)


@pytest.fixture
def orders(customer):
    """Two of 11,300.00: 3,390.00 prepayment and 7,910.00 on arrival each."""
    return [make_order(customer=customer, status=Status.FINANCE_REVIEW) for _each in range(2)]


@pytest.fixture
def paid(customer, finance):
    """A function: amount, shares by instalment → the receipt."""

    def record(amount, shares=(), by=finance, **more):
        values = {"received_on": timezone.localdate(), "method": "transfer", **more}
        return receive(customer=customer, amount=Decimal(amount), shares=dict(shares), by=by, **values)

    return record


def part(order: Order, position: int = 1):
    return order.current_instalments().get(position=position)


def received(*orders) -> list[Decimal]:
    return [Order.objects.get(pk=order.pk).received_total for order in orders]


def refusal(action) -> dict:
    before = Receipt.objects.count(), ReceiptAllocation.objects.count()
    with pytest.raises(ValidationError) as caught:
        action()
    assert (Receipt.objects.count(), ReceiptAllocation.objects.count()) == before
    return caught.value.message_dict


# ---- recording -------------------------------------------------------------------------------------------------------


def test_money_without_an_order_is_the_customers_balance(customer, paid):
    receipt = paid("5000", bank_reference="HX-1")
    customer.refresh_from_db()
    assert (receipt.rest, customer.balance) == (5000, 5000)
    assert "5,000.00" in timeline_of(customer)[0].sentence
    assert sound(*RULES)


def test_one_receipt_pays_instalments_of_two_orders_and_the_rest_is_balance(orders, paid, customer):
    one, other = orders
    receipt = paid("6000", {part(one).pk: Decimal(3390), part(other, 2).pk: Decimal(1000)})
    assert received(one, other) == [3390, 1000]
    assert Receipt.objects.get(pk=receipt.pk).rest == 1610
    assert "1,000.00" in timeline_of(other)[0].sentence
    assert sound(*RULES)


def test_what_is_due_first_is_proposed_first(orders, customer):
    one, other = orders
    other.instalments.filter(position=2).update(due_date=timezone.localdate())
    found = propose(Decimal(8000), list(payable_instalments(customer.pk)))
    assert found == {part(other, 2).pk: 7910, part(one).pk: 90}


def test_more_than_an_instalment_or_than_the_receipt_is_refused_beside_what_was_typed(orders, paid):
    one, other = orders
    assert "3,390.00" in refusal(lambda: paid("9000", {part(one).pk: Decimal(4000)}))[f"share-{part(one).pk}"][0]
    shares = {part(one).pk: Decimal(3390), part(other).pk: Decimal(3390)}
    assert "5,000.00" in refusal(lambda: paid("5000", shares))[NON_FIELD_ERRORS][0]


def test_another_customers_instalment_is_not_paid(paid):
    foreign = make_order(status=Status.FINANCE_REVIEW)
    assert NON_FIELD_ERRORS in refusal(lambda: paid("100", {part(foreign).pk: Decimal(100)}))


def test_the_second_click_finds_the_first_receipt_and_other_content_is_refused(paid):
    token = uuid.uuid4()
    assert paid("100", token=token) == paid("100", token=token)
    with pytest.raises(SentOtherwise):
        paid("200", token=token)


@pytest.mark.parametrize("person", ["rep", "manager", "operations", "service", "admin"])
def test_only_finance_records_and_moves(request, person, paid, orders, finance):
    somebody = request.getfixturevalue(person)
    receipt = paid("100")
    for action in (
        lambda: paid("100", by=somebody),
        lambda: use_balance(order=orders[0], by=somebody),
        lambda: allocate_rest(receipt=receipt, shares={part(orders[0]).pk: Decimal(1)}, by=somebody),
        lambda: take_back(receipt=receipt, instalment=part(orders[0]), by=somebody, reason="错"),
    ):
        with pytest.raises(PermissionDenied):
            action()


# ---- using it --------------------------------------------------------------------------------------------------------


def test_the_balance_pays_an_order_the_oldest_money_first(orders, paid, customer, finance):
    one, _other = orders
    first, second = paid("2000"), paid("3000")
    assert use_balance(order=one, by=finance) == 5000
    assert [Receipt.objects.get(pk=each.pk).rest for each in (first, second)] == [0, 0]
    assert received(one) == [5000]
    customer.refresh_from_db()
    assert customer.balance == 0
    assert "5,000.00" in timeline_of(one)[0].sentence
    assert sound(*RULES)


def test_a_second_press_finds_nothing_left(orders, paid, finance):
    paid("20000")
    use_balance(order=orders[0], by=finance)
    assert received(orders[0]) == [11300]
    assert refusal(lambda: use_balance(order=orders[0], by=finance))
    paid("1")
    use_balance(order=orders[1], by=finance)
    assert refusal(lambda: use_balance(order=orders[1], by=finance))[NON_FIELD_ERRORS]


def test_what_is_left_of_a_receipt_pays_by_hand(orders, paid, finance):
    one, other = orders
    receipt = paid("4000", {part(one).pk: Decimal(1000)})
    assert refusal(lambda: allocate_rest(receipt=receipt, shares={part(other).pk: Decimal(3001)}, by=finance))
    assert refusal(lambda: allocate_rest(receipt=receipt, shares={}, by=finance))
    allocate_rest(receipt=receipt, shares={part(other).pk: Decimal(2500), part(one).pk: Decimal(500)}, by=finance)
    assert received(one, other) == [1500, 2500]
    assert sound(*RULES)


def test_an_allocation_is_moved_by_an_opposite_one(orders, paid, finance):
    one, other = orders
    receipt = paid("3390", {part(one).pk: Decimal(3390)})
    assert take_back(receipt=receipt, instalment=part(one), by=finance, reason="付的是另一单") == 3390
    allocate_rest(receipt=receipt, shares={part(other).pk: Decimal(3390)}, by=finance)
    take_back(receipt=receipt, instalment=part(other), by=finance, reason="又错")
    allocate_rest(receipt=receipt, shares={part(one).pk: Decimal(3390)}, by=finance)
    assert received(one, other) == [3390, 0]
    assert [a.amount for a in receipt.allocations.order_by("pk")] == [3390, -3390, 3390, -3390, 3390]
    assert sound(*RULES)


def test_taking_back_wants_a_reason_and_something_to_take(orders, paid, finance):
    receipt = paid("3390", {part(orders[0]).pk: Decimal(3390)})
    assert "reason" in refusal(lambda: take_back(receipt=receipt, instalment=part(orders[0]), by=finance, reason=" "))
    assert refusal(lambda: take_back(receipt=receipt, instalment=part(orders[1]), by=finance, reason="错"))


def test_a_reversal_takes_back_what_was_moved_and_what_was_balance(orders, paid, customer, finance):
    one, other = orders
    receipt = paid("5000", {part(one).pk: Decimal(3390)})
    take_back(receipt=receipt, instalment=part(one), by=finance, reason="错")
    allocate_rest(receipt=receipt, shares={part(other).pk: Decimal(1000)}, by=finance)
    opposite = reverse_receipt(receipt=receipt, by=finance, reason="退票")
    customer.refresh_from_db()
    assert (opposite.rest, received(one, other), customer.balance) == (-4000, [0, 0], 0)
    assert refusal(lambda: allocate_rest(receipt=receipt, shares={part(one).pk: Decimal(1)}, by=finance))
    assert sound(*RULES)


# ---- exposure and the database ---------------------------------------------------------------------------------------


def test_the_balance_counts_against_the_exposure(orders, paid, customer):
    paid("2000")
    accounts = accounts_of([customer.pk], timezone.localdate())[customer.pk]
    assert exposure_without(accounts, None).total == 20600
    assert exposure_without(accounts, orders[0].pk).total == 9300


def test_the_database_lets_no_receipt_pay_more_than_it_is(orders, paid):
    receipt = paid("1000", {part(orders[0]).pk: Decimal(1000)})
    with pytest.raises(DatabaseError, match="no more than it is"), transaction.atomic():
        ReceiptAllocation.objects.create(receipt=receipt, instalment=part(orders[1]), amount=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Receipt.objects.filter(pk=receipt.pk).update(rest=-1)


def test_pages_ask_as_often_for_ten_orders_as_for_one(customer, finance, django_assert_max_num_queries):
    """The shares of many orders cost no more statements than locking and counting each of them needs."""
    many = [make_order(customer=customer, status=Status.FINANCE_REVIEW) for _each in range(10)]
    shares = {part(order).pk: Decimal(3390) for order in many}
    with django_assert_max_num_queries(100):
        receive(
            customer=Customer.objects.get(pk=customer.pk),
            amount=Decimal(33900),
            shares=shares,
            received_on=timezone.localdate(),
            method="transfer",
            by=finance,
        )


# ---- pages -----------------------------------------------------------------------------------------------------------


def typed(**changes) -> dict:
    values = {"amount": "5,000.00", "received_on": timezone.localdate().isoformat(), "method": "transfer"}
    return values | {"token": str(uuid.uuid4())} | changes


def test_the_server_proposes_what_is_due_first_before_it_records(as_finance, orders, customer):
    url = f"/receipts/new/?customer={customer.pk}"
    page = as_finance.post(url, typed())
    assert page.status_code == 422
    boxes = page.context["boxes"]
    assert [row.typed for row in boxes.rows] == ["3,390.00", "1,610.00", "", ""]
    assert not Receipt.objects.exists()
    shares = {row.name: row.typed for row in boxes.rows}
    assert as_finance.post(url, typed(shared="1", **shares)).status_code == 303
    assert received(*orders) == [5000, 0]


def test_shares_that_cannot_be_read_are_kept_and_said_beside_their_box(as_finance, orders, customer):
    name = f"share-{part(orders[0]).pk}"
    page = as_finance.post(f"/receipts/new/?customer={customer.pk}", typed(shared="1", **{name: "三千"}))
    assert page.status_code == 422
    assert "三千" in page.content.decode()
    assert f'id="err_{name}"' in page.content.decode()


def test_a_receipts_page_shows_what_it_pays_and_moves_it(as_finance, orders, paid):
    receipt = paid("5000", {part(orders[0]).pk: Decimal(3390)})
    url = receipt.get_absolute_url()
    assert "1,610.00" in as_finance.get(url).content.decode()
    assert as_finance.post(f"{url}take-back/", {"instalment": part(orders[0]).pk, "reason": ""}).status_code == 422
    assert as_finance.post(f"{url}take-back/", {"instalment": part(orders[0]).pk, "reason": "错"}).status_code == 303
    assert as_finance.post(f"{url}allocate/", {}).status_code == 422
    assert as_finance.post(f"{url}allocate/", {f"share-{part(orders[1]).pk}": "5000"}).status_code == 422
    assert as_finance.post(f"{url}allocate/", {f"share-{part(orders[1]).pk}": "100"}).status_code == 303
    assert received(*orders) == [0, 100]
    assert as_finance.post(f"{url}reverse/", {"reason": "退票", "from": "receipt"}).status_code == 303
    assert received(*orders) == [0, 0]


def test_the_share_of_an_instalment_that_was_paid_meanwhile_is_refused(as_finance, orders, customer, paid):
    one, other = (part(order) for order in orders)
    shares = {f"share-{one.pk}": "3390", f"share-{other.pk}": "1000"}
    paid("3390", {one.pk: Decimal(3390)})
    page = as_finance.post(f"/receipts/new/?customer={customer.pk}", typed(shared="1", **shares))
    assert page.status_code == 422
    assert NON_FIELD_ERRORS in page.context["form"].errors
    assert Receipt.objects.count() == 1
    shown = {row.name: row.typed for row in page.context["boxes"].rows}
    assert as_finance.post(f"/receipts/new/?customer={customer.pk}", typed(shared="1", **shown)).status_code == 303
    assert received(*orders) == [3390, 1000]


def test_sharing_out_the_same_rest_twice_pays_once(as_finance, orders, paid):
    receipt = paid("5000")
    url, name = receipt.get_absolute_url(), f"share-{part(orders[0]).pk}"
    page = as_finance.get(url).content.decode()
    assert 'name="seen" value="5,000.00"' in page
    sent = {"seen": "5,000.00", name: "1000"}
    assert as_finance.post(f"{url}allocate/", sent).status_code == 303
    again = as_finance.post(f"{url}allocate/", sent)
    assert (again.status_code, received(orders[0])) == (422, [1000])
    assert "4,000.00" in again.context["refused"]
    assert 'name="seen" value="4,000.00"' in again.content.decode()


def test_why_nothing_is_taken_back_stands_on_the_page(as_finance, orders, paid, finance):
    receipt = paid("5000", {part(orders[0]).pk: Decimal(3390)})
    take_back(receipt=receipt, instalment=part(orders[0]), by=finance, reason="错")
    sent = {"instalment": part(orders[0]).pk, "reason": "又错"}
    page = as_finance.post(f"{receipt.get_absolute_url()}take-back/", sent)
    assert page.status_code == 422
    assert page.context["refused"] in page.content.decode()
    assert page.context["refused"]


def test_a_reason_is_no_longer_than_what_keeps_it(orders, paid, finance):
    receipt = paid("3390", {part(orders[0]).pk: Decimal(3390)})
    known = {"receipt": receipt, "by": finance}
    assert "200" in refusal(lambda: reverse_receipt(reason="长" * 201, **known))["reason"][0]
    taking = {"instalment": part(orders[0]), **known}
    assert "200" in refusal(lambda: take_back(reason="长" * 201, **taking))["reason"][0]
    assert reverse_receipt(reason="\r\n".join(["长" * 99, "长" * 100]), **known).note == "长" * 99 + "\n" + "长" * 100


def test_reversed_money_is_no_balance(as_finance, paid, finance):
    kept, wrong = paid("700"), paid("100")
    opposite = reverse_receipt(receipt=wrong, by=finance, reason="录错")
    assert as_finance.get("/receipts/").context["page"].totals == {"amount": 700, "rest": 700}
    assert as_finance.get("/receipts/?state=reversed").context["page"].totals["rest"] in (None, 0)
    for receipt, shown in ((kept, "700.00"), (wrong, "—"), (opposite, "—")):
        assert f"<dd>{shown}</dd>" in as_finance.get(receipt.get_absolute_url()).content.decode()


def test_the_balance_is_offered_where_an_order_waits_for_money(as_finance, as_rep, orders, paid):
    url = f"/orders/{orders[0].pk}/receipts/"
    assert "use-balance" not in as_finance.get(url).content.decode()
    paid("700")
    assert "use-balance" in as_finance.get(url).content.decode()
    assert "use-balance" not in as_rep.get(url).content.decode()
    assert as_finance.post(f"/orders/{orders[0].pk}/use-balance/").status_code == 303
    assert received(orders[0]) == [700]
    again = as_finance.post(f"/orders/{orders[0].pk}/use-balance/", follow=True)
    assert [message.level_tag for message in again.context["messages"]][-1] == "error"


def test_the_list_finds_receipts_by_customer_reference_and_balance(as_finance, as_rep, customer, paid, orders):
    with_rest, without = paid("700", bank_reference="HX-77"), paid("10", {part(orders[0]).pk: Decimal(10)})
    other = make_order(status=Status.FINANCE_REVIEW).customer

    def found(client, **query):
        return set(client.get("/receipts/", query).context["page"].rows)

    assert found(as_finance) == {with_rest, without} == found(as_rep)
    assert found(as_finance, q="ｈｘ-77") == {with_rest}
    assert found(as_finance, q=customer.number) == {with_rest, without}
    assert found(as_finance, q=other.number) == set()
    assert found(as_finance, state="balance") == {with_rest}
    assert found(as_finance, state="reversed") == set()
