"""Price agreements from a workbook: the same twice is nothing, what differs or overlaps is a problem, nothing leaks."""

from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest

from agreements.imports import CUSTOMER, FROM, NOTE, PRICE, PRODUCT, TO, write
from agreements.models import FOREVER, PriceAgreement
from agreements.services import end_agreement
from core.events import timeline_of
from core.exports import request_export
from core.imports.kinds import Overtaken, Source
from core.jobs.files import path_of
from core.jobs.runner import run_due
from customers.merge import merge_customers
from tests.factories import AgreementFactory, CustomerFactory, ProductFactory
from tests.workbooks import examined, imported, notices, places, problems, saved, table, workbook

pytestmark = pytest.mark.django_db
HEADS = (CUSTOMER, PRODUCT, PRICE, FROM, TO, NOTE)
ROW = {
    CUSTOMER: "K1",
    PRODUCT: "KX-200",
    PRICE: Decimal("8256.5"),
    FROM: "2026-01-01",
    TO: "2026-12-31",
    NOTE: "年度框架",
}


@pytest.fixture(autouse=True)
def customer(rep):
    return CustomerFactory(number="K1", name="海雅装备集团", owner=rep, team=rep.team)


@pytest.fixture(autouse=True)
def product():
    return ProductFactory(code="KX-200")


def sheet(folder, *rows, name="协议价.xlsx"):
    return saved(folder, workbook(table(HEADS, *({**ROW, **row} for row in rows))), name)


def test_rows_become_agreements_and_the_same_file_again_changes_nothing(tmp_path, customer, manager):
    path = sheet(tmp_path, {}, {FROM: "2027-01-01", TO: None, NOTE: None, CUSTOMER: "海雅装备集团"})
    assert imported("agreements", path, by=manager).task.counts["created"] == 2
    first, second = PriceAgreement.objects.order_by("starts_on")
    assert (first.price, first.last_day, first.note, first.made_by) == (
        Decimal("8256.5"),
        date(2026, 12, 31),
        "年度框架",
        manager,
    )
    assert (second.ends_on, second.last_day) == (None, FOREVER)
    assert "2" in timeline_of(customer)[0].sentence
    again = imported("agreements", path, by=manager)
    assert again.task.counts == {"created": 0, "unchanged": 2}
    assert PriceAgreement.objects.count() == 2


@pytest.mark.parametrize(("change", "column"), [({PRICE: 8000}, PRICE), ({TO: None}, TO), ({NOTE: "别的"}, NOTE)])
def test_a_known_one_with_other_content_is_a_problem_that_says_what_stands(tmp_path, manager, change, column):
    imported("agreements", sheet(tmp_path, {}), by=manager)
    found = examined("agreements", sheet(tmp_path, change), by=manager)
    assert places("agreements", found) == [(2, column)]
    assert "8,256.50" in problems("agreements", found)[0][2]


def test_overlaps_are_named_with_their_days_whether_here_or_in_the_file(tmp_path, customer, product, manager):
    AgreementFactory(
        customer=customer, product=product, starts_on=date(2025, 1, 1), ends_on=date(2026, 1, 1), price=Decimal(8000)
    )
    found = examined("agreements", sheet(tmp_path, {}, {FROM: "2026-06-01", TO: "2026-07-01"}), by=manager)
    assert places("agreements", found) == [(2, FROM), (3, FROM)]
    here, in_file = (sentence for _row, _column, sentence in problems("agreements", found))
    assert "2025-01-01 – 2026-01-01" in here
    assert "2026-01-01 – 2026-12-31" in in_file


def test_what_cannot_be_is_named_by_its_cell(tmp_path, manager):
    rows = ({CUSTOMER: "K9"}, {PRODUCT: "?"}, {FROM: "2027-06-01", TO: "2027-01-01"}, {PRICE: "很多"}, {}, {})
    found = examined("agreements", sheet(tmp_path, *rows), by=manager)
    assert places("agreements", found) == [(2, CUSTOMER), (3, PRODUCT), (4, TO), (5, PRICE), (7, FROM)]


def test_a_foreign_customer_is_one_that_does_not_exist(tmp_path, product, manager):
    foreign = CustomerFactory(number="GY-777", name="灰雁机电")
    AgreementFactory(customer=foreign, product=product, price=Decimal("7777"), starts_on=date(2026, 1, 1))
    unknown = problems("agreements", examined("agreements", sheet(tmp_path, {CUSTOMER: "GY-778"}), by=manager))
    for named in ("GY-777", "灰雁机电"):
        found = problems("agreements", examined("agreements", sheet(tmp_path, {CUSTOMER: named}), by=manager))
        assert found == unknown
        assert "7777" not in str(found)


def test_a_frozen_customer_and_a_product_off_sale_are_said(tmp_path, customer, product, manager):
    customer.status, product.active = "frozen", False
    customer.save()
    product.save()
    found = examined("agreements", sheet(tmp_path, {}), by=manager)
    assert found.is_clean
    assert len(notices(found)) == 2


def test_what_was_agreed_or_ended_meanwhile_makes_the_plan_old(tmp_path, customer, product, manager):
    found = examined("agreements", sheet(tmp_path, {}), by=manager)
    AgreementFactory(customer=customer, product=product, starts_on=date(2026, 6, 1))
    with pytest.raises(Overtaken):
        write(found.plan, Source("协议价.xlsx", manager))


def test_an_export_comes_back_unchanged(tmp_path, customer, product, manager):
    today = date.today()
    AgreementFactory(customer=customer, product=product, price=Decimal("8256.123456"), note="附件二")
    AgreementFactory(customer=customer, starts_on=today - timedelta(days=9), ends_on=None)
    ended = AgreementFactory(customer=customer, starts_on=today - timedelta(days=9), ends_on=None)
    end_agreement(agreement=ended, last_day=today, reason="涨价", by=manager)
    withdrawn = AgreementFactory(customer=customer, starts_on=today + timedelta(days=9), ends_on=None)
    end_agreement(agreement=withdrawn, last_day=None, reason="写错", by=manager)
    job = request_export("agreements", query="state=all", by=manager)
    run_due()
    job.refresh_from_db()
    book = openpyxl.load_workbook(path_of(job))
    rows = list(book[book.sheetnames[1]].iter_rows(values_only=True))
    assert rows[0] == HEADS
    assert len(rows) == 4
    content = saved(tmp_path, workbook(rows))
    found = imported("agreements", content, by=manager)
    assert found.task.counts == {"created": 0, "unchanged": 3}


def test_the_number_of_a_merged_file_means_the_one_that_it_went_into(tmp_path, customer, manager, rep):
    into = CustomerFactory(owner=rep, team=rep.team)
    merge_customers(merged=customer, into=into, by=manager)
    assert imported("agreements", sheet(tmp_path, {}), by=manager).task.counts["created"] == 1
    assert PriceAgreement.objects.get().customer == into
