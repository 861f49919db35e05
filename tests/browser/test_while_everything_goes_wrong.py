"""An order of thirty lines, typed while the server is killed and started again, the session gone, the network cut."""

import os
import signal
import subprocess
import sys
import urllib.request
from decimal import Decimal

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.sessions.models import Session
from django.db import connection
from playwright.sync_api import Page, expect

from customers.models import PaymentTerms
from orders.models import Order
from tests.browser.conftest import cookie_of
from tests.factories import PASSWORD, CustomerFactory
from tests.processes import eventually, free_port

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("db")]
REMARKS = "到货前 <b>电话</b> 通知"


class Server:
    """The site as it is served, in a process of its own, on the database of the test."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        environment = {**os.environ, "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}", "DEBUG": "1"}
        gunicorn = ["-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}", "--threads", "4", "ordersys.wsgi"]
        self.process = subprocess.Popen(
            [sys.executable, *gunicorn], cwd=settings.BASE_DIR, env=environment, start_new_session=True
        )
        assert eventually(self.answers)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/accounts/login/") as answer:
                return answer.status == 200
        except OSError:
            return False

    def kill(self) -> None:
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None


@pytest.fixture
def server():
    server = Server()
    server.start()
    yield server
    server.kill()


@pytest.fixture
def customer(rep):
    rep.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt")
    rep.save()
    terms = PaymentTerms.objects.get(name="30%预付款，70%到货款")
    return CustomerFactory(owner=rep, short_name="海雅装备", payment_terms=terms)


def cell(page: Page, row: int, label: str):
    return page.get_by_label(f"第 {row} 行 {label}", exact=True)


def type_lines(page: Page, first: int, last: int) -> None:
    """With the keyboard alone, from cell to cell, whatever stands beside the page."""
    for number in range(first, last + 1):
        for label, text in {"商品": f"零件 {number}", "数量": str(number), "不含税单价": f"{number * 10}"}.items():
            cell(page, number, label).focus()
            page.keyboard.type(text)
        page.keyboard.press("Enter")
        expect(cell(page, number + 1, "商品")).to_be_focused()


def expect_kept(page: Page) -> None:
    """To the last letter, on the server."""
    expect(page.locator("#autosaved:not([aria-busy])")).to_contain_text("已自动保存")


def expect_told(page: Page, sentence: str) -> None:
    expect(page.locator("#autosaved")).to_contain_text(sentence)


def type_while_everything_goes_wrong(page: Page, server: Server) -> None:
    page.get_by_label("备注").fill(REMARKS)
    type_lines(page, 1, 8)
    server.kill()
    type_lines(page, 9, 12)
    expect_told(page, "已保留在本浏览器")
    page.keyboard.press("Control+s")
    expect_told(page, "尚未保存")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator(".no-answer")).to_be_visible()
    server.start()
    expect_kept(page)
    type_lines(page, 13, 17)
    Session.objects.all().delete()
    type_lines(page, 18, 20)
    dialog = page.locator("#login-again")
    dialog.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    page.context.set_offline(True)
    type_lines(page, 21, 26)
    expect_told(page, "已保留在本浏览器")
    page.context.set_offline(False)
    type_lines(page, 27, 30)
    expect_kept(page)


def test_an_order_typed_while_everything_goes_wrong_is_whole(open_context, server, rep, customer, watch):
    for part in ("ERR_CONNECTION", "ERR_INTERNET", "ERR_EMPTY", "ERR_SOCKET", "htmx:", ": 401", "Error Code 401"):
        watch.allow(part)
    context = open_context()
    context.add_cookies([cookie_of(rep, server)])
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{server.url}/orders/new/?customer={customer.pk}")
    type_while_everything_goes_wrong(page, server)
    page.close()
    server.kill()
    server.start()
    again = context.new_page()
    again.goto(f"{server.url}/orders/new/")
    again.get_by_role("button", name="恢复").click()
    expect(again.get_by_label("备注")).to_have_value(REMARKS)
    expect(cell(again, 30, "商品")).to_have_value("零件 30")
    again.keyboard.press("Control+s")
    expect(again.locator("#messages")).to_contain_text("已保存")
    lines = Order.objects.get().lines.order_by("position")
    typed = [(f"零件 {n}", Decimal(n), Decimal(n * 10)) for n in range(1, 31)]
    assert [(line.name, line.quantity, line.unit_price) for line in lines] == typed
    assert Order.objects.get().remarks == REMARKS
