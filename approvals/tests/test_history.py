"""Historical orders from a spreadsheet: what they bring, what stands against them, what comes of a second import."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from approvals.sweeps import complete_due, release_due
from approvals.tests.past_orders import CANCELLED, DONE, OPEN, sheet
from billing.models import Receipt
from billing.receipts import record_receipt
from core import periods, registries
from core.events import timeline_of
from core.imports.kinds import Overtaken, Source
from core.imports.work import get_ready, write
from core.invariants import examine as examine_invariants
from core.models import Event
from customers.models import Customer, Trigger
from fulfilment.models import Shipment
from orders.models import Order, OrderLine
from orders.numbering import next_number
from orders.statuses import DeliveryStatus, PaymentStatus, Status
from products.models import Product
from tests.factories import CustomerFactory, ProductFactory, make_order
from tests.workbooks import examined, imported, notices, places, problems

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(rep):
    return CustomerFactory(number="K1", short_name="海雅装备", owner=rep)


@pytest.fixture
def cabinet(db):
    return ProductFactory(code="KX-200", name="控制柜")


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
        "sf 0001",
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


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("规格型号", "双门"),
        ("税率", "6%"),
        ("税率", None),
        ("付款方式", "100%到货款"),
        ("实际发货日期", "2025-10-06"),
        ("物流单号", "SF0002"),
        ("客户等级", "B"),
        ("备注", "改过"),
        ("商品名称", "配电柜"),
    ],
)
def test_every_cell_in_which_a_known_order_differs_is_a_problem(tmp_path, customer, column, value):
    ProductFactory(code="KX-200", name="控制柜", tax_rate=9)
    imported("orders", sheet(tmp_path, DONE))
    found = examined("orders", sheet(tmp_path, {**DONE, column: value}))
    assert places("orders", found) == [(2, column)], problems("orders", found)


def test_a_known_order_with_more_lines_says_how_many(tmp_path, customer, cabinet):
    imported("orders", sheet(tmp_path, DONE))
    found = examined("orders", sheet(tmp_path, DONE, DONE))
    assert places("orders", found) == [(2, "订单编号")]
    assert "1 行" in problems("orders", found)[0][2]


def test_terms_that_are_only_separated_otherwise_are_the_same(tmp_path, customer, cabinet):
    imported("orders", sheet(tmp_path, DONE, CANCELLED))
    again = [{**row, "付款方式": "30%预付款 + 70%到货款", "客户编号": "ｋ1"} for row in (DONE, CANCELLED)]
    assert imported("orders", sheet(tmp_path, *again)).task.counts == {"created": 0, "unchanged": 2}


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
        ([{**DONE, "物流单号": "S" * 41}], [(2, "物流单号")]),
        ([DONE, {**OPEN, "订单编号": "H－1"}, {**OPEN, "订单编号": "H—1"}], [(4, "订单编号")]),
        ([DONE, {**DONE, "预计交付日期": None}], [(3, "预计交付日期")]),
    ],
)
def test_contradictions_are_named_where_they_stand(tmp_path, customer, cabinet, rows, expected):
    CustomerFactory(number="K2", owner=None)
    found = examined("orders", sheet(tmp_path, *rows))
    assert places("orders", found) == expected, problems("orders", found)
    assert not Order.objects.exists()


def test_cells_that_say_the_same_in_another_way_agree(tmp_path, customer, cabinet):
    other = {**DONE, "客户编号": "k1", "付款方式": "30%预付款, 70% 到货款", "订单日期": "2025年9月1日"}
    assert imported("orders", sheet(tmp_path, DONE, other)).task.counts["created"] == 1


@pytest.mark.parametrize("word", ["k１", "海雅装备", "云汀海雅装备（集团）有限公司", "云汀海雅装备(集团)有限公司"])
def test_a_customer_is_known_by_number_name_and_short_name(tmp_path, customer, cabinet, word):
    customer.name = "云汀海雅装备（集团）有限公司"
    customer.save(update_fields=["name", "name_key"])
    imported("orders", sheet(tmp_path, {**DONE, "客户编号": word}))
    assert Order.objects.get().customer == customer
    assert imported("orders", sheet(tmp_path, DONE)).task.counts == {"created": 0, "unchanged": 1}


def test_a_name_that_several_customers_have_is_answered_with_their_numbers(tmp_path, customer, cabinet):
    CustomerFactory(number="K2", short_name="海雅装备", owner=None)
    found = examined("orders", sheet(tmp_path, {**DONE, "客户编号": "海雅装备"}))
    assert places("orders", found) == [(2, "客户编号")]
    assert "K1, K2" in problems("orders", found)[0][2]


def test_an_order_delivered_in_parts_has_as_many_shipments(tmp_path, customer, cabinet):
    first = {**DONE, "订单状态": "已审核"}
    second = {**first, "实际发货日期": "2025-10-20", "物流单号": "SF0002", "签收日期": "2025-10-22"}
    third = {**second, "物流单号": "SF0003", "签收日期": None}
    later = {**second, "实际发货日期": None, "物流单号": None, "签收日期": None}
    path = sheet(tmp_path, second, first, third, later, second)
    imported("orders", path)
    order = Order.objects.get()
    assert [
        (s.sequence, s.tracking_number, s.status, s.lines.count()) for s in order.shipments.order_by("sequence")
    ] == [
        (1, "sf 0001", "signed_off", 1),
        (2, "SF0002", "signed_off", 2),
        (3, "SF0003", "shipped", 1),
    ]
    assert (order.delivery_status, order.signed_off_on) == (DeliveryStatus.PARTLY_SIGNED, None)
    assert [line.to_ship for line in order.current_lines()] == [0, 0, 0, 2, 0]
    assert broken() == []
    assert imported("orders", path).task.counts == {"created": 0, "unchanged": 1}


def test_a_completed_order_in_parts_arrived_with_the_last_of_them(tmp_path, customer, cabinet):
    imported("orders", sheet(tmp_path, {**DONE, "签收日期": "2025-10-30"}, DONE))
    assert Order.objects.get().signed_off_on == Receipt.objects.get().received_on == date(2025, 10, 30)
    assert Shipment.objects.count() == 2
    assert broken() == []


def test_an_order_of_more_lines_than_can_be_kept_is_named(tmp_path, customer, cabinet, monkeypatch):
    monkeypatch.setattr("approvals.imports.past_order.MOST_LINES", 2)
    assert places("orders", examined("orders", sheet(tmp_path, DONE, DONE, DONE))) == [(2, "订单编号")]


def test_a_customer_given_away_meanwhile_stops_the_import(tmp_path, customer, cabinet, other_rep):
    kind = registries.import_kinds["orders"]
    found = examined("orders", sheet(tmp_path, DONE))
    ready = get_ready(kind, found, Source("file.xlsx", None))
    Customer.objects.filter(pk=customer.pk).update(owner=other_rep, team=other_rep.team)
    with pytest.raises(Overtaken):
        write(kind, ready)
    assert not Order.objects.exists()


def test_a_day_that_has_not_come_is_said_so_whatever_day_it_is(tmp_path, customer, cabinet):
    found = examined("orders", sheet(tmp_path, {**DONE, "签收日期": "2099-01-01"}))
    assert "收款" not in problems("orders", found)[0][2]


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


def test_a_completed_order_that_left_on_an_unknown_day_left_when_it_was_signed_for(tmp_path, customer, cabinet):
    imported("orders", sheet(tmp_path, {**DONE, "实际发货日期": None}))
    assert Shipment.objects.get().shipped_on == date(2025, 10, 7)
    assert Shipment.objects.get().shipped_on - Order.objects.get().order_date == timedelta(days=36)
