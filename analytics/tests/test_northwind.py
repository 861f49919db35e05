"""The figures of the Northwind sample, every month, against figures that no program of ours computed.

Skipped where the sample is not at hand.
"""

import json
from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from openpyxl import load_workbook

from analytics.figures.catalogue import as_json
from analytics.figures.kpis import LineFacts, OrderFacts, figures_of
from analytics.figures.months import Month
from core.money import round_money, total
from core.workflow import born
from orders.models import Order, OrderLine
from orders.statuses import DeliveryStatus, Status
from ordersys.demo.clock import clock_at
from products.models import Category, Product
from tests.factories import CustomerFactory, ProductFactory

SAMPLE = settings.BASE_DIR.parent / "shared" / "data" / "northwind"
pytestmark = pytest.mark.skipif(not SAMPLE.exists(), reason="the Northwind sample is not at hand")
EXACT = ("order_total", "order_count")
#: The sample ends in May 1998. Read soon afterwards, its figures are of two years instead of thirty.
SOON_AFTER = datetime(1998, 6, 15, 12, tzinfo=timezone.get_default_timezone())


@pytest.fixture(scope="module")
def expected():
    return json.loads((SAMPLE / "kpis.json").read_text())


@pytest.fixture(scope="module")
def orders():
    """The rows of the workbook by order number."""
    sheet = load_workbook(SAMPLE / "orders.xlsx", read_only=True).worksheets[0]
    head, *rows = sheet.iter_rows(values_only=True)
    found = defaultdict(list)
    for row in rows:
        record = dict(zip(head, (day_of(value) for value in row), strict=True))
        found[record["订单编号"]].append(record)
    return found


def day_of(value):
    return value.date() if isinstance(value, datetime) else value


def net_of(row):
    return round_money(Decimal(str(row["数量"])) * Decimal(str(row["单价"])))


def assert_equal(found, expected, month):
    for key, value in expected.items():
        wanted = value if key in EXACT else pytest.approx(value, abs=1e-9)
        assert found[key] == wanted, f"{month} {key}"


def test_the_definitions_give_the_figures_of_every_month(orders, expected):
    facts = [facts_of(rows) for rows in orders.values()]
    categories = {line.category: line.category for order in facts for line in order.lines}
    for month, wanted in expected.items():
        figures = figures_of(facts, Month.parse(month), date(2026, 11, 22))
        assert_equal(as_json(figures, categories), wanted, month)


def facts_of(rows):
    lines = tuple(LineFacts(row["类别"], net_of(row), row["签收日期"]) for row in rows)
    head = rows[0]
    return OrderFacts(
        customer=head["客户编号"],
        order_date=head["订单日期"],
        booking_date=head["订单日期"],
        promised_date=head["预计交付日期"],
        signed_off_on=head["签收日期"],
        grade=head["客户等级"],
        net=total(line.net for line in lines),
        lines=lines,
    )


@pytest.mark.django_db
def test_the_command_prints_the_figures_of_every_month(orders, expected):
    with clock_at(SOON_AFTER):
        load(orders)
        assert_printed(expected)


def assert_printed(expected):
    for month, wanted in expected.items():
        printed = StringIO()
        call_command("kpi", month, "--json", stdout=printed)
        assert_equal(json.loads(printed.getvalue()), wanted, month)


def load(orders):
    heads = {number: rows[0] for number, rows in orders.items()}
    customers = {number: CustomerFactory(number=number) for number in {head["客户编号"] for head in heads.values()}}
    products = {row["商品编号"]: row for rows in orders.values() for row in rows}
    products = {
        code: ProductFactory(code=code, category=Category.objects.get_or_create(name=row["类别"])[0])
        for code, row in products.items()
    }
    drafts = Order.objects.bulk_create(draft(number, head, customers) for number, head in heads.items())
    OrderLine.objects.bulk_create(line for order in drafts for line in lines_of(order, orders[order.number], products))
    for status, name in ((Status.COMPLETED, "已完成"), (Status.APPROVED, "已审核")):
        born([order for order in drafts if heads[order.number]["订单状态"] == name], status)


def draft(number, head, customers) -> Order:
    customer, day = customers[head["客户编号"]], head["订单日期"]
    return Order(
        number=number,
        customer=customer,
        customer_name=customer.short_name,
        rep=customer.owner,
        drafted_by=customer.owner,
        submitted_at=timezone.now(),
        approved_at=timezone.now(),
        order_date=day,
        booking_date=day,
        promised_date=head["预计交付日期"],
        first_promised_date=head["预计交付日期"],
        grade=head["客户等级"],
        signed_off_on=head["签收日期"],
        delivery_status=DeliveryStatus.SIGNED if head["签收日期"] else DeliveryStatus.NOT_STARTED,
    )


def lines_of(order: Order, rows, products: dict[str, Product]) -> list[OrderLine]:
    lines = [
        OrderLine(
            order=order,
            position=position,
            product=products[row["商品编号"]],
            name=row["商品名称"],
            quantity=row["数量"],
            unit_price=str(row["单价"]),
            net_amount=net_of(row),
            signed_off_on=row["签收日期"],
        )
        for position, row in enumerate(rows, start=1)
    ]
    order.net_total = order.gross_total = total(line.net_amount for line in lines)
    Order.objects.filter(pk=order.pk).update(net_total=order.net_total, gross_total=order.net_total)
    return lines
