"""The order page: who sees it, what each tab shows, and what operations must never see."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from core import registries
from core.events import record
from orders.models import Order, OrderLine
from orders.page import order_for, order_page_context
from orders.statuses import Status
from tests.factories import CustomerFactory, make_order

pytestmark = pytest.mark.django_db

# 4,321.98 without tax, 561.86 tax, 4,883.84 in all: 1,465.15 prepayment and 3,418.69 on arrival.
CANARY = [("控制柜", 1, "4321.98")]
PRICES = ("4321.98", "4883.84", "561.86", "1465.15", "3418.69", "30%预付款", "肆仟")
TABS = ("", "timeline/")
ROLES = ("rep", "manager", "finance", "operations", "service", "admin")


@pytest.fixture
def haiya(rep):
    return CustomerFactory(owner=rep, short_name="海雅装备")


@pytest.fixture
def order(haiya, manager):
    return make_order(customer=haiya, status=Status.MANAGER_REVIEW, number="202611海雅装备003", lines=CANARY)


def text(response) -> str:
    """The page without thousands separators, so that a price is found however it is written."""
    assert response.status_code == 200, response.status_code
    return response.content.decode().replace(",", "")


def leaks(response) -> list[str]:
    page = text(response)
    return [price for price in PRICES if price in page]


# ---- who sees it -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize(
    ("role", "before", "after"),
    [
        ("rep", 200, 200),
        ("manager", 200, 200),
        ("finance", 200, 200),
        ("admin", 200, 200),
        ("operations", 404, 200),
        ("service", 404, 404),
        ("other_rep", 404, 404),
        ("other_manager", 404, 404),
    ],
)
def test_who_may_open_an_order_before_and_after_approval(request, browser_of, haiya, role, before, after, tab):
    client = browser_of(request.getfixturevalue(role))
    waiting = make_order(customer=haiya, status=Status.FINANCE_REVIEW)
    approved = make_order(customer=haiya, status=Status.APPROVED)
    assert client.get(f"/orders/{waiting.pk}/{tab}").status_code == before
    assert client.get(f"/orders/{approved.pk}/{tab}").status_code == after


@pytest.mark.parametrize("status", Status)
def test_the_page_opens_in_every_status(as_finance, as_rep, haiya, status):
    order = make_order(customer=haiya, status=status)
    for client in (as_rep, as_finance):
        assert str(order) in text(client.get(f"/orders/{order.pk}/"))


def test_an_empty_draft_opens_and_leads_to_its_lines(as_rep, haiya):
    order = make_order(customer=haiya, promised_date=None)
    OrderLine.objects.all().delete()
    Order.objects.update(payment_terms=None, net_total=0, tax_total=0, gross_total=0)
    page = text(as_rep.get(f"/orders/{order.pk}/"))
    assert f'href="/orders/{order.pk}/edit/"' in page
    assert 'class="blank"' in page


# ---- what it shows ---------------------------------------------------------------------------------------------------


def test_sales_people_and_finance_see_all_amounts(as_rep, as_manager, as_finance, order):
    for client in (as_rep, as_manager, as_finance):
        assert set(leaks(client.get(f"/orders/{order.pk}/"))) == set(PRICES)


def test_the_header_has_number_status_customer_round_and_revision(as_rep, order):
    context = as_rep.get(f"/orders/{order.pk}/").context
    page = text(as_rep.get(f"/orders/{order.pk}/"))
    assert "<h1>202611海雅装备003</h1>" in page
    assert f'href="/customers/{order.customer_id}/"' in page
    assert "st-wait" in page
    assert context["order"].round == 1


def test_the_verbs_of_the_machine_stand_in_the_header(as_rep, order):
    buttons = {button.name for button in as_rep.get(f"/orders/{order.pk}/").context["buttons"]}
    assert {"withdraw", "cancel"} <= buttons
    assert f'action="/orders/{order.pk}/withdraw/"' in text(as_rep.get(f"/orders/{order.pk}/"))


def test_a_draft_can_be_edited_by_sales_people_only(as_rep, as_manager, as_finance, haiya):
    order = make_order(customer=haiya)
    link = f'href="/orders/{order.pk}/edit/"'
    assert [link in text(c.get(f"/orders/{order.pk}/")) for c in (as_rep, as_manager, as_finance)] == [
        True,
        True,
        False,
    ]


def test_a_submitted_order_has_no_edit_link(as_rep, order):
    assert "/edit/" not in text(as_rep.get(f"/orders/{order.pk}/"))


def test_where_the_goods_go_is_the_customers_address_unless_another_was_given(as_rep, haiya):
    own = make_order(customer=haiya, delivery_address="拾贝路 3 号门")
    assert "拾贝路 3 号门" in text(as_rep.get(f"/orders/{own.pk}/"))
    assert haiya.full_address in text(as_rep.get(f"/orders/{make_order(customer=haiya).pk}/"))


def test_words_that_people_wrote_show_as_text(as_rep, haiya):
    evil = "<script>x()</script>"
    order = make_order(customer=haiya, remarks=evil, special_requirements=evil, lines=[(evil, 1, "1")])
    record(order, "cancel", by=order.rep, note=evil)
    for tab in TABS:
        assert "<script>x" not in text(as_rep.get(f"/orders/{order.pk}/{tab}"))


def test_a_promised_day_that_passed_is_red(as_rep, haiya):
    past = {"order_date": datetime.date(2026, 1, 5), "promised_date": datetime.date(2026, 1, 20)}
    order = make_order(customer=haiya, status=Status.APPROVED, **past)
    assert as_rep.get(f"/orders/{order.pk}/").context["promised_late"] is True


def test_the_lines_are_those_of_the_revision_in_force(as_rep, haiya):
    order = make_order(customer=haiya, status=Status.APPROVED, lines=[("旧行", 1, "1")])
    line = order.lines.get()
    line.pk, line.revision, line.name = None, 2, "新行"
    line.save(force_insert=True)
    Order.objects.filter(pk=order.pk).update(revision=2)
    page = text(as_rep.get(f"/orders/{order.pk}/"))
    assert "新行" in page
    assert "旧行" not in page


def test_tabs_lead_to_review_receipts_and_timeline(as_rep, as_operations, haiya):
    order = make_order(customer=haiya, status=Status.APPROVED)
    draft = make_order(customer=haiya)

    def keys(client, which):
        return [tab.key for tab in client.get(f"/orders/{which.pk}/").context["tabs"]]

    assert keys(as_rep, order) == ["detail", "review", "receipts", "delivery", "timeline"]
    assert keys(as_rep, draft) == ["detail", "receipts", "timeline"]
    assert keys(as_operations, order) == ["detail", "delivery", "timeline"]


def test_the_timeline_tells_everything_the_first_tab_the_last_things(as_rep, order, rep):
    for n in range(9):
        record(order, "created", by=rep, note=f"第{n}条。")
    assert text(as_rep.get(f"/orders/{order.pk}/")).count("条。") == 5
    assert text(as_rep.get(f"/orders/{order.pk}/timeline/")).count("条。") == 9


def test_every_verb_of_an_orders_history_has_its_words():
    verbs = [*registries.machines["orders.Order"].verbs(), "created", "draft_changed", "receipt_recorded"]
    assert {("orders.Order", verb) for verb in ("receipt_reversed", *verbs)} <= set(registries.sentences)


def test_upper_apps_prepare_their_tab_with_the_same_function(rep, order):
    request = RequestFactory().get("/")
    request.user, request.session = rep, {}
    context = order_page_context(request, order_for(request, order.pk), "review")
    assert {"order", "tab", "tabs", "buttons", "version", "typed", "steps"} <= set(context)


# ---- what operations must never see ----------------------------------------------------------------------------------


@pytest.fixture
def told(haiya, manager, finance):
    """An approved order whose history is full of money."""
    order = make_order(customer=haiya, status=Status.APPROVED, lines=CANARY)
    record(order, "draft_changed", by=order.rep, changes=[["gross_total", "4883.84", "4321.98"]])
    record(order, "manager_approve", by=manager, note="信用放行：余额 −4,321.98")
    record(order, "receipt_recorded", by=finance, note="1465.15", amount="1,465.15")
    Order.objects.filter(pk=order.pk).update(received_total=Decimal("1465.15"))
    return order


@pytest.mark.parametrize("tab", TABS)
def test_operations_sees_no_price_credit_or_receipt(as_operations, told, tab):
    response = as_operations.get(f"/orders/{told.pk}/{tab}")
    assert leaks(response) == []
    page = text(response)
    assert "/credit/" not in page
    assert "/receipts/" not in page
    assert "/review/" not in page
    assert "控制柜" in page or tab


def test_operations_sees_who_passed_the_order_without_the_reasons(as_operations, told):
    page = text(as_operations.get(f"/orders/{told.pk}/timeline/"))
    assert "陈志远" in page
    assert "信用放行" not in page


def test_operations_is_not_led_to_the_customer_file(as_operations, told):
    assert f"/customers/{told.customer_id}/" not in text(as_operations.get(f"/orders/{told.pk}/"))


def test_sales_people_see_the_same_history_with_the_reasons(as_rep, told):
    page = text(as_rep.get(f"/orders/{told.pk}/timeline/"))
    assert "信用放行" in page
    assert "4883.84" in page


# ---- administration --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["orders/order", "billing/receipt"])
def test_the_administrator_looks_but_does_not_touch(as_admin, order, model):
    url = f"/admin/{model}/"
    assert as_admin.get(url).status_code == 200
    assert as_admin.get(f"{url}add/").status_code == 403
    if model == "orders/order":
        page = as_admin.get(f"{url}{order.pk}/change/")
        assert page.status_code == 200
        assert 'name="_save"' not in page.content.decode()
        assert as_admin.post(f"{url}{order.pk}/change/", {"number": "X"}).status_code == 403
        assert as_admin.post(f"{url}{order.pk}/delete/", {"post": "yes"}).status_code == 403
        order.refresh_from_db()
        assert order.number == "202611海雅装备003"


# ---- cost ------------------------------------------------------------------------------------------------------------


def queries(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


@pytest.mark.parametrize("tab", TABS)
def test_the_page_costs_the_same_for_one_line_and_for_thirty(as_finance, haiya, rep, tab):
    small = make_order(customer=haiya, status=Status.APPROVED)
    large = make_order(customer=haiya, status=Status.APPROVED, lines=[("控制柜", 1, "1")] * 30)
    record(small, "created", by=rep)
    for _each in range(20):
        record(large, "created", by=rep)
    assert queries(as_finance, f"/orders/{large.pk}/{tab}") == queries(as_finance, f"/orders/{small.pk}/{tab}") <= 19
