"""What a column makes of a value on the page: escaped, and the same words as in Excel."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import translation

from core.columns import (
    ChoiceColumn,
    Column,
    DetailColumn,
    DueColumn,
    GradedColumn,
    LinkColumn,
    MoneyColumn,
    PaidColumn,
    QuantityColumn,
    StatusColumn,
    sheet_columns,
)
from core.table import table_rows

EVIL = "<b>\"'&"
SAFE = "&lt;b&gt;&quot;&#x27;&amp;"


def html(column, value) -> str:
    return column("value", "Value").html(SimpleNamespace(value=value), "/there/")


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        (Column, EVIL, SAFE),
        (Column, None, '<span class="meta">—</span>'),
        (Column, "", '<span class="meta">—</span>'),
        (Column, 0, "0"),
        (LinkColumn, EVIL, f'<a class="link" href="/there/">{SAFE}</a>'),
        (MoneyColumn, Decimal("1234.5"), "1,234.50"),
        (QuantityColumn, Decimal("-2.50"), '<span class="late">−2.5</span>'),
        (DueColumn, (date(2020, 1, 2), True), '<span class="late">2020-01-02</span>'),
        (DueColumn, (date(2020, 1, 2), False), "2020-01-02"),
        (StatusColumn, ("good", EVIL), f'<span class="st st-good">{SAFE}</span>'),
        (GradedColumn, ("", EVIL), f" {SAFE}"),
        (DetailColumn, (EVIL, EVIL), f'{SAFE} <span class="meta">{SAFE}</span>'),
        (DetailColumn, ("", ""), "—"),
    ],
)
def test_a_cell_is_escaped_once(column, value, shown):
    assert html(column, value) == shown


def test_a_paid_share_is_a_bar_with_its_figure():
    assert 'width="40%"' in html(PaidColumn, 40)
    assert html(PaidColumn, 40).endswith("40%</span>")


def test_a_row_leads_to_its_page_and_its_cells_stand_at_their_places():
    row = SimpleNamespace(value=1, name=EVIL, get_absolute_url=lambda: "/orders/1/?a=1&b=2")
    columns = [LinkColumn("name", "Name", css="card-top"), MoneyColumn("value", "Value", card_label=EVIL)]
    assert table_rows([row], columns) == (
        f'<tr data-href="/orders/1/?a=1&amp;b=2"><td class="card-top"><a class="link" '
        f'href="/orders/1/?a=1&amp;b=2">{SAFE}</a></td><td class=" num" data-label="{SAFE}">1.00</td></tr>'
    )
    assert table_rows([row], columns, leads=False).startswith('<tr><td class="card-top">')


def test_a_box_is_labelled_by_its_row_and_stays_out_of_excel():
    with translation.override("en"):
        box = html(ChoiceColumn, EVIL)
    assert f'name="value" value="{SAFE}" aria-label="Choose ' in box
    held = sheet_columns([ChoiceColumn("a", "A"), GradedColumn("customer", "Customer"), Column("b", "B")])
    assert [column.key for column in held] == ["grade", "customer", "b"]
