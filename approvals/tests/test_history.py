"""Historical orders from a spreadsheet: what they bring, what stands against them, what comes of a second import."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from approvals.history.columns import COLUMNS
from approvals.history.terms import parse
from approvals.sweeps import complete_due, release_due
from core import periods
from core.events import timeline_of
from core.invariants import examine as examine_invariants
from core.models import Event
from customers.models import PaymentTerms, Trigger
from fulfilment.models import Shipment
from orders.models import Order, OrderLine, Receipt
from orders.numbering import next_number
from orders.receipts import record_receipt
from orders.statuses import DeliveryStatus, PaymentStatus, Status
from products.models import Product
from tests.factories import CustomerFactory, ProductFactory, make_order
from tests.workbooks import examined, imported, notices, places, problems, saved, table, workbook

pytestmark = pytest.mark.django_db
HEADS = [column.name for column in COLUMNS]
DONE = {
    "订单编号": "H1",
    "客户编号": "K1",
    "订单日期": "2025/9/1",
    "商品编号": "KX-200",
    "商品名称": "控制柜",
    "数量": 2,
    "单价": "¥8,600.00",
    "税率": "13%",
    "付款方式": "30%预付款，70%到货款",
    "预计交付日期": date(2025, 10, 8),
    "实际发货日期": "2025年10月5日",
    "物流单号": " sf 0001 ",
    "签收日期": "2025-10-07",
    "订单状态": "已完成",
    "客户等级": "A",
}
OPEN = {**DONE, "订单编号": "H2", "实际发货日期": None, "物流单号": None, "签收日期": None, "订单状态": "已审核"}
CANCELLED = {**OPEN, "订单编号": "H3", "订单状态": "已取消"}


@pytest.fixture
def customer(rep):
    return CustomerFactory(number="K1", short_name="海雅装备", owner=rep)


@pytest.fixture
def cabinet(db):
    return ProductFactory(code="KX-200", name="控制柜")


def sheet(tmp_path, *rows):
    return saved(tmp_path, workbook(table(HEADS, *rows)))


def broken() -> list:
    return [(f.invariant.name, f.examples) for f in examine_invariants() if not f.holds]


# ---- what an order brings --------------------------------------------------------------------------------------------


def test_a_completed_order_brings_shipment_sign_off_and_settlement(tmp_path, customer, cabinet, rep):
    imported(
        "orders", sheet(tmp_path, DONE, {**DONE, "商品编号": None, "商品名称": "现场调试", "数量": "1", "单价": 1500})
    )
    order = Order.objects.get(number="H1")
    assert (order.status, order.delivery_status, order.payment_status) == (
        Status.COMPLETED,
        DeliveryStatus.SIGNED,
        PaymentStatus.PAID,
    )
    assert (order.rep, order.team, order.grade, order.province) == (rep, rep.team, "A", customer.province)
    assert (order.order_date, order.booking_date, order.signed_off_on) == (
        date(2025, 9, 1),
        date(2025, 9, 1),
        date(2025, 10, 7),
    )
    assert (order.net_total, order.gross_total) == (Decimal("18700.00"), Decimal("21131.00"))
    assert [(line.product, line.signed_quantity) for line in order.current_lines()] == [(cabinet, 2), (None, 1)]
    shipment = order.shipments.get()
    assert (shipment.status, shipment.tracking_number, shipment.shipped_on, shipment.signed_on) == (
        "signed_off",
        "SF0001",
        date(2025, 10, 5),
        date(2025, 10, 7),
    )
    receipt = Receipt.objects.get()
    assert (receipt.method, receipt.amount, receipt.received_on) == ("import", order.gross_total, date(2025, 10, 7))
    customer.refresh_from_db()
    assert customer.last_cooperation_on == date(2025, 10, 7)
    assert "file.xlsx" in timeline_of(order)[0].sentence
    assert broken() == []


def test_an_approved_order_starts_released_with_open_instalments(tmp_path, customer, cabinet):
    imported("orders", sheet(tmp_path, OPEN))
    order = Order.objects.get()
    assert (order.status, order.delivery_status, order.payment_status) == (
        Status.APPROVED,
        DeliveryStatus.PREPARING,
        PaymentStatus.UNPAID,
    )
    assert order.released_at is not None
    dues = [(part.trigger, part.due_date) for part in order.current_instalments()]
    assert dues == [(Trigger.PREPAYMENT, date(2025, 9, 1)), (Trigger.ARRIVAL, None)]
    assert not Shipment.objects.exists()
    assert broken() == []


def test_an_approved_order_that_left_is_on_its_way(tmp_path, customer, cabinet):
    imported("orders", sheet(tmp_path, {**OPEN, "实际发货日期": "2025-10-05", "物流单号": "SF0001"}))
    order = Order.objects.get()
    assert (order.delivery_status, order.shipments.get().status) == (DeliveryStatus.SHIPPED, "shipped")
    assert broken() == []


def test_a_delivered_order_that_is_not_paid_is_approved_and_then_completed_by_the_system(tmp_path, customer, cabinet):
    imported("orders", sheet(tmp_path, {**DONE, "订单状态": "已审核"}))
    assert (release_due(), complete_due()) == (0, 1)
    order = Order.objects.get()
    assert (order.status, order.payment_status) == (Status.COMPLETED, PaymentStatus.UNPAID)
    assert [part.due_date for part in order.current_instalments()] == [date(2025, 9, 1), date(2025, 10, 7)]


def test_a_cancelled_order_is_cancelled_and_owes_nothing(tmp_path, customer, cabinet):
    imported("orders", sheet(tmp_path, CANCELLED))
    order = Order.objects.get()
    assert (order.status, order.approved_at, order.released_at) == (Status.CANCELLED, None, None)
    assert {part.due_date for part in order.current_instalments()} == {None}
    assert broken() == []


def test_an_order_of_an_unassigned_customer_follows_it(tmp_path, cabinet, as_manager, as_rep, rep):
    customer = CustomerFactory(number="K1", owner=None)
    imported("orders", sheet(tmp_path, DONE))
    order = Order.objects.get()
    assert (order.rep, order.drafted_by) == (None, None)
    for page in ("", "delivery/", "receipts/", "timeline/"):
        assert as_manager.get(f"/orders/{order.pk}/{page}").status_code == 200
    assert as_manager.get(f"/shipments/{order.shipments.get().pk}/").status_code == 200
    assert as_rep.get(f"/orders/{order.pk}/").status_code == 404
    as_manager.post(f"/customers/{customer.pk}/change-owner/", {"owner": rep.pk})
    order.refresh_from_db()
    assert (order.rep, order.shipments.get().rep) == (rep, rep)
    assert as_rep.get(f"/orders/{order.pk}/").status_code == 200


def test_the_systems_own_numbers_pass_over_imported_ones(tmp_path, customer, cabinet):
    now = timezone.localtime()
    imported("orders", sheet(tmp_path, {**DONE, "订单编号": f"{now:%Y%m}海雅装备001"}))
    assert next_number(customer, now) == f"{now:%Y%m}海雅装备002"


# ---- money -----------------------------------------------------------------------------------------------------------


def test_real_receipts_replace_what_an_import_took_for_paid(tmp_path, customer, cabinet, finance):
    imported("orders", sheet(tmp_path, DONE))
    order = Order.objects.get()
    for amount in (Decimal("10000"), order.gross_total - 10000):
        record_receipt(order=order, amount=amount, received_on=date(2025, 10, 20), method="transfer", by=finance)
        order.refresh_from_db()
        assert (order.received_total, order.payment_status) == (order.gross_total, PaymentStatus.PAID)
        assert broken() == []
    standing = Receipt.objects.filter(is_reversed=False, reverses=None)
    assert {receipt.method for receipt in standing} == {"transfer"}


def test_finance_may_take_the_import_entry_back_but_not_write_one(tmp_path, customer, cabinet, as_finance):
    imported("orders", sheet(tmp_path, DONE))
    order, receipt = Order.objects.get(), Receipt.objects.get()
    page = as_finance.get(f"/orders/{order.pk}/receipts/").content.decode()
    assert 'value="transfer"' in page
    assert 'value="import"' not in page
    assert as_finance.post(f"/receipts/{receipt.pk}/reverse/", {"reason": "未付"}).status_code == 303
    order.refresh_from_db()
    assert order.payment_status == PaymentStatus.UNPAID


# ---- a second import -------------------------------------------------------------------------------------------------


def test_a_second_import_creates_nothing(tmp_path, customer, cabinet):
    path = sheet(tmp_path, DONE, OPEN, CANCELLED)
    imported("orders", path)
    before = [model.objects.count() for model in (Order, OrderLine, Shipment, Receipt, Event)]
    assert imported("orders", path).task.counts == {"created": 0, "unchanged": 3}
    assert [model.objects.count() for model in (Order, OrderLine, Shipment, Receipt, Event)] == before


def test_an_order_that_went_on_here_is_still_the_same_in_the_file(tmp_path, customer, cabinet):
    path = sheet(tmp_path, {**DONE, "订单状态": "已审核"})
    imported("orders", path)
    complete_due()
    assert imported("orders", path).task.counts == {"created": 0, "unchanged": 1}


def test_a_known_number_with_other_content_is_a_problem_where_it_differs(tmp_path, customer, cabinet):
    imported("orders", sheet(tmp_path, DONE))
    found = examined("orders", sheet(tmp_path, {**DONE, "数量": 3, "签收日期": "2025-10-08"}))
    assert places("orders", found) == [(2, "数量"), (2, "签收日期")]
    found = examined("orders", sheet(tmp_path, {**DONE, "订单编号": " h1"}))
    assert places("orders", found) == [(2, "订单编号")]


def test_an_own_order_of_that_number_is_not_touched(tmp_path, customer, cabinet):
    order = make_order(customer=customer, status=Status.APPROVED, number="H1")
    found = examined("orders", sheet(tmp_path, DONE))
    assert not found.is_clean
    assert order.number in [row["订单编号"] for row in found.task.rows]


# ---- what cannot be --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([DONE, {**DONE, "客户编号": "K2"}], [(3, "客户编号")]),
        ([DONE, {**DONE, "付款方式": "100%预付款", "签收日期": None}], [(3, "付款方式"), (3, "签收日期")]),
        ([DONE, {**OPEN, "订单编号": "h1"}], [(3, "订单编号")]),
        ([{**DONE, "签收日期": None}], [(2, "签收日期")]),
        ([{**CANCELLED, "签收日期": "2025-10-07"}], [(2, "签收日期")]),
        ([{**DONE, "数量": -2}, {**OPEN, "数量": 0}], [(2, "数量"), (3, "数量")]),
        (
            [{**DONE, "订单日期": "2099-01-01"}],
            [(2, "订单日期"), (2, "预计交付日期"), (2, "实际发货日期"), (2, "签收日期")],
        ),
        ([{**DONE, "签收日期": "2025-10-01"}], [(2, "签收日期")]),
        ([{**DONE, "客户编号": "K9"}], [(2, "客户编号")]),
        ([{**DONE, "商品编号": "NEU"}], [(2, "商品编号")]),
        ([{**DONE, "付款方式": "老规矩"}], [(2, "付款方式")]),
        ([{**DONE, "付款方式": "30%预付款，60%到货款"}], [(2, "付款方式")]),
        ([{**DONE, "订单状态": "草稿"}], [(2, "订单状态")]),
        ([{**DONE, "订单日期": "去年九月"}], [(2, "订单日期")]),
        ([{**DONE, "数量": 9e10, "单价": 90000000}], [(2, "单价")]),
    ],
)
def test_contradictions_are_named_where_they_stand(tmp_path, customer, cabinet, rows, expected):
    CustomerFactory(number="K2", owner=None)
    found = examined("orders", sheet(tmp_path, *rows))
    assert places("orders", found) == expected, problems("orders", found)
    assert not Order.objects.exists()


def test_one_number_for_two_customers_says_so(tmp_path, customer, cabinet):
    found = examined("orders", sheet(tmp_path, DONE, {**DONE, "客户编号": "K2"}))
    assert "K1" in problems("orders", found)[0][2]


def test_nothing_is_imported_into_a_closed_month(tmp_path, customer, cabinet):
    periods.close_month(month=date(2025, 9, 1), by=None)
    assert places("orders", examined("orders", sheet(tmp_path, DONE))) == [(2, "订单日期")]
    periods.close_month(month=date(2025, 10, 1), by=None)
    later = {
        **DONE,
        "订单日期": "2025-11-01",
        "预计交付日期": "2025-12-01",
        "实际发货日期": None,
        "签收日期": "2025-11-02",
    }
    assert examined("orders", sheet(tmp_path, later, CANCELLED)).is_clean


def test_a_manager_imports_no_orders_of_another_teams_customers(tmp_path, customer, cabinet, manager, other_manager):
    assert examined("orders", sheet(tmp_path, DONE), by=manager).is_clean
    assert places("orders", examined("orders", sheet(tmp_path, DONE), by=other_manager)) == [(2, "客户编号")]


# ---- products and terms ----------------------------------------------------------------------------------------------


def test_an_unknown_product_with_a_category_is_added_off_sale_at_its_latest_price(tmp_path, customer):
    rows = [{**DONE, "类别": "控制柜"}, {**OPEN, "类别": "控制柜", "订单日期": "2025-10-01", "单价": 9000}]
    found = imported("orders", sheet(tmp_path, *rows))
    product = Product.objects.get()
    assert (product.code, product.active, product.list_price, product.category.name) == (
        "KX-200",
        False,
        9000,
        "控制柜",
    )
    assert set(OrderLine.objects.values_list("product", flat=True)) == {product.pk}
    assert any("KX-200" in notice for notice in notices(found))
    found = examined(
        "orders",
        sheet(
            tmp_path,
            {**DONE, "订单编号": "H5", "商品编号": "N", "类别": "a"},
            *[{**DONE, "订单编号": "H6", "商品编号": "N", "类别": "b"}],
        ),
    )
    assert places("orders", found) == [(3, "类别")]


def test_terms_of_the_usual_form_become_a_template(tmp_path, customer, cabinet):
    found = imported("orders", sheet(tmp_path, {**OPEN, "付款方式": "40%定金+50%发货前 + 10%质保金后90天"}))
    terms = PaymentTerms.objects.get(name="40%定金，50%发货前，10%质保金后90天")
    parts = [(part.percent, part.trigger, part.days) for part in terms.instalments.all()]
    assert parts == [(40, Trigger.PREPAYMENT, 0), (50, Trigger.BEFORE_SHIPMENT, 0), (10, Trigger.ACCEPTANCE, 90)]
    assert Order.objects.get().payment_terms == terms
    assert any("40%" in notice for notice in notices(found))
    again = examined("orders", sheet(tmp_path, {**DONE, "付款方式": "40%定金,50%发货前,10%质保金后90天"}))
    assert not notices(again)


def test_known_terms_are_known_however_they_are_written(tmp_path, customer, cabinet):
    before = PaymentTerms.objects.count()
    imported("orders", sheet(tmp_path, {**DONE, "付款方式": "３０%预付款, 70% 到货款"}))
    assert Order.objects.get().payment_terms.name == "30%预付款，70%到货款"
    assert PaymentTerms.objects.count() == before


def test_an_order_without_terms_has_its_customers_or_is_due_on_arrival(tmp_path, customer, cabinet):
    found = imported("orders", sheet(tmp_path, {**DONE, "付款方式": None}))
    assert [part.trigger for part in Order.objects.get().current_instalments()] == [Trigger.ARRIVAL]
    assert len(notices(found)) == 2


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("30%预付款，70%到货款", [(30, Trigger.PREPAYMENT, 0), (70, Trigger.ARRIVAL, 0)]),
        ("100%月结30天", [(100, Trigger.ARRIVAL, 30)]),
        ("33.33%签约、66.67%验收后15日", [("33.33", Trigger.PREPAYMENT, 0), ("66.67", Trigger.ACCEPTANCE, 15)]),
        ("50%投产前 50%提货前", [(50, Trigger.BEFORE_PRODUCTION, 0), (50, Trigger.BEFORE_SHIPMENT, 0)]),
        ("预付30%，到货70%", []),
        ("30%预付款", []),
        ("0%预付款，100%到货款", []),
        ("现款", []),
    ],
)
def test_terms_are_read_by_their_words(name, parts):
    assert [(p.percent, p.trigger, p.days) for p in parse(name)] == [(Decimal(a), b, c) for a, b, c in parts]


def test_words_that_nobody_knows_are_taken_as_arrival_and_told(tmp_path, customer, cabinet):
    found = imported("orders", sheet(tmp_path, {**OPEN, "付款方式": "30%首期，70%其余"}))
    assert [p.trigger for p in Order.objects.get().current_instalments()] == [Trigger.ARRIVAL, Trigger.ARRIVAL]
    assert notices(found)


def test_a_completed_order_that_left_on_an_unknown_day_left_when_it_was_signed_for(tmp_path, customer, cabinet):
    imported("orders", sheet(tmp_path, {**DONE, "实际发货日期": None}))
    assert Shipment.objects.get().shipped_on == date(2025, 10, 7)
    assert Shipment.objects.get().shipped_on - Order.objects.get().order_date == timedelta(days=36)
