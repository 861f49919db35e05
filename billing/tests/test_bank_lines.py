"""Lines of the bank's list on their pages: accepted one by one or together, left, set aside, and told twice."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from billing.bank.forms import from_sent
from billing.bank.services import accept_line, put_off, set_aside
from billing.customer_receipts import receive
from billing.imports import AMOUNT, COLUMNS, CUSTOMER, ORDER, PAYER, RECEIVED, REFERENCE, REMARKS
from billing.models import BankLine, Receipt
from billing.receipts import reverse_receipt
from core.events import timeline_of
from core.worklist import items_for
from orders.models import Order
from orders.statuses import Status
from tests.breakers.kit import sound
from tests.factories import CustomerFactory, make_order
from tests.workbooks import examined, imported, places, saved, table, workbook

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
RULES = ("received", "instalments paid", "allocations", "balances", "customer facts", "recorders", "bank lines")
PAGE = "/receipts/bank/"


@pytest.fixture
def order(customer):
    return make_order(customer=customer, status=Status.APPROVED)


@pytest.fixture
def file(tmp_path):
    """A function: rows → the workbook's path."""

    def make(*rows, heads=None):
        return saved(tmp_path, workbook(table(heads or [column.name for column in COLUMNS], *rows)))

    return make


@pytest.fixture
def line(order):
    """A line that certainly pays the first instalment of the order."""
    return line_of(payer=order.customer.name, amount=order.current_instalments()[0].unpaid)


def line_of(amount="3390", reference="HX-1", **words) -> BankLine:
    return BankLine.objects.create(received_on=TODAY, amount=Decimal(amount), bank_reference=reference, **words)


def waiting(finance) -> list[str]:
    return [item.url for item in items_for(finance) if item.kind == "bank-lines"]


# ---- bringing them ---------------------------------------------------------------------------------------------------


def test_rows_without_order_and_customer_wait_and_nothing_is_recorded(file, finance, order):
    rows = [
        {RECEIVED: TODAY.isoformat(), AMOUNT: 3390, REFERENCE: "HX-1", PAYER: order.customer.name, REMARKS: "货款"},
        {RECEIVED: TODAY.isoformat(), AMOUNT: 500, REFERENCE: "HX-2", ORDER: order.number},
    ]
    imported("receipts", file(*rows))
    line = BankLine.objects.get()
    assert (line.amount, line.payer, line.remarks) == (3390, order.customer.name, "货款")
    assert Receipt.objects.get().amount == 500
    assert waiting(finance) == [f"{PAGE}{line.pk}/"]
    assert "sheet" in timeline_of(line)[0].sentence or "xlsx" in timeline_of(line)[0].sentence


def test_the_words_of_a_bank_are_known(file):
    heads = ["交易日期", "贷方发生额", "对方户名", "附言", "交易流水号"]
    row = dict(zip(heads, [TODAY.isoformat(), 100, "云汀某某公司", "货款", "HX-1"], strict=True))
    found = examined("receipts", file(row, heads=heads))
    assert found.is_clean
    assert found.counts["created"] == 1


def test_a_reference_that_was_seen_before_is_told_and_brings_nothing(file, finance, customer, line):
    receive(
        customer=customer,
        amount=Decimal(5),
        received_on=TODAY,
        method="transfer",
        shares={},
        bank_reference="HX-5",
        by=finance,
    )
    path = file(
        {RECEIVED: TODAY.isoformat(), AMOUNT: line.amount, REFERENCE: "hx-1"},
        {RECEIVED: TODAY.isoformat(), AMOUNT: 5, REFERENCE: "HX-5"},
    )
    found = examined("receipts", path)
    assert found.is_clean
    assert found.counts == {"created": 0, "changed": 0, "unchanged": 2}
    assert [notice["rows"] for notice in found.task.notices.stored()] == [[2], [3]]
    imported("receipts", path)
    assert (BankLine.objects.count(), Receipt.objects.count()) == (1, 1)


def test_a_reference_that_was_seen_with_another_amount_or_for_a_customer_is_a_problem(file, customer, line):
    path = file(
        {RECEIVED: TODAY.isoformat(), AMOUNT: 1, REFERENCE: "HX-1"},
    )
    assert set(places("receipts", examined("receipts", path))) == {(2, REFERENCE)}
    path = file({RECEIVED: TODAY.isoformat(), AMOUNT: line.amount, REFERENCE: "HX-1", CUSTOMER: customer.number})
    assert set(places("receipts", examined("receipts", path))) == {(2, REFERENCE)}


# ---- deciding --------------------------------------------------------------------------------------------------------


def test_finance_accepts_what_is_ticked_as_it_was_shown(as_finance, line, order):
    page = as_finance.get(PAGE).content.decode()
    part = order.current_instalments()[0]
    sent = f"{line.pk}:{order.customer_id}:{part.pk}={part.unpaid}"
    assert f'value="{sent}"' in page
    assert " checked" in page
    other = line_of(reference="HX-2", amount=7)
    answer = as_finance.post(f"{PAGE}accept/", {"line": [sent]}, follow=True)
    assert answer.status_code == 200
    receipt = Receipt.objects.get()
    assert (receipt.bank_line, receipt.bank_reference, receipt.rest) == (line, "HX-1", 0)
    order.refresh_from_db()
    assert order.received_total == part.amount
    assert [row.pk for row in BankLine.objects.waiting()] == [other.pk]
    assert sound(*RULES)


def test_accepted_twice_it_is_one_receipt_and_the_second_is_told(as_finance, line, order):
    sent = f"{line.pk}:{order.customer_id}"
    as_finance.post(f"{PAGE}accept/", {"one": [sent]})
    again = as_finance.post(f"{PAGE}accept/", {"one": [sent]}, follow=True).content.decode()
    assert Receipt.objects.count() == 1
    assert "HX-1" not in again
    assert order.customer.short_name in again


@pytest.mark.parametrize("sent", ["", "x", "1", "1:2:3", "1:2:3=x", "1:2:3=-5", "1:2:3=NaN", "1:2:=5"])
def test_nonsense_is_no_proposal(sent, as_finance):
    assert from_sent(sent) is None
    assert as_finance.post(f"{PAGE}accept/", {"line": [sent]}).status_code == 404


def test_another_customer_and_other_instalments_can_be_chosen(as_finance, line, order):
    other = make_order(customer=CustomerFactory(), status=Status.APPROVED)
    page = as_finance.get(f"{PAGE}{line.pk}/?customer={other.customer_id}").content.decode()
    part = other.current_instalments()[1]
    assert f"share-{part.pk}" in page
    more = {"customer": other.customer_id, f"share-{part.pk}": "9,999,999"}
    refused = as_finance.post(f"{PAGE}{line.pk}/accept/", more)
    assert refused.status_code == 422
    assert "9,999,999" in refused.content.decode()
    assert as_finance.post(f"{PAGE}{line.pk}/accept/", more | {f"share-{part.pk}": "10"}).status_code == 303
    receipt = Receipt.objects.get()
    assert (receipt.customer, receipt.rest) == (other.customer, line.amount - 10)
    assert sound(*RULES)


def test_a_line_that_names_nobody_shows_whom_to_choose(as_finance):
    line = line_of(remarks="存款")
    page = as_finance.get(f"{PAGE}{line.pk}/")
    assert page.status_code == 200
    assert "accept/" not in page.content.decode().split("<main")[1].split("rail")[0]
    refused = as_finance.get(f"{PAGE}{line.pk}/?customer=nobody")
    assert refused.status_code == 422


def test_what_is_left_for_later_comes_back_on_its_day(as_finance, finance, line):
    assert as_finance.post(f"{PAGE}{line.pk}/later/", {"until": TODAY.isoformat()}).status_code == 422
    soon = TODAY + timedelta(days=3)
    assert as_finance.post(f"{PAGE}{line.pk}/later/", {"until": soon.isoformat()}).status_code == 303
    assert waiting(finance) == []
    assert f"{PAGE}{line.pk}/" in as_finance.get(f"{PAGE}?state=later").content.decode()
    BankLine.objects.filter(pk=line.pk).update(put_off_until=TODAY)
    assert waiting(finance) == [f"{PAGE}{line.pk}/"]


def test_what_is_no_customer_s_says_why_and_can_be_taken_up_again(as_finance, finance, line):
    assert as_finance.post(f"{PAGE}{line.pk}/foreign/", {"reason": " "}).status_code == 422
    assert as_finance.post(f"{PAGE}{line.pk}/foreign/", {"reason": "利息"}).status_code == 303
    assert waiting(finance) == []
    assert "利息" in as_finance.get(f"{PAGE}?state=foreign").content.decode()
    with pytest.raises(ValidationError):
        accept_line(line=line, customer=CustomerFactory(), shares={}, by=finance)
    assert as_finance.post(f"{PAGE}{line.pk}/take-up/").status_code == 303
    assert waiting(finance) == [f"{PAGE}{line.pk}/"]
    said = [entry.note for entry in timeline_of(line)]
    assert "利息" in said


def test_money_that_was_recorded_by_hand_is_joined_and_its_reference_is_taken(as_finance, finance, customer, line):
    known = {"customer": customer, "received_on": TODAY, "method": "transfer", "shares": {}, "by": finance}
    receipt = receive(amount=line.amount, **known)
    other = receive(amount=line.amount + 1, **known)
    assert "join/" in as_finance.get(f"{PAGE}{line.pk}/").content.decode()
    assert as_finance.post(f"{PAGE}{line.pk}/join/", {"receipt": other.pk}).status_code == 422
    assert as_finance.post(f"{PAGE}{line.pk}/join/", {"receipt": receipt.pk}).status_code == 303
    assert BankLine.objects.get().receipt == receipt
    with pytest.raises(ValidationError):
        receive(amount=line.amount, bank_reference="HX-1", **known)
    assert sound(*RULES)


def test_a_line_whose_receipt_is_reversed_waits_again(finance, line, order):
    receipt = accept_line(line=line, customer=order.customer, shares={}, by=finance)
    reverse_receipt(receipt=receipt, by=finance, reason="别家的钱")
    assert waiting(finance) == [f"{PAGE}{line.pk}/"]
    other = CustomerFactory()
    assert accept_line(line=line, customer=other, shares={}, by=finance).customer == other
    assert sound(*RULES)


def test_a_decided_line_cannot_be_left_or_set_aside(finance, line, order):
    accept_line(line=line, customer=order.customer, shares={}, by=finance)
    for decide in (
        lambda: put_off(line=line, until=TODAY + timedelta(days=1), by=finance),
        lambda: set_aside(line=line, reason="利息", by=finance),
    ):
        with pytest.raises(ValidationError):
            decide()


# ---- what the database keeps -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("values", [{"amount": 1}, {"payer": "别人"}, {"bank_reference": "HX-9"}])
def test_what_the_bank_said_is_never_changed(line, values):
    with pytest.raises(DatabaseError), transaction.atomic():
        BankLine.objects.filter(pk=line.pk).update(**values)
    with pytest.raises(DatabaseError), transaction.atomic():
        line.delete()


def test_nobody_but_finance_and_administrators_sees_the_bank_s_list(line, rep, manager, finance, operations):
    seen = {user.role: BankLine.objects.visible_to(user).exists() for user in (rep, manager, finance, operations)}
    assert seen == {"rep": False, "manager": False, "finance": True, "operations": False}
    assert Order.objects.exists()
