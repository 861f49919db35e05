"""The order list: who sees what, how it is searched, filtered, sorted; what it costs."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.spans import months_back, period
from orders.columns import received_percent
from orders.filters import orders_matching
from orders.models import Instalment, Order
from orders.statuses import Status
from tests.factories import CustomerFactory, make_order

pytestmark = pytest.mark.django_db

LIST = "/orders/"
CANARY = [("控制柜", 1, "4321.98")]
PRICES = ("4,321.98", "4321.98", "4,883.84", "4883.84")


@pytest.fixture
def haiya(rep):
    return CustomerFactory(
        owner=rep,
        short_name="海雅装备",
        number="C2026777",
        search_key="c2026777 海雅装备 haiyazhuangbei hyzb 0000-8016",
    )


@pytest.fixture
def yunting(rep):
    return CustomerFactory(
        owner=rep,
        short_name="云汀仪表",
        number="C2026778",
        search_key="c2026778 云汀仪表 yuntingyibiao ytyb",
        grade="A",
    )


def numbers(response) -> list[str]:
    return [str(row) for row in response.context["rows"]]


def queries(client, url=LIST) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


# ---- who sees what ---------------------------------------------------------------------------------------------------


def test_a_rep_sees_own_orders_only(as_rep, haiya, other_rep):
    own = make_order(customer=haiya, status=Status.REP_REVIEW)
    make_order(customer=CustomerFactory(owner=other_rep), status=Status.REP_REVIEW)
    assert numbers(as_rep.get(LIST)) == [own.number]


def test_a_manager_sees_the_teams_orders(as_manager, haiya, other_rep):
    own = make_order(customer=haiya)
    make_order(customer=CustomerFactory(owner=other_rep))
    assert numbers(as_manager.get(LIST)) == [str(own)]


def test_finance_sees_all_orders(as_finance, haiya, other_rep):
    make_order(customer=haiya)
    make_order(customer=CustomerFactory(owner=other_rep))
    assert len(numbers(as_finance.get(LIST))) == 2


def test_operations_sees_orders_from_approval_on_and_no_price(as_operations, haiya):
    seen = make_order(customer=haiya, status=Status.APPROVED, lines=CANARY)
    make_order(customer=haiya, status=Status.FINANCE_REVIEW)
    response = as_operations.get(LIST)
    page = response.content.decode()
    assert numbers(response) == [seen.number]
    assert not [price for price in PRICES if price in page]
    assert 'class="pay"' not in page


def test_operations_cannot_sort_by_amount(as_operations, haiya):
    cheap = make_order(customer=haiya, status=Status.APPROVED, lines=[("甲", 1, "1")])
    dear = make_order(customer=haiya, status=Status.APPROVED, lines=[("乙", 1, "9")])
    assert numbers(as_operations.get(f"{LIST}?sort=gross_total")) == [dear.number, cheap.number]


def test_service_sees_no_orders_yet(as_service, haiya):
    make_order(customer=haiya, status=Status.APPROVED)
    assert numbers(as_service.get(LIST)) == []


def test_only_sales_people_are_offered_a_new_order(as_rep, as_manager, as_finance, as_operations):
    offered = [
        reverse("orders:new") in c.get(LIST).content.decode() for c in (as_rep, as_manager, as_finance, as_operations)
    ]
    assert offered == [True, True, False, False]


# ---- what a row says -------------------------------------------------------------------------------------------------


def cells(response) -> dict:
    row, *_others = response.context["rows"]
    return {column.key: column.of(row) for column in response.context["view"].shown_columns()}


def test_a_row_says_customer_amount_status_and_whose_turn_it_is(as_finance, haiya, manager):
    order = make_order(customer=haiya, status=Status.MANAGER_REVIEW, lines=CANARY)
    response = as_finance.get(LIST)
    assert cells(response)["customer"] == ("C", "海雅装备")
    assert cells(response)["turn"][0] == "陈志远"
    assert cells(response)["received"] == 0
    page = response.content.decode()
    assert "4,883.84" in page
    assert f'href="/orders/{order.pk}/"' in page


def test_the_grade_is_the_one_frozen_at_approval(as_finance, haiya):
    make_order(customer=haiya, status=Status.APPROVED)
    type(haiya).objects.update(grade="A")
    assert cells(as_finance.get(LIST))["customer"][0] == "C"


def test_a_promised_day_that_passed_is_late_until_the_order_is_complete(as_finance, haiya):
    past = {"order_date": datetime.date(2026, 1, 5), "promised_date": datetime.date(2026, 1, 20)}
    make_order(customer=haiya, status=Status.APPROVED, **past)
    assert cells(as_finance.get(LIST))["promised_date"] == (past["promised_date"], True)
    make_order(
        customer=haiya, status=Status.COMPLETED, order_date=timezone.localdate(), promised_date=timezone.localdate()
    )
    assert cells(as_finance.get(LIST))["promised_date"] == (timezone.localdate(), False)


def test_only_all_that_is_to_be_received_is_all(as_finance, haiya):
    order = make_order(customer=haiya, status=Status.APPROVED)
    Order.objects.filter(pk=order.pk).update(received_total=order.gross_total - Decimal("0.01"))
    assert cells(as_finance.get(LIST))["received"] == 99


def test_a_draft_shows_its_id_and_nothing_received(as_rep, haiya):
    order = make_order(customer=haiya, promised_date=None)
    response = as_rep.get(LIST)
    assert numbers(response) == [str(order)]
    assert str(order.pk) in str(order)
    assert cells(response)["received"] is None
    assert cells(response)["promised_date"] is None


def test_markup_in_a_name_shows_as_text(as_finance, rep):
    make_order(customer=CustomerFactory(owner=rep, short_name="<script>x</script>"))
    page = as_finance.get(LIST).content.decode()
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


# ---- search ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["202611海雅装备001", "202611海", "202611", "海雅", "hyzb", "haiya", "C2026777", "8016", "海雅装备001"]
)
def test_an_order_is_found_by_number_and_by_its_customer(as_finance, haiya, yunting, text):
    make_order(customer=haiya, status=Status.APPROVED, number="202611海雅装备001")
    make_order(customer=yunting, status=Status.APPROVED, number="202610云汀仪表001")
    assert numbers(as_finance.get(LIST, {"q": text})) == ["202611海雅装备001"]


@pytest.mark.parametrize("text", ["没有", "202512", "海雅装备002", "%", "_"])
def test_what_fits_nothing_finds_nothing(as_finance, haiya, text):
    make_order(customer=haiya, status=Status.APPROVED, number="202611海雅装备001")
    assert numbers(as_finance.get(LIST, {"q": text})) == []


def test_a_draft_is_found_by_its_id(as_rep, haiya):
    order = make_order(customer=haiya)
    assert numbers(as_rep.get(LIST, {"q": f"草稿-{order.pk}"})) == [str(order)]
    assert str(order) in numbers(as_rep.get(LIST, {"q": str(order.pk)}))


def test_many_matching_customers_are_searched_through_their_orders(monkeypatch, haiya, yunting):
    monkeypatch.setattr("customers.models.MANY", 1)
    make_order(customer=haiya)
    make_order(customer=yunting)
    assert orders_matching(Order.objects.all(), "c2026").count() == 2


def test_a_search_never_shows_foreign_orders(as_other_rep, haiya):
    make_order(customer=haiya, status=Status.APPROVED)
    assert numbers(as_other_rep.get(LIST, {"q": "海雅"})) == []


# ---- filters ---------------------------------------------------------------------------------------------------------


def test_periods_are_months_quarters_and_years():
    assert period("2026-11") == (datetime.date(2026, 11, 1), datetime.date(2026, 11, 30))
    assert period("2024-02") == (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    assert period("2026-Q4") == (datetime.date(2026, 10, 1), datetime.date(2026, 12, 31))
    assert period("2026") == (datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))


@pytest.mark.parametrize("text", ["", "2026-13", "2026-00", "2026-Q5", "0000", "abc", "2026-1", "2026-11-01"])
def test_what_names_no_period_is_none(text):
    assert period(text) is None


def test_months_are_counted_back_over_the_year():
    assert months_back(datetime.date(2026, 2, 10), 3) == ["2026-02", "2026-01", "2025-12"]


def test_orders_are_filtered_by_the_period_of_their_order_date(as_finance, haiya):
    for day in (datetime.date(2025, 9, 30), datetime.date(2025, 10, 1), datetime.date(2025, 12, 31)):
        make_order(customer=haiya, order_date=day)
    assert len(numbers(as_finance.get(LIST, {"month": "2025-10"}))) == 1
    assert len(numbers(as_finance.get(LIST, {"month": "2025-Q4"}))) == 2
    assert len(numbers(as_finance.get(LIST, {"month": "nonsense"}))) == 3


def test_a_period_further_back_than_the_choices_stays_chosen(as_finance, haiya):
    make_order(customer=haiya, order_date=datetime.date(2019, 5, 2))
    response = as_finance.get(LIST, {"month": "2019-05"})
    assert len(numbers(response)) == 1
    assert '<option value="2019-05" selected>' in response.content.decode()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("review", {Status.REP_REVIEW, Status.MANAGER_REVIEW, Status.FINANCE_REVIEW}),
        ("unsent", {Status.DRAFT}),
        ("finance_review", {Status.FINANCE_REVIEW}),
        ("cancelled", {Status.CANCELLED}),
        ("nonsense", set(Status)),
    ],
)
def test_orders_are_filtered_by_status(as_finance, haiya, asked, expected):
    for status in Status:
        make_order(customer=haiya, status=status)
    response = as_finance.get(LIST, {"status": asked})
    assert {row.status for row in response.context["rows"]} == expected


def test_orders_that_were_sent_back_are_told_from_other_drafts(as_finance, haiya):
    make_order(customer=haiya)
    back = make_order(customer=haiya, number="202611海雅装备001", sent_back=True)
    assert numbers(as_finance.get(LIST, {"status": "sent_back"})) == [back.number]


def test_orders_are_filtered_by_grade(as_finance, haiya, yunting):
    make_order(customer=haiya)
    draft = make_order(customer=yunting)
    approved = make_order(customer=yunting, status=Status.APPROVED)
    assert set(numbers(as_finance.get(LIST, {"grade": "A"}))) == {str(draft), approved.number}


def test_finance_filters_by_any_rep_a_manager_by_the_teams(as_finance, as_manager, haiya, rep, other_rep):
    order = make_order(customer=haiya)
    make_order(customer=CustomerFactory(owner=other_rep))
    assert numbers(as_finance.get(LIST, {"rep": rep.pk})) == [str(order)]
    reps = as_manager.get(LIST).context["filterset"].form.fields["rep"].queryset
    assert list(reps) == [rep]


def test_a_rep_has_no_rep_filter(as_rep):
    assert "rep" not in as_rep.get(LIST).context["filterset"].form.fields


def test_there_are_at_most_five_filters_besides_the_search(as_finance):
    assert len(as_finance.get(LIST).context["filter_fields"]) <= 5


# ---- order, pages, cost ----------------------------------------------------------------------------------------------


def test_the_newest_order_date_comes_first(as_finance, haiya):
    dates = [datetime.date(2026, 3, day) for day in (2, 30, 11)]
    for day in dates:
        make_order(customer=haiya, order_date=day)
    shown = [row.order_date for row in as_finance.get(LIST).context["rows"]]
    assert shown == sorted(dates, reverse=True)


@pytest.mark.parametrize(("sort", "expected"), [("gross_total", [1, 2, 3]), ("-gross_total", [3, 2, 1])])
def test_orders_sort_by_amount(as_finance, haiya, sort, expected):
    for price in (2, 1, 3):
        make_order(customer=haiya, lines=[("甲", 1, str(price))])
    shown = [int(row.net_total) for row in as_finance.get(LIST, {"sort": sort}).context["rows"]]
    assert shown == expected


def test_every_sort_has_an_index_for_all_for_a_team_and_for_a_rep():
    indexes = {tuple(name.lstrip("-") for name in index.fields) for index in Order._meta.indexes}
    for sort in ("order_date", "gross_total"):
        assert {(sort, "id"), ("team", sort, "id"), ("rep", sort, "id")} <= indexes
        assert not Order._meta.get_field(sort).null


def test_the_list_costs_the_same_for_five_and_for_sixty_orders(as_finance, haiya, manager):
    for _each in range(5):
        make_order(customer=haiya, status=Status.MANAGER_REVIEW)
    few = queries(as_finance)
    for _each in range(55):
        make_order(customer=haiya, status=Status.APPROVED)
    assert queries(as_finance) == few
    assert few <= 10  # one of them counts all tabs


def test_an_empty_list_says_what_belongs_there(as_rep):
    assert 'class="blank"' in as_rep.get(LIST).content.decode()


# ---- on the customer page --------------------------------------------------------------------------------------------


def test_the_customer_page_shows_the_last_five_orders(as_rep, haiya, yunting):
    orders = [make_order(customer=haiya, status=Status.APPROVED) for _each in range(6)]
    make_order(customer=yunting)
    response = as_rep.get(f"/fragments/customers/{haiya.pk}/orders/")
    assert numbers(response) == [order.number for order in reversed(orders[1:])]


def test_a_foreign_customers_orders_are_not_found(as_other_rep, as_operations, haiya):
    make_order(customer=haiya, status=Status.APPROVED)
    assert as_other_rep.get(f"/fragments/customers/{haiya.pk}/orders/").status_code == 404
    assert as_operations.get(f"/fragments/customers/{haiya.pk}/orders/").status_code == 404


def test_the_fragment_costs_the_same_for_one_and_for_five_orders(as_rep, haiya):
    url = f"/fragments/customers/{haiya.pk}/orders/"
    make_order(customer=haiya)
    few = queries(as_rep, url)
    for _each in range(5):
        make_order(customer=haiya)
    assert queries(as_rep, url) == few


@pytest.mark.parametrize(
    ("received", "gross", "shown"), [("370.37", "1234.57", 30), ("0.5", "100", 1), ("0.49", "100", 0)]
)
def test_what_is_received_is_rounded_half_up_and_never_cut(received, gross, shown):
    order = Order(number="1", gross_total=Decimal(gross), received_total=Decimal(received))
    assert received_percent(order) == shown


def test_the_list_narrows_to_the_orders_whose_turn_is_the_persons(as_rep, as_finance, rep):
    customer = CustomerFactory(owner=rep)
    draft = make_order(customer=customer)
    make_order(customer=customer, status=Status.MANAGER_REVIEW)
    unpaid = make_order(customer=customer, status=Status.COMPLETED)
    assert [order.pk for order in as_rep.get("/orders/?status=mine").context["rows"]] == [draft.pk]
    assert [order.pk for order in as_finance.get("/orders/?status=mine").context["rows"]] == [unpaid.pk]


def test_orders_with_overdue_money_are_found_by_those_who_see_prices_alone(as_finance, as_operations, rep):
    owing, _other = (make_order(customer=CustomerFactory(owner=rep), status=Status.APPROVED) for _each in range(2))
    past = timezone.localdate() - datetime.timedelta(days=3)
    Instalment.objects.filter(order=owing, position=1).update(due_date=past)
    assert [order.pk for order in as_finance.get("/orders/?status=overdue").context["rows"]] == [owing.pk]
    assert "overdue" not in as_operations.get("/orders/").content.decode()
