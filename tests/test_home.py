"""The home page below the worklist: for each role what its work is about, each row a link, at a constant cost."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.figures.months import Month
from analytics.models import SalesTarget
from analytics.rollups.freshness import refresh
from core.home import AT_MOST
from orders.models import Instalment, Order
from orders.statuses import Status
from tests.cast import one_of_everybody
from tests.factories import CustomerFactory, make_order

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


@pytest.fixture
def people():
    return one_of_everybody()


@pytest.fixture
def haiya(people):
    return CustomerFactory(owner=people["rep"], short_name="海雅装备")


@pytest.fixture
def home(people, browser_of):
    """A function: login → panels of the home page, by title."""

    def of(login: str) -> dict:
        page = browser_of(people[login]).get("/")
        return {panel.title: panel.rows for panel in page.context["panels"]}

    return of


def test_every_role_has_the_panels_of_its_work(home):
    sales = ["本月进度", "审核中的订单", "本周交付", "客户逾期款", "该回购而未下单的客户"]
    wanted = {
        "rep": sales,
        "manager": [*sales, "本月按时处理的档案变更", "本月流失需求"],
        "finance": ["本月进度", "客户逾期款"],
        "operations": ["本周交付"],
        "service": [],
        "admin": ["本月进度", "客户逾期款"],
    }
    assert {login: list(home(login)) for login in wanted} == wanted


def test_an_empty_panel_says_what_that_means(people, browser_of):
    page = browser_of(people["rep"]).get("/").content.decode()
    assert "没有审核中的订单。" in page
    assert "没有逾期未付的款项。" in page


def test_the_month_stands_against_its_target_of_the_rep_and_of_the_team_with_its_reps(home, people, haiya):
    make_order(customer=haiya, status=Status.APPROVED, sold_by=people["rep"], sold_team=people["rep"].team)
    refresh()
    month = Month.current().first
    SalesTarget.objects.create(month=month, rep=people["rep"], amount=Decimal(20_000))
    (row,) = home("rep")["本月进度"]
    assert (row.value, row.percent) == ("¥10,000.00", 50)
    assert "20,000.00" in row.detail
    assert row.url.startswith("/analytics/")
    team, rep = home("manager")["本月进度"]
    assert (team.label, team.value, team.percent) == (str(people["rep"].team), "¥10,000.00", None)
    assert (rep.label, rep.percent) == (str(people["rep"]), 50)
    assert home("other_manager")["本月进度"][0].value == "¥0.00"
    assert home("finance")["本月进度"][0].value == "¥10,000.00"


def test_an_order_under_review_says_who_holds_it(home, people, haiya):
    order = make_order(customer=haiya, status=Status.FINANCE_REVIEW)
    (row,) = home("rep")["审核中的订单"]
    assert (row.label, row.url) == (str(order), f"/orders/{order.pk}/")
    assert "财务" in row.detail
    assert home("other_rep")["审核中的订单"] == []


def test_what_was_promised_for_this_week_is_there_until_it_has_arrived_and_what_is_later_is_not(home, haiya):
    sunday = TODAY() + timedelta(days=6 - TODAY().weekday())
    promised = [
        make_order(customer=haiya, status=Status.APPROVED, promised_date=day)
        for day in (sunday - timedelta(days=6), sunday, sunday + timedelta(days=1))
    ]
    for login in ("rep", "manager", "operations"):
        assert [row.label for row in home(login)["本周交付"]] == [str(order) for order in promised[:2]]
    Order.objects.filter(pk=promised[0].pk).update(delivery_status="signed", released_at=timezone.now())
    assert [row.label for row in home("rep")["本周交付"]] == [str(promised[1])]


def test_what_was_promised_before_this_week_is_one_row_on_top(home, haiya):
    monday = TODAY() - timedelta(days=TODAY().weekday())
    make_order(customer=haiya, status=Status.APPROVED, promised_date=monday + timedelta(days=6))
    for days in (1, 20):
        make_order(customer=haiya, status=Status.APPROVED, promised_date=monday - timedelta(days=days))
    earlier, this_week = home("operations")["本周交付"]
    assert (earlier.label, earlier.tone) == ("更早约定、尚未送达 2 单", "late")
    assert this_week.value


def test_overdue_money_is_added_up_by_customer_the_largest_first(home, people, haiya):
    small = CustomerFactory(owner=people["rep"], short_name="白鹭青麦")
    for customer, count in ((small, 1), (haiya, 2)):
        for _each in range(count):
            order = make_order(customer=customer, status=Status.COMPLETED)
            day = TODAY() - timedelta(days=5 * count)
            Instalment.objects.filter(order=order, position=1).update(due_date=day, received=90)
    first, second = home("rep")["客户逾期款"]
    assert (first.label, first.value) == ("海雅装备", "¥6,600.00")
    assert "10 天" in first.detail
    assert second.label == "白鹭青麦"
    assert home("other_rep")["客户逾期款"] == []
    assert len(home("finance")["客户逾期款"]) == 2


def test_the_row_of_overdue_money_leads_to_the_orders_that_owe_it(home, people, browser_of, haiya):
    owing = make_order(customer=haiya, status=Status.COMPLETED)
    make_order(customer=haiya, status=Status.COMPLETED)
    Instalment.objects.filter(order=owing, position=1).update(due_date=TODAY() - timedelta(days=1))
    (row,) = home("finance")["客户逾期款"]
    page = browser_of(people["finance"]).get(row.url)
    assert [order.pk for order in page.context["rows"]] == [owing.pk]


def test_no_amount_stands_on_the_home_page_of_who_sees_no_prices(people, browser_of, haiya):
    make_order(customer=haiya, status=Status.APPROVED, promised_date=TODAY())
    assert "¥" not in browser_of(people["operations"]).get("/").content.decode()


def test_many_records_cost_as_many_statements_as_few_and_show_a_few_rows(people, browser_of):
    def add():
        customer = CustomerFactory(owner=people["rep"])
        for days in (40, 70, 100):
            make_order(customer=customer, status=Status.COMPLETED, order_date=TODAY() - timedelta(days=days))
        make_order(customer=CustomerFactory(owner=people["rep"]), status=Status.MANAGER_REVIEW)
        make_order(customer=CustomerFactory(owner=people["rep"]), status=Status.APPROVED, promised_date=TODAY())
        first = Instalment.objects.filter(position=1, order__status=Status.COMPLETED)
        first.update(due_date=TODAY() - timedelta(days=3))

    def statements(login):
        client = browser_of(people[login])
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/")
        assert all(len(panel.rows) <= AT_MOST for panel in page.context["panels"])
        return len(queries)

    add()
    logins = ("rep", "manager", "finance", "operations")
    few = {login: statements(login) for login in logins}
    for _each in range(AT_MOST + 2):
        add()
    assert {login: statements(login) for login in logins} == few
