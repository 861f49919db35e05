"""A customer's purchase order read into a draft: Chinese, English and messy workbooks, and PDFs."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation

from core.models import Attachment
from customers.merge import merge_customers
from orders.models import Order, ReadOrder
from orders.reading.marks import PURPOSE, line_marks
from orders.reading.services import check_read, customer_of, open_file, read_into_draft, read_into_new_draft
from orders.statuses import Status
from tests.factories import AgreementFactory, CustomerFactory, ProductFactory, make_order, released_order, terms
from tests.sample_files import pdf_bytes, picture
from tests.sample_pdfs import table_pdf
from tests.workbooks import workbook

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
WANTED = TODAY + timedelta(days=50)
HEAD = ["序号", "产品名称", "规格型号", "数量", "单位", "不含税单价", "备注"]


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def customer(rep):
    return CustomerFactory(
        owner=rep, team=rep.team, name="海雅装备有限公司", short_name="海雅装备", payment_terms=terms()
    )


@pytest.fixture
def cabinet():
    return ProductFactory(
        code="KX-200", name="控制柜", specification="KX-200 双门", unit="台", list_price=Decimal("8600")
    )


@pytest.fixture
def inverter():
    return ProductFactory(code="VF-022", name="变频器", specification="22 kW", unit="台", list_price=Decimal("5480"))


def file(content: bytes, name: str = "采购订单.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def book(*rows, change=None) -> SimpleUploadedFile:
    return file(workbook(rows, change=change))


def read(upload, customer, by) -> Order:
    return read_into_new_draft(document=open_file(upload), customer=customer, upload=upload, by=by)


def lines(order):
    return list(order.current_lines().select_related("product"))


def marks(order) -> list[dict]:
    """Per line the marked cells with their sentences in English."""
    kept = ReadOrder.objects.get(order=order)
    found = line_marks([kept], [{**line["cells"], **_said(line)} for line in kept.lines])
    return [{mark.cell: mark.sentence for mark in row} for row in found]


def _said(line):
    return {cell: mark["was"] for cell, mark in line["marks"].items()}


def remarks(order) -> str:
    return " ".join(sentence["text"] for sentence in ReadOrder.objects.get(order=order).remarks)


def test_a_chinese_order_becomes_a_draft_with_its_file(rep, customer, cabinet, inverter):
    upload = book(
        ["海雅装备有限公司采购订单"],
        [],
        ["采购单号：", "HY-2026-118", None, "交货日期：", WANTED.isoformat()],
        HEAD,
        [1, "控制柜", "KX-200 双门", 12, "台", 8600, "红色外观"],
        [2, "变频器", "22 kW", "８", "台", "5,480.00", None],
        ["合计", None, None, 20, None, 147040],
        ["备注：请随货附出厂检验报告"],
    )
    document = open_file(upload)
    assert customer_of(document, by=rep) == customer
    order = read(upload, customer, rep)
    assert (order.status, order.customer_reference, order.promised_date) == (Status.DRAFT, "HY-2026-118", WANTED)
    assert (order.remarks, order.payment_terms) == ("请随货附出厂检验报告", customer.payment_terms)
    found = [(line.product, line.quantity, line.unit, line.unit_price, line.special_demand) for line in lines(order)]
    assert found == [(cabinet, 12, "台", 8600, "红色外观"), (inverter, 8, "台", 5480, "")]
    assert marks(order) == [{}, {}]
    assert remarks(order) == ""
    kept = Attachment.objects.get(purpose=PURPOSE)
    assert (kept.subject, kept.name) == (order, "采购订单.xlsx")


def test_an_english_order_with_two_header_rows(rep, customer, cabinet):
    upload = book(
        ["PURCHASE ORDER"],
        ["Buyer", "海雅装备", None, "PO No.", "4500012345"],
        ["Delivery date", f"{WANTED:%d %b %Y}"],
        [None, "Goods", None, "Order", None, "Price (RMB)"],
        ["Item", "Your part no.", "Description", "Qty", "UOM", "Unit price excl. VAT", "Amount"],
        [10, "KX-200", "Control cabinet", "12", "unit", 8600, 103200],
        ["Total", None, None, None, None, None, 103200],
    )
    assert customer_of(open_file(upload), by=rep) == customer
    order = read(upload, customer, rep)
    (line,) = lines(order)
    assert (line.product, line.quantity, line.unit, line.unit_price) == (cabinet, 12, "台", 8600)
    assert (order.customer_reference, order.promised_date) == ("4500012345", WANTED)
    assert "the file calls it “Control cabinet”" in marks(order)[0]["name"]


def merged(sheet):
    sheet.merge_cells("A1:G1")
    sheet.merge_cells("F4:G4")


def test_a_messy_sheet_with_merged_titles_units_in_the_header_and_prices_with_tax(rep, customer, cabinet, inverter):
    upload = book(
        ["海 雅 装 备 采 购 单"],
        ["订单号：HY-9   要求到货：" + f"{WANTED.year}年{WANTED.month}月{WANTED.day}日前"],
        ["以下单价均为人民币"],
        ["序号", "物料", None, "数量（台）", None, "单价"],
        [None, "编码", "名称", None, "型号", "含税", "未税"],
        ["１", "A-77", "控制柜", "１２台", "KX-200", "9,718.00", None],
        [2, "A-78", "变频器", 8, "22kW", 6192.4, None],
        ["小计", None, None, 20],
        [3, "A-79", "安装服务", 1, None, 1130, None],
        change=merged,
    )
    order = read(upload, customer, rep)
    found = [(line.name, line.product, line.quantity, line.unit, line.unit_price) for line in lines(order)]
    assert found == [
        ("控制柜", cabinet, 12, "台", 8600),
        ("变频器", inverter, 8, "台", 5480),
        ("安装服务", None, 1, "台", 1000),
    ]
    assert "with tax" in remarks(order)
    assert (order.customer_reference, order.promised_date) == ("HY-9", WANTED)
    assert "Not in the catalogue" in marks(order)[2]["name"]
    assert lines(order)[2].specification == "A-79"


def test_prices_that_are_ours_plus_tax_are_read_as_such_and_that_is_said(rep, customer, cabinet):
    order = read(book(["品名", "型号", "数量", "单价"], ["控制柜", "KX-200", 2, 9718]), customer, rep)
    assert lines(order)[0].unit_price == 8600
    assert "ours plus tax" in remarks(order)


def test_where_nothing_tells_prices_count_as_without_tax_and_that_is_said(rep, customer, cabinet):
    order = read(book(["品名", "型号", "数量", "单价"], ["控制柜", "KX-200", 2, 8000]), customer, rep)
    assert lines(order)[0].unit_price == 8000
    assert "read as without tax" in remarks(order)


@pytest.mark.parametrize(("price", "said"), [(8600, "agreed are 8,000.00"), (8000, "")])
def test_a_price_stands_beside_the_agreed_one(rep, customer, cabinet, price, said):
    AgreementFactory(customer=customer, product=cabinet, price="8000")
    order = read(book(["品名", "型号", "数量", "不含税单价"], ["控制柜", "KX-200", 2, price]), customer, rep)
    assert lines(order)[0].unit_price == price
    assert said in marks(order)[0].get("unit_price", "")
    assert bool(marks(order)[0]) == bool(said)


def test_without_a_price_ours_stands_there_and_is_marked(rep, customer, cabinet):
    order = read(book(["品名", "型号", "数量"], ["控制柜", "KX-200", 2]), customer, rep)
    assert lines(order)[0].unit_price == 8600
    assert "no price" in marks(order)[0]["unit_price"]


def test_the_customer_s_former_line_is_preferred(rep, customer):
    former, _other = (ProductFactory(name="电缆", specification=f"YJV {n}", code=f"DL-{n}") for n in (1, 2))
    released_order(customer=customer, rep=rep, lines=[(former, 1, "10")])
    order = read(book(["品名", "数量"], ["电缆", 5]), customer, rep)
    assert lines(order)[0].product == former
    assert "the customer had before" in marks(order)[0]["name"]


def test_several_products_are_named_and_none_is_chosen(rep, customer):
    for n in (1, 2):
        ProductFactory(name="电缆", specification=f"YJV {n}", code=f"DL-{n}")
    order = read(book(["品名", "数量"], ["电缆", 5]), customer, rep)
    assert lines(order)[0].product is None
    assert "DL-1" in marks(order)[0]["name"]


def test_words_that_only_one_product_has_find_it_and_are_marked(rep, customer, cabinet, inverter):
    order = read(book(["品名规格", "数量"], ["双门 KX-200 控制柜", 5]), customer, rep)
    assert lines(order)[0].product == cabinet
    assert "Found by its words" in marks(order)[0]["name"]


def test_what_cannot_be_read_stays_as_it_was_written(rep, customer, cabinet):
    rows = [["品名", "型号", "数量", "不含税单价"], ["控制柜", "KX-200", "约10台", "面议"]]
    order = read(book(["交货日期", "尽快"], *rows), customer, rep)
    (line,) = lines(order)
    assert (line.quantity, line.as_typed["quantity"], line.as_typed["unit_price"]) == (None, "约10台", "面议")
    assert order.as_typed == {"promised_date": "尽快"}
    assert order.gross_total == 0


def test_another_unit_amount_and_total_are_marked(rep, customer, cabinet):
    rows = [["品名", "型号", "数量", "单位", "不含税单价", "金额"], ["控制柜", "KX-200", 2, "套", 8600, 9000]]
    order = read(book(*rows, ["合计", None, None, None, None, 9000]), customer, rep)
    assert "counts in 套" in marks(order)[0]["unit"]
    assert "9000" in marks(order)[0]["unit_price"]
    assert "own total" in remarks(order)


def test_prices_in_another_currency_are_not_converted(rep, customer, cabinet):
    order = read(book(["Item", "Qty", "Unit price (USD)"], ["KX-200", 2, 1200]), customer, rep)
    assert lines(order)[0].as_typed["unit_price"] == "USD 1200"


def test_a_number_that_was_ordered_under_already_is_marked(rep, customer, cabinet):
    make_order(customer=customer, rep=rep, status=Status.APPROVED, customer_reference="HY-1")
    order = read(book(["订单号", "HY-1"], ["品名", "数量"], ["控制柜", 2]), customer, rep)
    assert "same order" in ReadOrder.objects.get(order=order).header["customer_reference"]["said"][0]["text"]


def test_lines_that_are_wanted_on_different_days_keep_their_own(rep, customer, cabinet):
    days = [WANTED, WANTED + timedelta(days=9)]
    upload = book(["品名", "型号", "数量", "交货日期"], *(["控制柜", "KX-200", 2, day.isoformat()] for day in days))
    order = read(upload, customer, rep)
    assert order.promised_date == days[1]
    assert [line.promised_date or order.promised_date for line in lines(order)] == days


def test_rows_without_a_product_are_left_out_and_told(rep, customer, cabinet):
    order = read(book(["品名", "型号", "数量"], ["一、电气部分"], ["控制柜", "KX-200", 2]), customer, rep)
    assert len(lines(order)) == 1
    assert "left out" in remarks(order)


@pytest.mark.parametrize("ruled", [True, False])
def test_a_pdf_is_read_like_a_sheet(rep, customer, cabinet, inverter, ruled):
    rows = [
        ["序号", "产品名称", "规格型号", "数量(台)", "含税单价"],
        ["1", "控制柜", "KX-200", "12", "9,718.00"],
        ["2", "变频器", "22 kW", "8", "6,192.40"],
        ["", "合计", "", "20", ""],
    ]
    before = [(200, 50, "海雅装备有限公司采购订单"), (30, 90, "采购单号：HY-7"), (300, 90, f"要求到货：{WANTED}")]
    upload = file(table_pdf(rows, ruled=ruled, before=before), "PO.pdf")
    assert customer_of(open_file(upload), by=rep) == customer
    order = read(upload, customer, rep)
    found = [(line.product, line.quantity, line.unit, line.unit_price) for line in lines(order)]
    assert found == [(cabinet, 12, "台", 8600), (inverter, 8, "台", 5480)]
    assert (order.customer_reference, order.promised_date) == ("HY-7", WANTED)
    assert Attachment.objects.get(purpose=PURPOSE).content_type == "application/pdf"


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (lambda: file(pdf_bytes(), "scan.pdf"), "is a scan"),
        (lambda: file(b"%PDF-1.4\n" + b"\x00\x01junk" * 50 + b"\n%%EOF\n", "broken.pdf"), "broken"),
        (picture, "Excel workbook"),
        (lambda: book(["几点说明"], ["请尽快"]), "No table with products"),
        (lambda: book(["品名", "规格"], ["控制柜", "KX"]), "No table with products"),
        (lambda: book(*[["x"] * 40] * 8000), "bring the sheet with the order alone"),
    ],
    ids=["scan", "broken", "picture", "letter", "no quantity", "ledger"],
)
def test_a_file_without_an_order_says_why(upload, said):
    with pytest.raises(ValidationError) as refused:
        open_file(upload())
    assert said in " ".join(refused.value.messages)


# ---- into a draft that exists ----------------------------------------------------------------------------------------


def test_into_a_draft_lines_come_behind_and_what_is_written_stays(rep, customer, cabinet, inverter):
    order = make_order(
        customer=customer, rep=rep, lines=[(inverter, "1", "80")], customer_reference="ALT-1", remarks=""
    )
    upload = book(["订单号", "NEU-1", None, "备注", "急"], ["品名", "型号", "数量"], ["控制柜", "KX-200", 2])
    again = book(["订单号", "NEU-1", None, "备注", "急"], ["品名", "型号", "数量"], ["控制柜", "KX-200", 2])
    read_into_draft(order=order, document=open_file(upload), upload=upload, by=rep)
    order.refresh_from_db()
    assert [line.product for line in lines(order)] == [inverter, cabinet]
    assert (order.customer_reference, order.remarks) == ("ALT-1", "急")
    kept = ReadOrder.objects.get(order=order)
    assert kept.header["customer_reference"]["said"][0]["values"] == {"theirs": "NEU-1"}
    again.file = upload.file
    read_into_draft(order=order, document=open_file(again), upload=again, by=rep)
    assert (len(lines(order)), ReadOrder.objects.count(), Attachment.objects.count()) == (2, 1, 1)


def test_the_form_sent_twice_makes_one_draft(rep, customer, cabinet):
    token = uuid4()
    upload = book(["品名", "型号", "数量"], ["控制柜", "KX-200", 2])
    for _each in range(2):
        read_into_new_draft(document=open_file(upload), customer=customer, upload=upload, by=rep, token=token)
    assert (Order.objects.count(), Attachment.objects.count()) == (1, 1)


def test_once_called_checked_nothing_is_marked(rep, customer, cabinet):
    order = read(book(["品名", "数量"], ["控制柜", 2]), customer, rep)
    assert check_read(order=order, by=rep) == 1
    assert check_read(order=order, by=rep) == 0
    assert ReadOrder.objects.get(order=order).checked_by == rep


def test_marks_follow_their_lines_and_go_with_what_was_read(rep, customer, cabinet):
    order = read(book(["品名", "数量"], ["控制柜", 2], ["冷却塔", 3]), customer, rep)
    kept = ReadOrder.objects.get(order=order)
    first, second = ({**line["cells"], **_said(line)} for line in kept.lines)
    new = {"name": "新的一行", "product": ""}
    assert [bool(found) for found in line_marks([kept], [new, first, second])] == [False, True, True]
    assert [bool(found) for found in line_marks([kept], [second])] == [True]
    assert line_marks([kept], [{**first, "unit_price": "1"}, second])[0] == []


# ---- whose order it is -----------------------------------------------------------------------------------------------


def test_a_former_name_means_the_file_it_went_into(rep, manager, customer):
    old = CustomerFactory(owner=rep, team=rep.team, name="海雅机械厂", short_name="海雅机械")
    merge_customers(merged=old, into=customer, by=manager, note="")
    assert customer_of(open_file(book(["海雅机械厂"], ["品名", "数量"], ["x柜", 1])), by=rep) == customer


def test_a_foreign_customer_is_as_one_that_does_not_exist(rep, customer):
    CustomerFactory(name="北岭重工有限公司", short_name="北岭重工")
    said = []
    for name in ("北岭重工有限公司", "没有这家公司"):
        with pytest.raises(ValidationError) as refused:
            customer_of(open_file(book(["需方：", name], ["品名", "数量"], ["控制柜", 1])), by=rep)
        said += refused.value.messages
    assert said[0] == said[1]


def test_what_the_file_calls_its_supplier_is_not_the_customer(rep, customer):
    other = CustomerFactory(owner=rep, team=rep.team, name="远山泵业有限公司", short_name="远山泵业")
    upload = book(["供方：海雅装备有限公司", "需方：远山泵业有限公司"], ["品名", "数量"], ["控制柜", 1])
    assert customer_of(open_file(upload), by=rep) == other
