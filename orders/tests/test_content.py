"""What an order says is listed once: nothing is forgotten or unprotected, and two versions compare as people do."""

from dataclasses import fields
from decimal import Decimal

import pytest
from django.utils import translation

from approvals.imports.existing import HEADER_COLUMNS, LINE_COLUMNS
from customers.models import Contact
from orders.content import (
    HEADER,
    HEADER_NAMES,
    INSTALMENT,
    LINE,
    LINE_BY_NAME,
    LINE_NAMES,
    commercial_columns,
    same_words,
)
from orders.lines import LineInput
from orders.models import Instalment, Order, OrderLine

BY_NAME = {field.name: field for field in HEADER}
#: Columns that are no content: identity, life, copies for lists and rights, and what follows from other records.
NO_CONTENT = {
    Order: {
        *("id", "number", "revision", "status", "status_since", "version", "round", "sent_back"),
        *("rep", "team", "drafted_by", "customer_name", "submit_token", "created_at"),
        *("number_key", "own_key", "search_key"),
        *("submitted_at", "approved_at", "released_at", "signed_off_on", "first_promised_date", "booking_date"),
        *("grade", "province", "sold_by", "sold_team"),
        *("received_total", "payment_status", "delivery_status", "requirement", "reconfirm_since", "as_typed"),
    },
    OrderLine: {
        *("id", "order", "revision", "position", "list_price", "first_promised_date", "waits"),
        *("shipped_quantity", "signed_quantity", "returned_quantity", "signed_off_on", "as_typed"),
    },
    Instalment: {"id", "order", "revision", "position", "received", "due_date"},
}


@pytest.mark.parametrize(("model", "content"), [(Order, HEADER), (OrderLine, LINE), (Instalment, INSTALMENT)])
def test_every_column_is_content_or_named_as_something_else(model, content):
    columns = {field.name for field in model._meta.concrete_fields}
    assert columns == {field.name for field in content} | NO_CONTENT[model]
    assert not {field.name for field in content} & NO_CONTENT[model]


def test_what_was_agreed_about_an_order_is_protected_and_what_was_not_is_free():
    assert set(commercial_columns(HEADER)) == {
        *("customer_id", "order_date", "promised_date", "delivery_method", "delivery_address", "payment_terms_id"),
        *("special_requirements", "liability_clauses", "net_total", "tax_total", "gross_total"),
        *("buyer_name", "recipient_name", "recipient_phone", "ship_to"),
    }


def test_whoever_gives_a_line_gives_all_that_is_written_on_it():
    assert {field.name for field in fields(LineInput)} == {*LINE_NAMES, "as_typed"}


def test_a_file_of_past_orders_knows_all_but_these():
    assert set(HEADER_NAMES) - set(HEADER_COLUMNS) == {
        *("contact", "channel", "delivery_method", "delivery_address", "customer_reference"),
        *("special_requirements", "liability_clauses"),
    }
    assert {name for name, field in LINE_BY_NAME.items() if not field.is_derived} - set(LINE_COLUMNS) == {
        *("unit", "discount", "special_demand"),
    }


@pytest.mark.parametrize(
    ("name", "one", "other", "same"),
    [
        ("quantity", Decimal("10"), "10.000", True),
        ("quantity", Decimal("10"), Decimal("10.001"), False),
        ("quantity", None, "", True),
        ("quantity", None, Decimal(0), False),
        ("special_demand", None, "", True),
        ("special_demand", "红色外观", "红色外观 ", False),
        ("name", "KX", "kx", False),
    ],
)
def test_a_value_says_the_same_whatever_its_form(name, one, other, same):
    assert LINE_BY_NAME[name].same(one, other) is same


def test_two_contacts_of_one_name_are_two():
    assert not BY_NAME["contact"].same(Contact(pk=1, name="王丽"), Contact(pk=2, name="王丽"))
    assert BY_NAME["contact"].same(Contact(pk=1, name="王丽"), Contact(pk=1, name="王丽敏"))


def test_values_read_as_on_every_page():
    assert LINE_BY_NAME["unit_price"].readable(Decimal("8600.000000")) == "8,600.00"
    assert LINE_BY_NAME["discount"].readable("5.00") == "5%"
    assert BY_NAME["gross_total"].readable("97180.00") == "97,180.00"
    assert BY_NAME["remarks"].readable(None) == ""
    with translation.override("zh-hans"):
        assert BY_NAME["delivery_method"].readable("pickup") == str(Order.DeliveryMethod.PICKUP.label) != "pickup"


@pytest.mark.parametrize(("name", "largest"), [("quantity", "99999999999.999"), ("unit_price", "99999999.999999")])
def test_the_largest_figure_is_the_largest_that_the_column_holds(name, largest):
    assert LINE_BY_NAME[name].largest == Decimal(largest)
    assert LINE_BY_NAME["discount"].largest == 100


def test_who_copies_by_hand_may_change_case_and_leave_out_nothing():
    assert same_words("KX-200", "kx-200")
    assert same_words(None, "")
    assert not same_words("KX-200", "KX-201")
