"""No figure reads −0.00, and every amount has its separators, in the history and in fields too."""

from decimal import Decimal

import pytest

from core.events import record, timeline_of
from core.forms import FigureInput
from core.templatetags.ui import deducted, money, percent, quantity, yuan
from tests.factories import make_order

NEARLY = Decimal("-0.001")


def test_there_is_no_minus_nothing():
    assert [money(NEARLY), yuan(NEARLY), deducted(NEARLY)] == ["0.00", "¥0.00", "0.00"]
    assert [quantity(Decimal("-0.000")), percent(Decimal("-0.00"))] == ["0", "0%"]
    assert [money(Decimal("-0.01")), deducted(Decimal("1234.5"))] == ["−0.01", "− 1,234.50"]


def test_a_field_shows_a_stored_amount_with_separators():
    assert FigureInput().format_value(Decimal("38233.700000")) == "38,233.70"
    assert FigureInput().value_from_datadict({"a": "38,233.70"}, {}, "a") == "38233.70"


@pytest.mark.django_db
def test_the_history_shows_amounts_with_separators(rep):
    order = make_order()
    record(order, "draft_changed", by=rep, changes=[["gross_total", "11300", "1234567.5"], ["remarks", "1", "2"]])
    assert [change[1:] for change in timeline_of(order)[0].changes] == [("11,300.00", "1,234,567.50"), ("1", "2")]
