"""Whose money a line of the bank's list may be: by order number, payer and amount; and what is certain of that."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from billing.bank.matching import Clues, Debt, propose
from billing.bank.proposals import proposals_for
from billing.bank.texts import name_keys, number_keys
from billing.customer_receipts import receive
from billing.models import BankLine
from customers.merge import merge_customers
from customers.models import Customer
from orders.models import Instalment, Order
from orders.statuses import Status
from tests.factories import CustomerFactory, make_order

TODAY = date(2026, 11, 30)


def debt(pk: int, unpaid, *, order: int = 1, customer: int = 7, due: date | None = TODAY) -> Debt:
    return Debt(pk, order, f"202611甲00{order}", customer, "70% 到货", Decimal(unpaid), due)


def shares(clues: Clues, *debts: Debt) -> dict[int, Decimal]:
    return dict(propose(clues, debts, TODAY).shares)


# ---- what an amount fits ---------------------------------------------------------------------------------------------

BY_NAME = {"payers": {7: "甲"}, "has_payer": True}


def test_an_amount_that_is_one_instalment_is_certain():
    found = propose(Clues(Decimal(70), **BY_NAME), [debt(1, 30), debt(2, 70)], TODAY)
    assert (found.customer, dict(found.shares), found.is_certain) == (7, {2: Decimal(70)}, True)


def test_of_two_equal_instalments_the_first_due_is_proposed_and_looked_at():
    found = propose(Clues(Decimal(70), **BY_NAME), [debt(1, 70), debt(2, 70, order=2)], TODAY)
    assert (dict(found.shares), found.is_certain) == ({1: Decimal(70)}, False)


@pytest.mark.parametrize(
    ("amount", "paid"),
    [
        (100, {1: 30, 2: 70}),  # the rest of one order
        (95, {1: 30, 3: 65}),  # what is due
        (165, {1: 30, 2: 70, 3: 65}),  # all of it
        (135, {2: 70, 3: 65}),  # a sum
    ],
)
def test_an_amount_can_be_an_order_s_rest_what_is_due_all_or_a_sum(amount, paid):
    later = TODAY + timedelta(days=9)
    debts = [debt(1, 30), debt(2, 70, due=later), debt(3, 65, order=2)]
    found = propose(Clues(Decimal(amount), **BY_NAME), debts, TODAY)
    assert (dict(found.shares), found.is_certain) == ({pk: Decimal(part) for pk, part in paid.items()}, True)


def test_a_sum_that_other_instalments_come_to_as_well_is_looked_at():
    found = propose(
        Clues(Decimal(50), **BY_NAME), [debt(1, 20, order=1), debt(2, 30, order=2), debt(3, 20, order=3)], TODAY
    )
    assert (dict(found.shares), found.is_certain) == ({1: Decimal(20), 2: Decimal(30)}, False)


def test_what_fits_nothing_pays_what_is_due_first_and_its_rest_is_balance():
    clues = Clues(Decimal(120), **BY_NAME)
    assert shares(clues, debt(1, 30), debt(2, 70)) == {1: Decimal(30), 2: Decimal(70)}
    assert not propose(clues, [debt(1, 30), debt(2, 70)], TODAY).is_certain


# ---- whose it is -----------------------------------------------------------------------------------------------------


def test_an_order_that_it_names_is_what_it_pays_and_without_another_payer_certain():
    debts = [debt(1, 30, order=2), debt(2, 30)]
    clues = Clues(Decimal(30), orders={1: 7}, payers={7: "甲"}, has_payer=True)
    assert (shares(clues, *debts), propose(clues, debts, TODAY).is_certain) == ({2: Decimal(30)}, True)


@pytest.mark.parametrize("payers", [{8: "乙"}, {}])
def test_who_pays_for_another_s_order_is_looked_at(payers):
    found = propose(Clues(Decimal(30), orders={1: 7}, payers=payers, has_payer=True), [debt(1, 30)], TODAY)
    assert (found.customer, found.is_certain) == (7, False)


def test_money_beyond_the_order_that_it_names_pays_the_customer_s_other_orders():
    found = propose(Clues(Decimal(50), orders={1: 7}, **BY_NAME), [debt(1, 30), debt(2, 40, order=2)], TODAY)
    assert (dict(found.shares), found.is_certain) == ({1: Decimal(30), 2: Decimal(20)}, False)


def test_of_two_customers_of_one_name_the_one_whose_debt_fits_is_proposed_never_certain():
    clues = Clues(Decimal(30), payers={7: "甲", 8: "甲"}, has_payer=True)
    found = propose(clues, [debt(1, 30), debt(2, 31, customer=8, order=2)], TODAY)
    assert (found.customer, found.is_certain) == (7, False)
    assert propose(clues, [debt(1, 31), debt(2, 31, customer=8, order=2)], TODAY).customer is None


def test_orders_of_several_customers_are_left_to_people():
    clues = Clues(Decimal(30), orders={1: 7, 2: 8})
    assert propose(clues, [debt(1, 30)], TODAY).customer is None


def test_an_amount_alone_is_only_a_hint():
    found = propose(Clues(Decimal(30)), [debt(1, 30)], TODAY)
    assert (found.customer, found.is_certain) == (7, False)
    assert propose(Clues(Decimal(30)), [debt(1, 30), debt(2, 30, order=2)], TODAY).customer is None


# ---- what the bank's words name --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("付202611海雅装备001货款", "202611海雅装备001"),
        ("货款 202611海雅装备 001、202611海雅装备002", "202611海雅装备002"),
        ("订单２０２６１１海雅装备００１", "202611海雅装备001"),
        ("2026113M0015000元", "2026113m001"),
        ("PO:SO-2024/0017 尾款", "so-2024/0017"),
        ("合同(HT20260017)预付款", "ht20260017"),
    ],
)
def test_numbers_are_found_within_words(text, number):
    assert number in number_keys(text)


def test_a_payer_is_known_with_and_without_region_and_legal_form():
    assert name_keys("云汀市海雅装备（集团）有限公司")[-1] == "海雅装备"
    assert name_keys(" ") == []


# ---- among what is here ----------------------------------------------------------------------------------------------


@pytest.fixture
def customer(rep):
    return CustomerFactory(owner=rep, team=rep.team, name="云汀海雅装备制造有限公司", short_name="海雅装备")


@pytest.fixture
def order(customer) -> Order:
    return make_order(customer=customer, status=Status.APPROVED)


@pytest.fixture
def bank():
    """A function: a line of the bank's list."""
    made: list[BankLine] = []

    def make(amount="3390", payer="", remarks="", reference=""):
        reference = reference or f"HX-{len(made) + 1}"
        known = {"received_on": timezone.localdate(), "bank_reference": reference}
        made.append(BankLine.objects.create(amount=Decimal(amount), payer=payer, remarks=remarks, **known))
        return made[-1]

    return make


def first_of(order: Order) -> Instalment:
    return order.current_instalments()[0]


def proposed(finance, *lines):
    found = proposals_for(lines, finance)
    return [found[line.pk] for line in lines]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "payer", ["云汀海雅装备制造有限公司", " 云汀海雅装备制造　有限公司", "海雅装备", "海雅装备有限公司"]
)
def test_a_customer_is_known_by_its_names(payer, bank, order, finance):
    (found,) = proposed(finance, bank(payer=payer, amount=first_of(order).unpaid))
    assert found.customer == order.customer_id


@pytest.mark.django_db
def test_payer_and_amount_make_it_certain_and_the_order_s_number_as_well(bank, order, finance):
    part = first_of(order)
    by_payer, by_number = proposed(
        finance,
        bank(payer="云汀海雅装备制造有限公司", amount=part.unpaid),
        bank(remarks=f"付{order.number}尾款", amount=order.current_instalments()[1].unpaid),
    )
    assert by_payer.is_certain
    assert dict(by_payer.shares) == {part.pk: part.unpaid}
    assert by_number.is_certain
    assert by_number.customer == order.customer_id


@pytest.mark.django_db
def test_a_second_line_is_not_proposed_what_the_first_certainly_pays(bank, order, finance):
    amount = first_of(order).unpaid
    first, second = proposed(finance, *(bank(payer="海雅装备", amount=amount) for _each in range(2)))
    assert first.is_certain
    assert not second.is_certain
    assert first_of(order).pk not in second.shares


@pytest.mark.django_db
def test_a_merged_file_s_name_means_the_one_that_it_went_into(bank, order, finance, manager):
    merged = CustomerFactory(owner=order.customer.owner, team=order.customer.team, name="云汀海丫装备有限公司")
    merge_customers(merged=merged, into=order.customer, by=manager)
    (found,) = proposed(finance, bank(payer="云汀海丫装备有限公司", amount=first_of(order).unpaid))
    assert (found.customer, found.is_certain) == (order.customer_id, True)


@pytest.mark.django_db
def test_whom_a_payer_paid_for_before_it_pays_for_again(bank, order, finance):
    known = bank(payer="云汀某某投资中心", amount=100)
    known.receipt = receive(
        customer=order.customer,
        amount=Decimal(100),
        received_on=known.received_on,
        method="transfer",
        shares={},
        bank_reference=known.bank_reference,
        by=finance,
    )
    known.save()
    (found,) = proposed(finance, bank(payer="云汀某某投资中心", amount=first_of(order).unpaid))
    assert (found.customer, found.is_certain) == (order.customer_id, True)


@pytest.mark.django_db
def test_money_that_was_recorded_by_hand_without_reference_is_looked_at(bank, order, finance):
    line = bank(payer="海雅装备", amount=first_of(order).unpaid)
    receive(
        customer=order.customer,
        amount=line.amount,
        received_on=line.received_on,
        method="transfer",
        shares={},
        by=finance,
    )
    (found,) = proposed(finance, line)
    assert found.customer == order.customer_id
    assert not found.is_certain


@pytest.mark.django_db
def test_a_cancelled_order_and_a_draft_wait_for_no_money(bank, customer, finance):
    cancelled = make_order(customer=customer, status=Status.CANCELLED, number="202611海雅装备009")
    (found,) = proposed(finance, bank(payer="海雅装备", remarks=cancelled.number))
    assert (found.customer, dict(found.shares)) == (customer.pk, {})


@pytest.mark.django_db
def test_many_lines_cost_as_many_statements_as_few(bank, finance, django_assert_max_num_queries):
    customers = [CustomerFactory(name=f"云汀水务{n}有限公司", short_name=f"水务{n}") for n in range(8)]
    orders = [make_order(customer=each, status=Status.APPROVED) for each in customers]
    lines = [bank(payer=order.customer.name, amount=first_of(order).unpaid) for order in orders]
    with django_assert_max_num_queries(10):
        found = proposals_for(lines, finance)
    assert all(proposal.is_certain for proposal in found.values())
    assert {proposal.customer for proposal in found.values()} == set(Customer.objects.values_list("pk", flat=True))
