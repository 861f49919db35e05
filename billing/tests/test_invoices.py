"""Invoices: asked for, issued with number, day and file, refused, withdrawn, reversed; never more than the order."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from billing.invoices import amount_name, issue_invoice, request_invoice, reverse_invoice
from billing.models import Invoice, InvoicePart
from billing.worklist import InvoicesToIssue, RedInvoicesNeeded, RefusedInvoices
from core.events import timeline_of
from core.models import Message
from core.submitted import SentOtherwise
from core.workflow import Refused, take
from orders.models import Order
from orders.statuses import Status
from tests.breakers.kit import sound
from tests.factories import UserFactory, make_order
from tests.sample_files import picture

pytestmark = pytest.mark.django_db
RULES = ("invoiced", "invoices")
TODAY = timezone.localdate()


@pytest.fixture
def order(customer):
    """Over 11,300.00."""
    return make_order(customer=customer, status=Status.APPROVED)


@pytest.fixture
def ask(customer, rep):
    """A function: orders with amounts → the request."""

    def request(*pairs, **more):
        amounts = {order.pk: Decimal(amount) for order, amount in pairs}
        return request_invoice(**{"customer": customer, "amounts": amounts, "by": rep, **more})

    return request


@pytest.fixture
def issue(finance):
    """A function: request, number → the invoice issued today."""

    def write(invoice, number="24500001", **more):
        known = {"issued_on": TODAY, "upload": picture(), "by": finance, **more}
        return issue_invoice(invoice=invoice, number=number, **known)

    return write


@pytest.fixture
def reverse(finance):
    """A function: invoice, number → the red one of today."""

    def write(invoice, number="24500099", **more):
        known = {"issued_on": TODAY, "upload": picture(), "reason": "税号写错", "by": finance, **more}
        return reverse_invoice(invoice=invoice, number=number, **known)

    return write


def invoiced(order: Order) -> tuple[Decimal, Decimal]:
    order.refresh_from_db()
    return order.invoiced_total, order.invoice_asked_total


def refusal(action) -> dict:
    before = Invoice.objects.count()
    with pytest.raises(ValidationError) as caught:
        action()
    assert Invoice.objects.count() == before
    return caught.value.message_dict


# ---- asking ----------------------------------------------------------------------------------------------------------


def test_an_order_is_asked_for_in_parts_and_each_falls_on_its_tax_rates(order, ask):
    first = ask((order, "5650"))
    (part,) = first.parts.all()
    assert (part.tax_rate, part.net_amount, part.tax_amount) == (13, 5000, 650)
    assert invoiced(order) == (0, 5650)
    ask((order, "5650"))
    assert invoiced(order) == (0, 11300)
    assert "0.00" in refusal(lambda: ask((order, "0.01")))[amount_name(order.pk)][0]
    assert "5,650.00" in timeline_of(order)[0].sentence
    assert sound(*RULES)


def test_one_invoice_covers_several_orders_of_the_customer(customer, order, ask):
    other = make_order(customer=customer, status=Status.COMPLETED)
    invoice = ask((order, "11300"), (other, "1130"))
    assert (invoice.net_total, invoice.tax_total, invoice.gross_total) == (11000, 1430, 12430)
    assert invoice.buyer_name == customer.invoice_title
    assert invoice.buyer_address == customer.full_address


def test_what_is_no_order_of_the_customer_or_not_approved_is_not_invoiced(customer, ask, rep):
    foreign = make_order(status=Status.APPROVED)
    early = make_order(customer=customer, status=Status.FINANCE_REVIEW)
    assert NON_FIELD_ERRORS in refusal(lambda: ask((foreign, "10")))
    assert NON_FIELD_ERRORS in refusal(ask)
    assert amount_name(early.pk) in refusal(lambda: ask((early, "10")))
    with pytest.raises(PermissionDenied):
        ask((early, "10"), by=UserFactory(role="finance"))


@pytest.mark.parametrize("field", ["invoice_title", "tax_number", "bank_name", "bank_account"])
def test_what_the_file_lacks_is_said_before_anything_is_asked(customer, order, ask, field):
    setattr(customer, field, "")
    customer.save()
    (sentence,) = refusal(lambda: ask((order, "10")))[NON_FIELD_ERRORS]
    assert str(customer) in sentence


def test_a_double_click_asks_once_and_another_amount_is_told(order, ask):
    token = uuid.uuid4()
    first = ask((order, "100"), token=token)
    assert ask((order, "100"), token=token) == first
    with pytest.raises(SentOtherwise):
        ask((order, "200"), token=token)
    assert invoiced(order) == (0, 100)


# ---- issuing, refusing, withdrawing ----------------------------------------------------------------------------------


def test_finance_issues_it_under_number_and_day_with_its_file(order, ask, issue, rep):
    invoice = issue(ask((order, "11300")), " ２４５０ 0001 ")
    assert (invoice.status, invoice.number, invoice.issued_on) == ("issued", "24500001", TODAY)
    assert invoiced(order) == (11300, 0)
    assert "24500001" in timeline_of(order)[0].sentence
    assert Message.objects.filter(user=rep, url=invoice.get_absolute_url()).exists()
    assert sound(*RULES)


def test_what_is_missing_on_the_paper_stands_beside_its_field(order, ask, issue):
    invoice = ask((order, "100"))
    found = refusal(lambda: issue(invoice, "", issued_on=TODAY + timedelta(days=1), upload=None))
    assert found.keys() == {"number", "issued_on", "file"}
    assert "issued_on" in refusal(lambda: issue(invoice, issued_on=order.order_date - timedelta(days=1)))
    assert "number" in refusal(lambda: issue(invoice, "发票一号"))
    issue(invoice)
    second = ask((order, "100"))
    assert "100.00" in refusal(lambda: issue(second, "2450 0001"))["number"][0]


def test_a_refused_one_gives_its_amount_back_and_is_asked_for_again(order, ask, finance, rep):
    invoice = ask((order, "11300"))
    take(invoice, "refuse", by=finance, note="税号不符")
    assert invoiced(order) == (0, 0)
    assert "税号不符" in timeline_of(order)[0].sentence
    assert [item.what for item in RefusedInvoices().items(rep, 9)]
    again = ask((order, "11300"), instead_of=invoice)
    assert again.instead_of == invoice
    assert RefusedInvoices().items(rep, 9) == []
    assert sound(*RULES)


def test_it_is_withdrawn_only_while_it_is_only_asked_for(order, ask, issue, rep):
    first, second = ask((order, "100")), ask((order, "100"))
    take(first, "withdraw", by=rep)
    issue(second)
    with pytest.raises(Refused):
        take(second, "withdraw", by=rep)
    assert invoiced(order) == (100, 0)


def test_a_cancelled_order_is_not_invoiced_any_more(order, ask, issue, manager):
    invoice = ask((order, "100"))
    take(order, "cancel", by=manager, note="客户不要了")
    with pytest.raises(Refused) as caught:
        issue(invoice)
    assert str(order) in str(caught.value)


# ---- reversing -------------------------------------------------------------------------------------------------------


def test_a_red_invoice_is_an_opposite_entry_and_what_it_takes_back_can_be_invoiced_again(order, ask, issue, reverse):
    invoice = issue(ask((order, "11300")))
    red = reverse(invoice)
    invoice.refresh_from_db()
    assert (invoice.status, red.status, red.gross_total) == ("reversed", "issued", -11300)
    assert [(part.order, part.tax_amount) for part in red.parts.all()] == [(order, -1300)]
    assert invoiced(order) == (0, 0)
    assert sound(*RULES)
    issue(ask((order, "11300")), "24500002")
    assert invoiced(order) == (11300, 0)
    assert sound(*RULES)


def test_what_is_reversed_or_red_is_not_reversed(order, ask, issue, reverse):
    invoice = issue(ask((order, "100")))
    assert "reason" in refusal(lambda: reverse(invoice, reason=" "))
    assert "number" in refusal(lambda: reverse(invoice, invoice.number))
    red = reverse(invoice)
    for each in (invoice, red):
        with pytest.raises(Refused):
            reverse(each, "24500100")


def test_what_is_invoiced_beyond_a_cancelled_order_waits_for_finance(order, ask, issue, reverse, finance, manager):
    invoice = issue(ask((order, "100")))
    assert RedInvoicesNeeded().items(finance, 9) == []
    take(order, "cancel", by=manager, note="客户不要了")
    assert "100.00" in RedInvoicesNeeded().items(finance, 9)[0].what
    reverse(invoice)
    assert RedInvoicesNeeded().items(finance, 9) == []


def test_what_waits_to_be_issued_is_on_finances_worklist_alone(order, ask, issue, finance, rep):
    invoice = ask((order, "100"))
    assert [item.url for item in InvoicesToIssue().items(finance, 9)] == [invoice.get_absolute_url()]
    assert InvoicesToIssue().items(rep, 9) == []
    issue(invoice)
    assert InvoicesToIssue().items(finance, 9) == []


# ---- what the database keeps -----------------------------------------------------------------------------------------


def refused_by_the_database(action) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        action()


def test_the_database_keeps_what_must_never_be_wrong(order, ask, issue):
    invoice = issue(ask((order, "11299.99")))
    rows = Invoice.objects.filter(pk=invoice.pk)
    more = {"invoice": invoice, "order": order, "tax_rate": 9, "net_amount": Decimal("0.02"), "tax_amount": 0}
    refused_by_the_database(lambda: InvoicePart.objects.create(**more))
    refused_by_the_database(lambda: rows.update(number="24500009"))
    refused_by_the_database(lambda: rows.update(gross_total=1))
    refused_by_the_database(lambda: rows.update(status="requested"))
    refused_by_the_database(rows.delete)
    refused_by_the_database(lambda: InvoicePart.objects.update(net_amount=1))
    draft = make_order(customer=order.customer, status=Status.FINANCE_REVIEW)
    refused_by_the_database(lambda: InvoicePart.objects.create(**more | {"order": draft}))
