"""A link without a single place to break it, and a text of 5,000 characters, break no page and no paper."""

import pytest
from playwright.sync_api import Page

from analytics.figures.months import Month
from analytics.report.services import keep_content, save_words
from core.events import record
from core.sentences import stored_sentence
from orders.statuses import Status
from tests.browser.hands import DESK, PHONE
from tests.factories import CustomerFactory, make_order

pytestmark = pytest.mark.browser

LINK = "https://drawings.example.com/share/" + "a" * 150
A4 = {"width": 720, "height": 1000}  # as Chromium lays a sheet out before it prints it
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
PAGES = [("", DESK), ("", PHONE), ("review/", DESK), ("review/", PHONE), ("timeline/", PHONE), ("print/", A4)]


def too_wide(page: Page, watch, address: str, viewport: dict) -> int:
    """By how many pixels a page is wider than its window."""
    page.set_viewport_size(viewport)
    page.goto(address)
    watch.wait_until_quiet(page)
    return page.evaluate(WIDER)


def test_a_link_of_200_characters_and_a_long_text_break_no_page(page_of, rep, manager, watch):
    customer = CustomerFactory(owner=rep, team=rep.team)
    words = {"special_requirements": LINK, "liability_clauses": LINK, "remarks": "很长的备注" * 1000}
    order = make_order(customer=customer, status=Status.MANAGER_REVIEW, delivery_address=LINK[:200], **words)
    record(order, "send_back", by=manager, note=LINK)
    page, address = page_of(rep), f"/orders/{order.pk}/"
    found = {(path, size["width"]): too_wide(page, watch, address + path, size) for path, size in PAGES}
    assert {where: pixels for where, pixels in found.items() if pixels > 0} == {}
    page.goto(address)
    watch.wait_until_quiet(page)
    page.get_by_text("展开全文").click()
    assert page.get_by_text("很长的备注" * 1000).is_visible()


WORD = "Sondermaschinengrossteilefertigungen" * 3


@pytest.fixture
def month(finance) -> Month:
    """A month whose report found something about long words, on which somebody has commented with others."""
    rows = [{"kind": "order", "pk": 0, "label": WORD, "detail": stored_sentence(WORD)}]
    finding = {"key": "a", "code": "a", "severity": "bad", "text": stored_sentence(WORD)}
    finding |= {"advice": stored_sentence(WORD), "rows": rows, "listing": []}
    delays = [{"of": stored_sentence(WORD), "late": 1, "lines": 2}]
    month = Month.current()
    content = {"as_of": str(month.first), "figures": [], "delays": delays, "findings": [finding], "gone": []}
    report = keep_content(month=month, content=content, by=finance)
    save_words(report=report, summary=LINK, comments={"a": LINK}, version=report.version, by=finance)
    return month


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_long_words_break_no_report(page_of, finance, watch, month, viewport):
    assert too_wide(page_of(finance), watch, f"/analytics/{month}/report/", viewport) <= 0
