"""The order on paper: what it is called, when it warns, what it says, and that it stays one query per kind of thing."""

import datetime
from decimal import Decimal

import pytest
from django.utils import translation

from core.models import Company
from orders.documents import Clause, clauses_of, paper_of
from orders.models import Instalment, Order, OrderLine
from orders.statuses import UNDER_REVIEW, Status
from tests.factories import CustomerFactory, make_order

pytestmark = pytest.mark.django_db

FACTS = {
    "name": "云汀拾光智能控制设备有限公司",
    "address": "云汀市 望潮区 灯塔路 1 号",
    "phone": "0000-6000",
    "bank_name": "云汀银行灯塔路支行",
    "bank_account": "0000 0000 0017",
    "clauses": "质保 12 个月。\n\n 争议由供方所在地人民法院管辖。 ",
}
WARNING = "Not approved yet, not binding"


@pytest.fixture(autouse=True)
def _in_english(rep):
    rep.language = "en"
    rep.save(update_fields=["language"])


@pytest.fixture
def company(db):
    return Company.objects.create(**FACTS)


@pytest.fixture
def haiya(rep):
    return CustomerFactory(owner=rep, name="云汀海雅装备制造有限公司", short_name="海雅装备")


def url(order) -> str:
    return f"/orders/{order.pk}/print/"


def page(client, order) -> str:
    answer = client.get(url(order))
    assert answer.status_code == 200
    return answer.content.decode()


def paper(status, number=None):
    with translation.override("en"):
        return paper_of(Order(status=status, number=number))


def test_a_draft_is_a_quotation_also_when_it_was_sent_back():
    assert paper(Status.DRAFT).title == paper(Status.DRAFT, "202611海雅装备001").title == "Quotation"
    assert not paper(Status.DRAFT).mark


@pytest.mark.parametrize("status", UNDER_REVIEW)
def test_an_order_under_review_says_that_it_is_not_approved(status):
    assert (paper(status, "x").title, paper(status, "x").mark) == ("Order confirmation", WARNING)


@pytest.mark.parametrize("status", [Status.APPROVED, Status.COMPLETED])
def test_an_approved_order_is_a_confirmation_without_a_mark(status):
    assert (paper(status, "x").title, paper(status, "x").mark) == ("Order confirmation", "")


def test_a_cancelled_order_says_so_whatever_it_was():
    assert (paper(Status.CANCELLED).title, paper(Status.CANCELLED).mark) == ("Quotation", "Cancelled")
    assert (paper(Status.CANCELLED, "x").title, paper(Status.CANCELLED, "x").mark) == (
        "Order confirmation",
        "Cancelled",
    )


def test_the_orders_own_words_come_before_the_standard_clauses():
    order = Order(special_requirements=" 柜门左开 ", liability_clauses="")
    with translation.override("en"):
        assert clauses_of(order, FACTS["clauses"]) == [
            Clause("柜门左开", "Special requirements"),
            Clause("质保 12 个月。"),
            Clause("争议由供方所在地人民法院管辖。"),
        ]


def test_the_confirmation_names_both_parties_the_dates_and_the_bank(as_rep, haiya, company):
    order = make_order(
        customer=haiya,
        status=Status.APPROVED,
        number="202611海雅装备002",
        order_date=datetime.date(2026, 11, 17),
        promised_date=datetime.date(2026, 12, 4),
        customer_reference="HY-26-1103",
        liability_clauses="每日 0.1%",
    )
    text = page(as_rep, order)
    for expected in (
        *("202611海雅装备002", "2026-11-17", "by 2026-12-04", "HY-26-1103", "Liability clauses: 每日 0.1%"),
        *("云汀海雅装备制造有限公司", "李强 采购经理 0000-8016", "云汀省 云汀市 望潮区 拾贝路 18 号"),
        *(FACTS["name"], "云汀银行灯塔路支行 0000 0000 0017", "质保 12 个月。", "王丽 0000-6000"),
    ):
        assert expected in text
    assert WARNING not in text
    assert "letterhead is empty" not in text


def test_the_totals_stand_in_figures_and_in_capitals_with_the_instalments(as_rep, haiya):
    order = make_order(customer=haiya, status=Status.APPROVED, lines=[("控制柜", 12, "8600")])
    text = page(as_rep, order)
    for expected in ("103,200.00", "13,416.00", "¥116,616.00", "壹拾壹万陆仟陆佰壹拾陆元整", "34,984.80", "81,631.20"):
        assert expected in text


def test_an_unfinished_draft_prints_what_it_has(as_rep, haiya):
    order = make_order(customer=haiya, promised_date=None)
    OrderLine.objects.filter(order=order).update(quantity=None, unit_price=None, net_amount=0, tax_amount=0)
    Instalment.objects.filter(order=order).delete()
    Order.objects.filter(pk=order.pk).update(net_total=0, tax_total=0, gross_total=0, payment_terms=None)
    text = page(as_rep, order)
    assert "零元整" in text
    assert "Quotation" in text
    order.lines.all().delete()
    assert "No lines yet" in page(as_rep, order)


def test_the_mark_stands_on_the_sheet_and_at_the_foot_of_every_page(as_rep, haiya):
    order = make_order(customer=haiya, status=Status.MANAGER_REVIEW)
    text = page(as_rep, order)
    assert f'data-mark="{WARNING}"' in text
    assert f'<p class="sheet-mark">{WARNING}</p>' in text


def test_an_empty_letterhead_is_said_on_the_screen(as_rep, haiya):
    assert "letterhead is empty" in page(as_rep, make_order(customer=haiya))


def test_only_who_sees_prices_is_offered_the_print(as_rep, as_operations, haiya):
    order = make_order(customer=haiya, status=Status.APPROVED)
    assert url(order) in as_rep.get(order.get_absolute_url()).content.decode()
    assert url(order) not in as_operations.get(order.get_absolute_url()).content.decode()
    assert as_operations.get(url(order)).status_code == 403


def test_what_people_typed_cannot_break_the_page(as_rep, haiya, company):
    order = make_order(
        customer=haiya, special_requirements='<script>"a"</script>\n第二行', lines=[('<b>"柜"</b>', 1, "1")]
    )
    text = page(as_rep, order)
    assert "<b>&quot;" not in text
    assert "&lt;script&gt;" in text
    assert "<br>第二行" in text


def test_a_long_special_demand_stands_below_its_line(as_rep, haiya):
    order = make_order(customer=haiya, lines=[("控制柜", 1, "10"), ("传感器", 2, "20")])
    order.lines.filter(position=1).update(special_demand="红色外观")
    order.lines.filter(position=2).update(special_demand="柜门左开，加装温控风扇与照明")
    text = page(as_rep, order)
    assert "<td>红色外观</td>" in text
    assert '<td colspan="10">柜门左开，加装温控风扇与照明</td>' in text


def test_two_hundred_lines_cost_no_more_queries_than_two(as_rep, haiya, django_assert_max_num_queries):
    order = make_order(customer=haiya, lines=[("控制柜", 1, "10"), ("传感器", 2, "20")])
    OrderLine.objects.bulk_create(
        OrderLine(order=order, position=n, name="端子", quantity=1, unit_price=Decimal("1")) for n in range(3, 201)
    )
    with django_assert_max_num_queries(11):
        assert page(as_rep, order).count("端子") == 198
