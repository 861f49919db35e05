"""What a round keeps of an order, and how two rounds compare."""

from approvals.rounds import compare


def line(product, **values):
    plain = {
        "name": "控制柜",
        "specification": "KX-200",
        "unit": "台",
        "quantity": "10.000",
        "unit_price": "8600.000000",
        "discount": "0.00",
        "tax_rate": "13.00",
        "net_amount": "86000.00",
        "special_demand": "",
    }
    return {"product": product, **plain, **values}


def content(*lines, **header):
    plain = {"order_date": "2026-11-22", "channel": "offline", "gross_total": "97180.00", "remarks": ""}
    return {"header": {**plain, **header}, "lines": list(lines)}


def rows(now, before):
    return [(row.number, row.values["name"].now, row.state) for row in compare(now, before).rows]


def test_without_a_round_before_nothing_is_marked():
    found = compare(content(line(1)), None)
    assert not found.compared
    assert [row.state for row in found.rows] == [""]


def test_a_header_value_stands_beside_the_old_one():
    header = compare(content(gross_total="1.00", remarks="急"), content()).header
    assert (header["gross_total"].was, header["gross_total"].now) == ("97,180.00", "1.00")
    assert (header["remarks"].was, header["remarks"].now, header["remarks"].changed) == ("", "急", True)
    assert not header["order_date"].changed


def test_a_value_that_an_older_round_did_not_keep_counts_as_empty():
    before = content()
    del before["header"]["channel"]
    assert compare(content(), before).header["channel"].was == ""


def test_a_line_that_moved_is_the_same_line():
    now, before = content(line(2), line(1)), content(line(1), line(2))
    assert rows(now, before) == [(1, "控制柜", ""), (2, "控制柜", "")]
    assert not any(value.changed for row in compare(now, before).rows for value in row.values.values())


def test_lines_of_one_product_pair_up_in_their_order():
    now = content(line(1, quantity="1.000"), line(1, quantity="3.000"))
    before = content(line(1, quantity="1.000"), line(1, quantity="2.000"), line(1, quantity="9.000"))
    found = compare(now, before).rows
    assert [(row.values["quantity"].was, row.values["quantity"].now, row.state) for row in found] == [
        ("1", "1", ""),
        ("2", "3", ""),
        ("9", "9", "removed"),
    ]


def test_of_lines_of_one_product_those_that_say_the_same_pair_up_first():
    now = content(line(1, quantity="2.000"))
    before = content(line(1, quantity="1.000"), line(1, quantity="2.000"))
    found = compare(now, before).rows
    assert [(row.values["quantity"].was, row.values["quantity"].now, row.state) for row in found] == [
        ("2", "2", ""),
        ("1", "1", "removed"),
    ]


def test_free_text_lines_are_known_by_their_words():
    now, before = content(line(None, name="培训")), content(line(None, name="安装"))
    assert rows(now, before) == [(1, "培训", "added"), (2, "安装", "removed")]
