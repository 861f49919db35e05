"""The list of shipments: who sees which, how they are found, and what stands first."""

import pytest
from django.urls import reverse

from fulfilment.statuses import ShipmentStatus
from tests.factories import (
    CarrierFactory,
    CustomerFactory,
    make_shipment,
    released_order,
)

pytestmark = pytest.mark.django_db
LIST = "/shipments/"


@pytest.fixture
def shipment(order, carrier):
    return make_shipment(order, status=ShipmentStatus.SHIPPED, carrier=carrier, tracking_number="YS60012002")


def listed(client, query=""):
    return [str(row) for row in client.get(f"{LIST}{query}").context["rows"]]


def test_everybody_sees_the_shipments_of_the_orders_they_see(
    shipment, as_rep, as_other_rep, as_manager, as_finance, as_operations, as_service
):
    number = str(shipment)
    seen_by = (as_rep, as_manager, as_finance, as_operations, as_service)
    assert [listed(client) for client in seen_by] == [[number]] * 5
    assert listed(as_other_rep) == []


@pytest.mark.parametrize("query", ["YS6001", "ys 6001", "海雅", "hyzb"])
def test_a_shipment_is_found_by_tracking_number_and_customer(shipment, as_operations, query):
    make_shipment(released_order(customer=CustomerFactory(short_name="飞鱼岛", search_key="飞鱼岛 fyd")))
    assert listed(as_operations, f"?q={query}") == [str(shipment)]


def test_a_shipment_is_found_by_its_order_s_number(shipment, as_rep):
    assert listed(as_rep, f"?q={shipment.order.number}") == [str(shipment)]
    assert listed(as_rep, "?q=nothing") == []


def test_the_list_filters_by_status_and_carrier(shipment, order, as_operations):
    open_one = make_shipment(order, carrier=CarrierFactory(name="德邻快运"))
    assert listed(as_operations, "?status=open") == [str(open_one)]
    assert listed(as_operations, "?status=shipped") == [str(shipment)]
    assert listed(as_operations, f"?carrier={open_one.carrier_id}") == [str(open_one)]


def test_the_latest_change_comes_first_and_the_order_can_be_turned(shipment, order, as_operations):
    later = make_shipment(order)
    assert listed(as_operations) == [str(later), str(shipment)]
    assert listed(as_operations, "?sort=status_since") == [str(shipment), str(later)]


def test_the_list_asks_no_more_for_more_rows(order, as_operations, django_assert_max_num_queries):
    for _n in range(3):
        make_shipment(order, parts=[1])
    with django_assert_max_num_queries(12):
        assert len(listed(as_operations)) == 3


def test_what_is_to_be_planned_asks_no_more_for_more_orders(as_operations, django_assert_max_num_queries):
    for _n in range(3):
        released_order()
    with django_assert_max_num_queries(12):
        assert len(listed(as_operations, "?status=to_plan")) == 3


def test_the_header_finds_a_tracking_number(shipment, as_rep, as_other_rep):
    answer = as_rep.get("/search/", {"q": "YS 6001"})
    assert answer.url == reverse("fulfilment:detail", args=[shipment.pk])
    assert as_other_rep.get("/search/", {"q": "YS6001"}).context["hits"] == []


def test_orders_that_are_in_no_shipment_are_the_first_tab_of_the_list(order, as_operations, as_rep):
    page = as_operations.get(f"{LIST}?status=to_plan").context
    assert [str(each) for each in page["rows"]] == [str(order)]
    tabs = {tab["query"]: (tab["count"], tab["active"]) for tab in page["tab_links"]}
    assert tabs == {
        "status=to_plan": (1, True),
        "status=open": (0, False),
        "status=shipped": (0, False),
        "status=signed_off": (0, False),
        "": (0, False),
    }
    first = as_operations.get(LIST).context["tab_links"][0]
    assert (first["query"], first["count"], first["active"], first["red"]) == ("status=to_plan", 1, False, True)
    assert not as_operations.get(f"{LIST}?status=to_plan&q=没有").context["rows"]
    assert "status=to_plan" not in [tab["query"] for tab in as_rep.get(LIST).context["tab_links"]]
    make_shipment(order)
    page = as_operations.get(f"{LIST}?status=to_plan").context
    assert (list(page["rows"]), page["tab_links"][1]["count"]) == ([], 1)
