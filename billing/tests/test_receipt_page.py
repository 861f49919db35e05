"""The receipts tab over HTTP: who opens it, recording with kept values, double clicks, reversing."""

import datetime
import uuid
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from billing.models import Receipt
from billing.receipts import record_receipt
from orders.models import Order
from orders.statuses import Status
from tests.factories import CustomerFactory, make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def haiya(rep):
    return CustomerFactory(owner=rep, name="云汀海雅装备制造有限公司", short_name="海雅装备")


@pytest.fixture
def order(haiya):
    """11,300.00 with tax: 3,390.00 prepayment and 7,910.00 on arrival."""
    return make_order(customer=haiya, status=Status.FINANCE_REVIEW)


@pytest.fixture
def url(order):
    return f"/orders/{order.pk}/receipts/"


@pytest.fixture
def receipt(order, finance):
    return record_receipt(
        order=order,
        amount=Decimal("3390"),
        received_on=timezone.localdate(),
        method="transfer",
        bank_reference="HX-20261124-01",
        by=finance,
    )


def typed(**changes) -> dict:
    values = {
        "amount": "3,390.00",
        "received_on": timezone.localdate().isoformat(),
        "method": "transfer",
        "bank_reference": "HX-20261124-01",
        "payer": "海雅装备",
        "note": "预付款",
        "token": str(uuid.uuid4()),
    }
    return values | changes


def received(order) -> Decimal:
    return Order.objects.get(pk=order.pk).received_total


# ---- who -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "before", "after"),
    [
        ("rep", 200, 200),
        ("manager", 200, 200),
        ("finance", 200, 200),
        ("admin", 200, 200),
        ("operations", 404, 403),
        ("service", 404, 404),
        ("other_rep", 404, 404),
        ("other_manager", 404, 404),
    ],
)
def test_who_may_see_receipts_before_and_after_approval(request, browser_of, haiya, url, role, before, after):
    client = browser_of(request.getfixturevalue(role))
    approved = make_order(customer=haiya, status=Status.APPROVED)
    assert client.get(url).status_code == before
    assert client.get(f"/orders/{approved.pk}/receipts/").status_code == after


@pytest.mark.parametrize(
    ("role", "status"), [("rep", 403), ("manager", 403), ("admin", 403), ("operations", 404), ("other_rep", 404)]
)
def test_only_finance_records_a_receipt(request, browser_of, order, url, role, status):
    client = browser_of(request.getfixturevalue(role))
    assert client.post(url, typed()).status_code == status
    assert received(order) == 0


@pytest.mark.parametrize(
    ("role", "status"), [("rep", 403), ("manager", 403), ("admin", 403), ("operations", 404), ("other_rep", 404)]
)
def test_only_finance_reverses_a_receipt(request, browser_of, order, receipt, role, status):
    client = browser_of(request.getfixturevalue(role))
    assert client.post(f"/receipts/{receipt.pk}/reverse/", {"reason": "错"}).status_code == status
    assert received(order) == Decimal("3390.00")


def test_sales_people_see_the_money_but_no_form(as_rep, url, receipt):
    page = as_rep.get(url).content.decode()
    assert "HX-20261124-01" in page
    assert "3,390.00" in page
    assert 'name="amount"' not in page
    assert "/reverse/" not in page


def test_a_get_on_the_reversal_is_not_a_page(as_finance, receipt):
    assert as_finance.get(f"/receipts/{receipt.pk}/reverse/").status_code == 405


# ---- recording -------------------------------------------------------------------------------------------------------


def test_the_form_proposes_the_next_instalment_today_and_the_customer(as_finance, url):
    initial = as_finance.get(url).context["form"].initial
    assert initial["amount"] == Decimal("3390.00")
    assert initial["received_on"] == timezone.localdate()
    assert initial["payer"] == "云汀海雅装备制造有限公司"


def test_recording_leads_back_to_the_receipts_with_a_message(as_finance, order, url):
    response = as_finance.post(url, typed())
    assert (response.status_code, response["Location"]) == (303, reverse("billing:receipts", args=[order.pk]))
    assert received(order) == Decimal("3390.00")
    page = as_finance.get(url)
    assert [str(message) for message in page.context["messages"]]
    assert page.context["form"].initial["amount"] == Decimal("7910.00")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "11300.01"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "很多"}, "amount"),
        ({"amount": "1.234"}, "amount"),
        ({"amount": ""}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"received_on": ""}, "received_on"),
        ({"received_on": "昨天"}, "received_on"),
        ({"received_on": "2999-01-01"}, "received_on"),
        ({"method": "shells"}, "method"),
        ({"bank_reference": "9" * 61}, "bank_reference"),
        ({"payer": "长" * 121}, "payer"),
        ({"note": "长" * 201}, "note"),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_nothing_is_lost(as_finance, order, url, changes, field):
    response = as_finance.post(url, typed(**changes))
    page = response.content.decode()
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert f'id="err_{field}"' in page
    assert 'value="预付款"' in page or field == "note"
    assert all(value in page for value in changes.values())
    assert not Receipt.objects.exists()


def test_a_reference_that_is_recorded_already_is_said_beside_it(as_finance, haiya, receipt):
    other = make_order(customer=haiya, status=Status.APPROVED)
    response = as_finance.post(f"/orders/{other.pk}/receipts/", typed(amount="100"))
    assert response.status_code == 422
    assert "3,390.00" in response.context["form"].errors["bank_reference"][0]


@pytest.mark.parametrize("token", ["", "nonsense"])
def test_a_form_without_its_token_is_refused_not_broken(as_finance, order, url, token):
    assert as_finance.post(url, typed(token=token)).status_code == 422
    assert received(order) == 0


def test_a_double_click_records_once(as_finance, order, url):
    values = typed()
    assert [as_finance.post(url, values).status_code for _each in range(2)] == [303, 303]
    assert received(order) == Decimal("3390.00")
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize("status", [Status.DRAFT, Status.CANCELLED])
def test_where_no_money_can_come_there_is_a_sentence_instead_of_the_form(as_finance, haiya, status):
    order = make_order(customer=haiya, status=status)
    url = f"/orders/{order.pk}/receipts/"
    context = as_finance.get(url).context
    assert context["form"] is None
    assert context["closed"]
    response = as_finance.post(url, typed())
    assert response.status_code == 422
    assert response.context["closed"] in response.content.decode()


def test_an_order_paid_in_full_asks_for_nothing_more(as_finance, order, url):
    as_finance.post(url, typed(amount="11300"))
    context = as_finance.get(url).context
    assert context["form"] is None
    assert [standing.family for standing in context["standings"]] == ["good", "good"]


# ---- reversing -------------------------------------------------------------------------------------------------------


def test_a_reversal_shows_both_entries_and_opens_the_instalment_again(as_finance, order, url, receipt):
    response = as_finance.post(f"/receipts/{receipt.pk}/reverse/", {"reason": "记错客户"})
    assert (response.status_code, response["Location"]) == (303, url)
    assert received(order) == 0
    page = as_finance.get(url).content.decode()
    assert "−3,390.00" in page
    assert "记错客户" in page
    assert "/reverse/" not in page


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_reversal_without_a_reason_asks_for_it_beside_the_field(as_finance, order, receipt, reason):
    response = as_finance.post(f"/receipts/{receipt.pk}/reverse/", {"reason": reason})
    page = response.content.decode()
    assert response.status_code == 422
    assert f'id="why-{receipt.pk}"' in page
    assert received(order) == Decimal("3390.00")


def test_reversing_twice_says_that_it_was_done(as_finance, order, url, receipt):
    for _each in range(2):
        response = as_finance.post(f"/receipts/{receipt.pk}/reverse/", {"reason": "错"})
    assert response.status_code == 303
    assert [message.level_tag for message in as_finance.get(url).context["messages"]] == ["success", "error"]
    assert Receipt.objects.count() == 2


# ---- what it shows ---------------------------------------------------------------------------------------------------


def test_an_overdue_instalment_says_for_how_long(as_finance, order, url):
    order.instalments.filter(position=order.instalments.first().position).update(
        due_date=timezone.localdate() - datetime.timedelta(days=3)
    )
    standing = as_finance.get(url).context["standings"][0]
    assert standing.family == "bad"
    assert "3" in standing.label
    assert standing.label in as_finance.get(url).content.decode()


def test_markup_in_a_payer_shows_as_text(as_finance, url):
    as_finance.post(url, typed(payer="<script>x()</script>", note="=1+1"))
    page = as_finance.get(url).content.decode()
    assert "<script>x" not in page
    assert "=1+1" in page


def test_the_page_has_one_filled_button(as_finance, haiya, url):
    approved = make_order(customer=haiya, status=Status.APPROVED)
    for page in (as_finance.get(url), as_finance.get(f"/orders/{approved.pk}/receipts/")):
        main = page.content.decode().partition("<main")[2].partition("</main>")[0]
        assert main.count("btn-primary") == 1
