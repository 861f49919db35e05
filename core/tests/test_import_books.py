"""Workbooks that are opened safely, and tables that are found in them."""

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from core import registries
from core.imports.book import LARGEST_FILE, LARGEST_UNPACKED, Refusal, check_workbook, open_book
from core.imports.layout import Choice
from core.imports.rows import MOST_ROWS
from core.sentences import translated
from tests.sample_files import excel_bytes, pdf_bytes, word_bytes, zip_bytes
from tests.workbooks import examined, notices, places, problems, repacked, saved, table, workbook

pytestmark = pytest.mark.django_db
OLD = Path(__file__).with_name("files") / "customers.xls"
HEADS = ("客户编号", "客户名称", "所属行业")
SHEET = "xl/worksheets/sheet1.xml"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


def names(found) -> list:
    return [row["客户名称"] for row in found.task.rows]


# ---- what is no workbook ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"",
        "客户编号,客户名称\nK1,海雅\n".encode(),
        pdf_bytes(),
        word_bytes(),
        zip_bytes(),
        excel_bytes()[:-200],
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
    ],
    ids=["empty", "text", "pdf", "word", "zip", "cut off", "broken"],
)
def test_what_is_no_workbook_is_refused_with_a_sentence(content):
    with pytest.raises(Refusal) as refusal:
        check_workbook(io.BytesIO(content))
    assert translated(refusal.value.sentence)


def test_a_file_that_is_too_large_is_refused_before_it_is_read():
    with pytest.raises(Refusal):
        check_workbook(io.BytesIO(b"PK" + bytes(LARGEST_FILE)))


def test_a_zip_bomb_is_refused_without_unpacking_it(tmp_path):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml"):
            archive.writestr(name, "<x/>")
        with archive.open(SHEET, "w", force_zip64=True) as part:
            for _megabyte in range(LARGEST_UNPACKED // 2**20 + 1):
                part.write(bytes(2**20))
    assert target.tell() < LARGEST_FILE / 10
    with pytest.raises(Refusal):
        check_workbook(target)


def test_a_workbook_that_declares_entities_is_refused():
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet/>'
    with pytest.raises(Refusal):
        check_workbook(io.BytesIO(repacked(workbook([["x"]]), SHEET, lambda _old: bomb)))


def test_broken_parts_are_refused_and_break_nothing(tmp_path):
    content = repacked(workbook(table(HEADS, {"客户名称": "海雅"})), SHEET, lambda xml: xml.replace("</c>", "<c>"))
    with pytest.raises(Refusal):
        examined("customers", saved(tmp_path, content))


def test_cells_far_outside_cost_nothing(tmp_path):
    def far(xml):
        return xml.replace("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')

    content = repacked(workbook(table(HEADS, {"客户名称": "云汀海雅有限公司"})), SHEET, far)
    assert names(examined("customers", saved(tmp_path, content))) == ["云汀海雅有限公司"]


def test_a_sheet_with_too_many_rows_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("core.imports.rows.MOST_ROWS", 5)
    assert MOST_ROWS == 100_000
    rows = [{"客户名称": f"云汀第{n}装备有限公司"} for n in range(6)]
    with pytest.raises(Refusal):
        examined("customers", saved(tmp_path, workbook(table(HEADS, *rows))))


WORKBOOK, STYLES = "xl/workbook.xml", "xl/styles.xml"
TYPES = "[Content_Types].xml"


@pytest.mark.parametrize(
    ("part", "before", "more", "bound", "word"),
    [
        (SHEET, "</sheetData>", "<row><c/><c/></row>", "MOST_CELLS", "rows, cells"),
        (STYLES, "</cellXfs>", "<xf/>", "MOST_TAGS", "styles"),
        (WORKBOOK, "</sheets>", "<x/>", "MOST_TAGS", "names"),
        (TYPES, "</Types>", "<Default/>", "MOST_TAGS", "names"),
    ],
    ids=["cells", "styles", "names", "parts"],
)
def test_what_would_take_gigabytes_and_minutes_to_read_is_counted_and_refused(
    tmp_path, monkeypatch, part, before, more, bound, word
):
    content = workbook(table(HEADS, {"客户名称": "云汀海雅有限公司"}))
    grown = repacked(content, part, lambda xml: xml.replace(before, more * 2_000 + before))
    monkeypatch.setattr(f"core.imports.weight.{bound}", 1_000)
    examined("customers", saved(tmp_path, content))
    with pytest.raises(Refusal, match=word):
        examined("customers", saved(tmp_path, grown))


def test_entities_are_refused_wherever_they_are_declared(tmp_path):
    late = f"<?xml version='1.0'?><!--{' ' * 2_000}--><!DOCTYPE x [<!ENTITY a 'aaaa'>]>"
    for part in (SHEET, WORKBOOK, "xl/_rels/workbook.xml.rels"):
        content = repacked(workbook([["客户名称"]]), part, lambda xml: late + re.sub(r"<\?xml.*?\?>", "", xml))
        with pytest.raises(Refusal):
            examined("customers", saved(tmp_path, content))


def test_ways_of_saving_that_cannot_be_read_are_named(tmp_path):
    def strict(xml):
        return xml.replace("http://schemas.openxmlformats.org/spreadsheetml/2006/main", STRICT)

    with pytest.raises(Refusal, match="Strict"):
        examined("customers", saved(tmp_path, repacked(workbook([["客户名称"]]), WORKBOOK, strict)))
    content = bytearray(OLD.read_bytes())
    # The record behind the first "begin of stream" becomes the one that says how the file is encrypted.
    start = bytes(content).find(b"\x09\x08")
    second = start + 4 + int.from_bytes(content[start + 2 : start + 4], "little")
    content[second : second + 2] = b"\x2f\x00"
    with pytest.raises(Refusal, match="password"):
        examined("customers", saved(tmp_path, bytes(content), "locked.xls"))


# ---- cells without a value of their own ------------------------------------------------------------------------------


def test_a_formula_that_was_never_calculated_is_a_problem_with_its_place(tmp_path):
    rows = table(HEADS, {"客户编号": "K1", "客户名称": '="云汀"&"海雅"', "所属行业": "环保"})
    found = examined("customers", saved(tmp_path, workbook(rows)))
    assert places("customers", found) == [(2, "客户名称")]


def test_a_calculated_formula_counts_by_its_value_and_an_empty_result_is_blank(tmp_path):
    def calculate(xml):
        name = '<c r="B2" t="str"><f>A1</f><v>云汀海雅有限公司</v></c>'
        empty = '<row r="3"><c r="A3" t="str"><f>IF(1,"","")</f><v></v></c></row>'
        changed, count = re.subn(r'<c r="B2".*?</c>', name, xml)
        assert count == 1
        return changed.replace("</sheetData>", f"{empty}</sheetData>")

    content = repacked(workbook(table(HEADS, {"客户编号": "K1", "客户名称": "x"})), SHEET, calculate)
    assert names(examined("customers", saved(tmp_path, content))) == ["云汀海雅有限公司"]


def test_an_error_value_is_a_problem_even_in_a_column_that_may_be_empty(tmp_path):
    rows = table(HEADS, {"客户编号": "K1", "客户名称": "云汀海雅有限公司", "所属行业": "#N/A"})
    found = examined("customers", saved(tmp_path, workbook(rows)))
    assert places("customers", found) == [(2, "所属行业")]
    assert "#N/A" in problems("customers", found)[0][2]


# ---- the table -------------------------------------------------------------------------------------------------------


def test_the_headings_are_found_below_titles_in_any_order_and_blank_rows_are_skipped(tmp_path):
    rows = [
        ["客户档案汇总表"],
        [],
        ["制表人", "王丽", None, date(2026, 1, 5)],
        ["所属行业", " 客户 名称＊", "备注", "客户编号："],
        [],
        ["环保", "云汀海雅有限公司", "老客户", "K1"],
        ["  ", None, " ", ""],
        [None, "云汀青麦有限公司", None, "K2"],
    ]
    found = examined("customers", saved(tmp_path, workbook(rows)))
    assert (found.layout.header_row, [row.number for row in found.task.rows]) == (4, [6, 8])
    assert found.is_clean
    assert notices(found) == ["列“备注”不是已知的列，已忽略。"] or "备注" in notices(found)[0]


def test_a_missing_heading_asks_for_the_column_and_proposes_one(tmp_path):
    path = saved(tmp_path, workbook([["客户编号", "客户的名称", "行当"], ["K1", "云汀海雅有限公司", "环保"]]))
    found = examined("customers", path)
    assert found.task is None
    assert found.layout.missing == ["客户名称"]
    assert places("customers", found) == [(1, "客户名称")]
    assert found.layout.proposal(registries.import_kinds["customers"])["客户名称"] == 1
    found = examined("customers", path, choice=Choice(columns={"客户编号": 0, "客户名称": 1, "所属行业": 2}))
    assert found.is_clean
    assert names(found) == ["云汀海雅有限公司"]


def test_a_heading_that_stands_there_twice_is_not_guessed(tmp_path):
    path = saved(tmp_path, workbook([["客户名称", "所属行业", "客户名称"], ["甲", "环保", "乙"]]))
    found = examined("customers", path)
    assert found.layout.doubled == ["客户名称"]
    assert not found.is_clean
    assert names(examined("customers", path, choice=Choice(columns={"客户名称": 2}))) == ["乙"]


def test_of_several_sheets_the_fitting_one_is_read_and_the_others_are_named(tmp_path):
    def add_sheets(sheet):
        sheet.parent.create_sheet("说明").append(["请填写客户名称"])
        hidden = sheet.parent.create_sheet("旧", 0)
        hidden.append(["客户名称"])
        hidden.sheet_state = "hidden"
        sheet.parent.create_sheet("空")

    rows = table(HEADS, {"客户编号": "K1", "客户名称": "云汀海雅有限公司"})
    found = examined("customers", saved(tmp_path, workbook(rows, title="客户", change=add_sheets)))
    assert found.layout.sheet == "客户"
    assert [notice for notice in notices(found) if "说明" in notice]
    assert not [notice for notice in notices(found) if "旧" in notice or "空" in notice]


def test_an_old_workbook_is_read_like_a_new_one(tmp_path):
    found = examined("customers", OLD)
    assert found.is_clean, problems("customers", found)
    assert [(r.number, r["客户编号"], r["客户名称"], r["客户等级"]) for r in found.task.rows] == [
        (4, "1001", "云汀 海雅装备有限公司", "A"),
        (6, "K002", "白鹭青麦自动化有限公司", "B"),
    ]


def test_broken_old_workbooks_are_refused(tmp_path):
    content = bytearray(OLD.read_bytes())
    for place in range(600, len(content), 7):
        content[place] ^= 0x5A
    with pytest.raises(Refusal):
        examined("customers", saved(tmp_path, bytes(content), "broken.xls"))


def test_a_file_without_rows_and_one_without_anything_are_refused(tmp_path):
    found = examined("customers", saved(tmp_path, workbook([list(HEADS)])))
    assert places("customers", found) == [(0, "")]
    with pytest.raises(Refusal):
        examined("customers", saved(tmp_path, workbook([])))


def test_dates_of_the_other_epoch_are_the_same_days(tmp_path):
    path = tmp_path / "mac.xlsx"
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append([date(2026, 1, 5)])
    book.save(path)
    with open_book(path) as opened:
        assert next(opened.rows("Sheet"))[1][0].date() == date(2026, 1, 5)


def test_the_number_of_a_day_is_not_guessed_where_days_count_from_1904(tmp_path):
    def mac(sheet):
        sheet.parent.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    heads = ["订单编号", "客户编号", "订单日期", "商品名称", "数量", "单价", "预计交付日期", "订单状态"]
    row = ["H1", "K1", 44565, "柜", 1, 1, date(2026, 1, 5), "已取消"]
    found = examined("orders", saved(tmp_path, workbook([heads, row], change=mac)))
    assert (2, "订单日期") in places("orders", found)
    assert (2, "预计交付日期") not in places("orders", found)


def test_headings_that_stand_again_on_every_page_are_no_rows(tmp_path):
    rows = table(HEADS, {"客户编号": "K1", "客户名称": "云汀海雅有限公司"})
    found = examined("customers", saved(tmp_path, workbook([*rows, list(HEADS), ["K2", "云汀青麦有限公司"]])))
    assert [row.number for row in found.task.rows] == [2, 4]
    assert found.is_clean


@pytest.mark.parametrize("word", ["合计", " 合 计：", "小计"])
def test_a_row_that_adds_others_up_is_no_record_and_named(tmp_path, word):
    rows = table(("序号", *HEADS), {"序号": 1, "客户名称": "云汀海雅有限公司"})
    found = examined("customers", saved(tmp_path, workbook([*rows, [None, None, word]])))
    assert places("customers", found) == [(3, "")]
