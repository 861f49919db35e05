"""A customer's statement of account: its sums, on paper and in Excel, given by a private link and answered there."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from billing.customer_receipts import receive
from billing.entries import enter
from billing.links import STATEMENT
from billing.models import Receipt, Statement
from billing.receipts import record_receipt, reverse_receipt
from billing.refunds import record_refund
from billing.statements import account_of, answer_statement, from_json, give_statement
from core import registries
from core.events import timeline_of
from core.links.services import make_link
from orders.statuses import Status
from tests.factories import make_order

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
FIRST, LAST = TODAY - timedelta(days=30), TODAY


@pytest.fixture
def account(customer, finance):
    """Due before 3,390, paid before 3,000; due within 7,910; received 8,500 within and given back 200."""
    order = make_order(customer=customer, status=Status.APPROVED)
    order.instalments.filter(position=1).update(due_date=FIRST - timedelta(days=5))
    order.instalments.filter(position=2).update(due_date=FIRST + timedelta(days=5))
    known = {"customer": customer, "method": "transfer", "by": finance, "shares": {}}
    receive(amount=Decimal(3000), received_on=FIRST - timedelta(days=1), **known)
    receive(amount=Decimal(8500), received_on=FIRST + timedelta(days=9), **known)
    wrong = receive(amount=Decimal(77), received_on=FIRST + timedelta(days=9), **known)
    reverse_receipt(receipt=wrong, by=finance, reason="录错")
    known.pop("shares")
    record_refund(amount=Decimal(200), refunded_on=TODAY, **known)
    return account_of(customer, FIRST, LAST)


def test_opening_due_received_refunded_and_closing_add_up(account):
    assert (account.opening, account.became_due, account.received, account.refunded) == (390, 7910, 8500, 200)
    assert account.closing == 390 + 7910 - 8500 + 200 == 0
    assert [line.left for line in account.lines][:4] == [8300, -200, -277, -200]


def test_a_period_begins_where_the_one_before_ends(account, customer):
    middle = FIRST + timedelta(days=7)
    before = account_of(customer, FIRST, middle)
    after = account_of(customer, middle + timedelta(days=1), LAST)
    assert before.closing == after.opening
    assert after.closing == account.closing


def test_cancelled_and_unsubmitted_orders_owe_nothing(customer):
    order = make_order(customer=customer, status=Status.CANCELLED, number="202611甲001")
    order.instalments.update(due_date=TODAY)
    assert account_of(customer, FIRST, LAST).closing == 0


def test_an_import_entry_that_made_way_for_real_money_is_not_counted_beside_it(customer, finance):
    order = make_order(customer=customer, status=Status.COMPLETED)
    due, last_month = FIRST - timedelta(days=9), FIRST - timedelta(days=5)
    order.instalments.update(due_date=due)
    entry = {"customer": customer, "received_on": due, "amount": order.gross_total, "method": Receipt.Method.IMPORT}
    enter(Receipt(**entry), order)
    order.refresh_from_db()
    record_receipt(order=order, amount=Decimal(6780), received_on=last_month, method="transfer", by=finance)
    before = account_of(customer, due, last_month)
    assert (before.received, before.closing) == (11300, 0)
    assert account_of(customer, FIRST, LAST).lines == []


def test_it_is_given_as_it_was_and_answered_once(account, customer, rep, finance):
    statement = give_statement(customer=customer, first=FIRST, last=LAST, by=rep)
    assert from_json(statement) == account
    receive(customer=customer, amount=Decimal(1), received_on=TODAY, method="cash", shares={}, by=finance)
    assert account_of(customer, FIRST, LAST).closing == -1
    assert from_json(Statement.objects.get()).closing == 0
    answer_statement(statement=statement, who="李强 采购经理", objection="少记一笔")
    assert "李强" in timeline_of(customer)[0].sentence
    with pytest.raises(ValidationError):
        answer_statement(statement=statement, who="别人")
    for change in ({"closing": 5}, {"objection": ""}):
        with pytest.raises(DatabaseError, match="stays as it was given"), transaction.atomic():
            Statement.objects.update(**change)


def test_who_may_give_it_and_for_which_days(customer, rep, operations):
    for first, last in ((LAST, FIRST), (FIRST, TODAY + timedelta(days=1))):
        with pytest.raises(ValidationError):
            give_statement(customer=customer, first=first, last=last, by=rep)
    with pytest.raises(PermissionDenied):
        give_statement(customer=customer, first=FIRST, last=LAST, by=operations)


def test_the_page_shows_it_and_excel_has_the_same(account, as_rep, customer):
    days = {"since": FIRST.isoformat(), "until": LAST.isoformat()}
    page = as_rep.get(f"/customers/{customer.pk}/statement/", days).content.decode()
    assert "8,500.00" in page
    assert "7,910.00" in page
    answer = as_rep.get(f"/customers/{customer.pk}/statement/excel/", days)
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert [sheet.cell(2, 5).value, sheet.cell(sheet.max_row, 5).value] == [390, 0]
    assert sheet.max_row == len(account.lines) + 3


def test_excel_takes_a_customer_whose_number_is_no_name_of_a_sheet(as_rep, customer):
    customer.number = "KH/01:[甲]*?"
    customer.save()
    answer = as_rep.get(f"/customers/{customer.pk}/statement/excel/")
    assert load_workbook(io.BytesIO(answer.content)).active.title == "KH 01  甲"
    assert "filename*=utf-8''statement-KH/01%3A%5B%E7%94%B2" in answer["Content-Disposition"]


@pytest.mark.parametrize(
    "days", [{}, {"since": "x", "until": "2026-13-40"}, {"since": "2026-05-01", "until": "2020-01-01"}]
)
def test_nonsense_days_show_the_month_before(as_rep, customer, days):
    shown = as_rep.get(f"/customers/{customer.pk}/statement/", days).context["account"]
    assert shown.last == TODAY.replace(day=1) - timedelta(days=1)


def test_the_customer_confirms_by_a_private_link_or_says_what_is_wrong(account, as_rep, customer, rep):
    days = {"since": FIRST.isoformat(), "until": LAST.isoformat()}
    assert as_rep.post(f"/customers/{customer.pk}/statement/give/", days).status_code == 303
    statement = Statement.objects.get()
    assert "对账" in timeline_of(customer)[0].sentence
    _link, token = make_link(purpose=STATEMENT, record=statement, by=rep)
    visitor = Client()
    page = visitor.get(f"/c/{token}/")
    assert "8,500.00" in page.content.decode()
    assert visitor.post(f"/c/{token}/", {"name": "李强", "job_title": "采购经理", "object": "1"}).status_code == 422
    sent = {"name": "李强", "job_title": "采购经理", "confirm": "1"}
    assert visitor.post(f"/c/{token}/", sent).status_code == 303
    statement.refresh_from_db()
    assert (statement.answered_by, statement.objection) == ("李强 采购经理", "")
    assert "李强 采购经理" in as_rep.get(f"/customers/{customer.pk}/statement/", days).content.decode()


def test_every_link_that_is_made_has_its_sentence_in_the_history():
    told = {verb for _model, verb in registries.sentences}
    assert {f"{purpose}_link_made" for purpose in registries.link_purposes} <= told


def test_days_are_dates(account):
    assert all(isinstance(line.day, date) for line in account.lines)
