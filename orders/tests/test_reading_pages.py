"""Reading a customer's order on its pages: from the file to the marked draft, whatever is wrong with the file."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from core.files import store_file
from core.models import Attachment, HeldFile
from orders.models import Order, OrderLine, ReadOrder
from orders.reading.marks import PURPOSE
from orders.statuses import Status
from orders.tests.entry_forms import form, row, sentences, values
from tests.factories import AgreementFactory, CustomerFactory, ProductFactory, make_order, terms
from tests.sample_files import pdf_bytes
from tests.workbooks import workbook

pytestmark = pytest.mark.django_db
URL = "/orders/read/"
CANARY = "4321.98"
#: SQLite takes so many values at a time.
IN_BATCHES = 'INSERT INTO "orders_orderline"'


@pytest.fixture(autouse=True)
def _in_english(rep):
    rep.language = "en"
    rep.save()


@pytest.fixture
def customer(rep):
    return CustomerFactory(
        owner=rep, team=rep.team, name="海雅装备有限公司", short_name="海雅装备", payment_terms=terms()
    )


@pytest.fixture
def cabinet():
    return ProductFactory(code="KX-200", name="控制柜", unit="台", list_price=Decimal("8600"))


def book(*rows, name="PO.xlsx"):
    return SimpleUploadedFile(name, workbook(rows))


def order_book(price=8000, **more):
    return book(["海雅装备采购订单"], ["品名", "型号", "数量", "不含税单价"], ["控制柜", "KX-200", 12, price], **more)


def test_the_draft_opens_with_its_marks_beside_the_cells(as_rep, customer, cabinet):
    answer = as_rep.post(URL, {"file": order_book()})
    order = Order.objects.get()
    assert answer.url == f"/orders/{order.pk}/edit/"
    assert "1 cell is marked" in sentences(answer)[-1]
    page = as_rep.get(answer.url)
    assert values(page, "unit_price")[0] == "8,000.00"
    found = html.fromstring(page.content.decode())
    (marked,) = found.xpath("//tr[@data-marks]")
    assert [cell[:2] for cell in json.loads(marked.get("data-marks"))] == [["unit_price", "8,000.00"]]
    assert len(found.xpath("//td[contains(@class, 'unsure')]")) == 1
    assert "the list price is 8,600.00" in found.xpath("//tr[contains(@class, 'row-unsure')]")[0].text_content()
    assert found.xpath("//div[contains(@class, 'read-note')]//a[contains(@href, '/files/')]/text()") == ["PO.xlsx"]


def test_a_mark_goes_with_the_cell_and_all_go_once_compared(as_rep, customer, cabinet):
    as_rep.post(URL, {"file": order_book()})
    order = Order.objects.get()
    edit = f"/orders/{order.pk}/edit/"
    changed = row("控制柜", "12", "8,600.00", product=str(cabinet.pk))
    as_rep.post(edit, form(customer, row("新的", "1", "1"), changed, version=order.version))
    assert "row-unsure" not in as_rep.get(edit).content.decode()
    assert "read-note" in as_rep.get(edit).content.decode()
    as_rep.post(f"/orders/{order.pk}/check-read/")
    assert "read-note" not in as_rep.get(edit).content.decode()
    assert "PO.xlsx" in as_rep.get(f"/orders/{order.pk}/").content.decode()


def test_without_a_known_customer_the_file_waits_until_one_is_chosen(as_rep, customer, cabinet):
    refused = as_rep.post(URL, {"file": book(["品名", "数量"], ["控制柜", 2])})
    assert (refused.status_code, HeldFile.objects.count(), Order.objects.count()) == (422, 1, 0)
    assert "names no customer of yours" in refused.content.decode()
    assert "PO.xlsx" in refused.content.decode()
    token = refused.context["form"]["submit_token"].value()
    answer = as_rep.post(URL, {"customer": customer.number, "submit_token": token or ""})
    assert (answer.status_code, Order.objects.get().customer, HeldFile.objects.count()) == (303, customer, 0)


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (lambda: SimpleUploadedFile("a.pdf", pdf_bytes()), "is a scan"),
        (lambda: SimpleUploadedFile("a.xlsx", b"PK\x03\x04junk"), "broken"),
        (lambda: SimpleUploadedFile("a.txt", b"hello"), "picture, PDF"),
        (lambda: book(["品名", "数量"], *[["控制柜", 1]] * 501), "at most 500 lines"),
    ],
    ids=["scan", "broken", "text", "too many"],
)
def test_a_wrong_file_says_why_and_makes_nothing(as_rep, customer, cabinet, upload, said):
    answer = as_rep.post(URL, {"file": upload(), "customer": customer.number})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Order.objects.exists()
    assert not Attachment.objects.exists()


def test_an_own_draft_takes_the_lines_and_a_submitted_order_none(as_rep, customer, cabinet):
    order = make_order(customer=customer, rep=customer.owner, lines=[(cabinet, "1", "80")])
    assert as_rep.post(f"/orders/{order.pk}/read/", {"file": order_book()}).status_code == 303
    assert OrderLine.objects.filter(order=order).count() == 2
    sent = make_order(customer=customer, rep=customer.owner, status=Status.REP_REVIEW)
    assert as_rep.post(f"/orders/{sent.pk}/read/", {"file": order_book()}).url == sent.get_absolute_url()
    assert not ReadOrder.objects.filter(order=sent).exists()


def test_a_frozen_customer_is_refused_beside_the_field(as_rep, customer, cabinet):
    customer.status = "frozen"
    customer.save()
    answer = as_rep.post(URL, {"file": order_book()})
    assert answer.status_code == 422
    assert "frozen" in str(answer.context["form"].errors["customer"])


# ---- rights ----------------------------------------------------------------------------------------------------------


def test_no_foreign_customer_nor_its_price_is_told(as_rep, customer, cabinet, other_rep):
    foreign = CustomerFactory(owner=other_rep, team=other_rep.team, name="北岭重工有限公司", short_name="北岭重工")
    AgreementFactory(customer=foreign, product=cabinet, price=CANARY)
    make_order(
        customer=foreign, rep=other_rep, status=Status.APPROVED, lines=[(cabinet, 1, CANARY)], customer_reference="X-1"
    )
    named = book(["北岭重工"], ["订单号", "X-1"], ["品名", "型号", "数量"], ["控制柜", "KX-200", 2])
    refused = as_rep.post(URL, {"file": named})
    assert (refused.status_code, foreign.number in refused.content.decode()) == (422, False)
    answer = as_rep.post(URL, {"customer": customer.number})
    page = as_rep.get(answer.url).content.decode()
    assert CANARY not in page.replace(",", "")
    assert "8,600.00" in page
    assert "same order" not in page
    assert foreign.number not in page
    assert as_rep.post(URL, {"file": order_book(), "customer": foreign.number}).status_code == 422
    assert as_rep.get(f"{URL}?customer={foreign.pk}").status_code == 404


def test_the_file_is_for_those_who_see_the_order_and_its_prices(as_rep, as_finance, as_operations, customer, cabinet):
    as_rep.post(URL, {"file": order_book()})
    file = Attachment.objects.get()
    assert as_finance.get(file.get_absolute_url()).status_code == 200
    approved = make_order(customer=customer, rep=customer.owner, status=Status.APPROVED)
    shown = store_file(subject=approved, upload=order_book(), purpose=PURPOSE, by=customer.owner)
    assert as_operations.get(f"/orders/{approved.pk}/").status_code == 200
    assert "PO.xlsx" not in as_operations.get(f"/orders/{approved.pk}/").content.decode()
    assert as_operations.get(shown.get_absolute_url()).status_code == 404


# ---- size ------------------------------------------------------------------------------------------------------------


def statements_for(browser, count: int) -> int:
    rows = [[f"物料{n}", f"型号 {n}", n + 1, 10] for n in range(count - 1)]
    upload = book(["海雅装备采购订单"], ["品名", "型号", "数量", "不含税单价"], ["控制柜", "KX-200", 1, 8000], *rows)
    with CaptureQueriesContext(connection) as queries:
        answer = browser.post(URL, {"file": upload})
    assert answer.status_code == 303
    with CaptureQueriesContext(connection) as shown:
        browser.get(answer.url)
    said = [query["sql"] for query in (*queries.captured_queries, *shown.captured_queries)]
    return len([sql for sql in said if not sql.startswith(IN_BATCHES)])


def test_two_hundred_lines_cost_as_many_statements_as_two(as_rep, customer, cabinet):
    ProductFactory.create_batch(30, name="物料", unit="台")
    statements_for(as_rep, 2)  # what is looked up once
    assert statements_for(as_rep, 200) == statements_for(as_rep, 3)


def test_days_that_are_over_are_marked_in_the_header(as_rep, customer, cabinet):
    past = timezone.localdate() - timedelta(days=3)
    upload = book(["海雅装备"], ["交货日期", past.isoformat()], ["品名", "数量"], ["控制柜", 2])
    page = as_rep.get(as_rep.post(URL, {"file": upload}).url).content.decode()
    assert "which is over" in page
