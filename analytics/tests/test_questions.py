"""What is asked before a month is closed and a report is signed: which one, and how much of it."""

import datetime
import re
from html import unescape

import pytest

from analytics.figures.months import Month
from analytics.report.jobs import request_report
from core.jobs.runner import run_due
from orders.statuses import Status
from tests.factories import CustomerFactory, make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def last_month(rep):
    """A month that is over, with two approved orders over 10,000.00 without tax each."""
    month = Month.current().shifted(-1)
    for _each in range(2):
        day = month.first + datetime.timedelta(days=3)
        make_order(customer=CustomerFactory(owner=rep), status=Status.APPROVED, order_date=day)
    return month


def question(client, address) -> str:
    (found,) = re.findall(r'data-confirm="([^"]*)"', client.get(address).content.decode())
    return unescape(found)


def test_closing_a_month_names_its_orders_and_their_amount(as_finance, last_month):
    asked = question(as_finance, f"/archive/{last_month}/")
    assert f"关闭 {last_month}？共 2 单，不含税 ¥20,000.00" in asked


def test_signing_a_report_names_its_month(as_finance, finance, last_month):
    request_report(month=last_month, by=finance)
    run_due()
    asked = question(as_finance, f"/analytics/{last_month}/report/")
    assert f"签署 {last_month} 的报告" in asked
