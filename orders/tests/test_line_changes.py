"""How two versions of an order's lines are told apart, for its history and for two people who wrote at once."""

from decimal import Decimal

from orders.content import line_changes
from orders.lines import LineInput


def line(name, quantity=1, product=None):
    return LineInput(name, product_id=product, quantity=Decimal(quantity), unit_price=Decimal(5))


def test_a_line_put_in_front_leaves_the_others_alone():
    before, after = [line("电缆"), line("端子")], [line("支架"), line("电缆"), line("端子")]
    assert line_changes(before, after) == [["#1", "", "支架 · 1 × 5 · 13%"]]


def test_a_dropped_line_leaves_the_others_alone():
    before, after = [line("支架"), line("电缆"), line("端子")], [line("电缆"), line("端子")]
    assert line_changes(before, after) == [["#1", "支架 · 1 × 5 · 13%", ""]]


def test_the_same_product_with_other_words_is_the_same_line():
    before, after = [line("电缆", product=7), line("端子")], [line("端子"), line("电缆 3 米", product=7)]
    assert line_changes(before, after) == [
        ["#1", "#2 端子 · 1 × 5 · 13%", "#1 端子 · 1 × 5 · 13%"],
        ["#2", "#1 电缆 · 1 × 5 · 13%", "#2 电缆 3 米 · 1 × 5 · 13%"],
    ]


def test_another_product_in_a_line_is_told_beside_the_one_before():
    before, after = [line("电缆"), line("端子")], [line("电缆"), line("支架")]
    assert line_changes(before, after) == [["#2", "端子 · 1 × 5 · 13%", "支架 · 1 × 5 · 13%"]]


def test_of_two_lines_of_one_product_the_dropped_one_is_told():
    before, after = [line("电缆", 1, 7), line("电缆", 2, 7)], [line("电缆", 2, 7)]
    assert line_changes(before, after) == [["#1", "电缆 · 1 × 5 · 13%", ""]]


def test_lines_that_change_places_are_no_silent_change():
    before, after = [line("电缆"), line("端子")], [line("端子"), line("电缆")]
    assert [place for place, _old, _new in line_changes(before, after)] == ["#1", "#2"]
    assert line_changes(before, before) == []
