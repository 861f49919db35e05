"""Every page there is, and who is sent to look at it. A new page gets a line here; a test asks for it."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from analytics.months import Month
from tests.browser.world import ARCHIVED, LAST_MONTH, SIGNED, World, page_of

Where = Callable[[World], str]


@dataclass(frozen=True)
class Visit:
    """One page as one person sees it: its name (of the pictures too), the login, the address, and what is done there.

    ``readme`` names a picture that is kept for the README, as in ``docs/images``. ``status`` is the answer that is to
    come. A page that is not ``ours`` is one of Django's administration: its words are not judged.
    """

    name: str
    login: str
    where: Where
    do: Callable[[Page], None] | None = None
    readme: str = ""
    status: int = 200
    ours: bool = True

    def __str__(self) -> str:
        return self.name


def at(name: str, *about, query: str = "") -> Where:
    """A page that is about nothing in particular, or always about the same."""
    return lambda world: page_of(name, *about, query=query)


def order(name: str, status: str, **more) -> Where:
    """A page about an order in that status."""
    return lambda world: page_of(name, world.order(status, **more))


def shipment(name: str, status: str) -> Where:
    return lambda world: page_of(name, world.shipment(status))


def brought(name: str) -> Where:
    """The dry run of a workbook."""
    return lambda world: world.imported(name).get_absolute_url()


#: The page's largest form, past what the browser itself would refuse.
SEND = """
() => {
  const forms = [...document.querySelectorAll("main form, body > * form")].filter((form) => form.method === "post");
  forms.sort((one, other) => other.elements.length - one.elements.length);
  forms[0].noValidate = true;
  forms[0].requestSubmit();
}
"""


def send(page: Page) -> None:
    """Sends the form as it is, which is refused."""
    with page.expect_navigation():
        page.evaluate(SEND)


def open_menus(page: Page) -> None:
    for summary in page.locator(".ph details.menu > summary").all():
        summary.click()


def open_details(page: Page) -> None:
    for summary in page.locator("main details:not([open]) > summary").all():
        summary.click()


def verify(page: Page) -> None:
    with page.expect_navigation():
        page.locator("#archive-verify").click()


def sign_without_words(page: Page) -> None:
    page.locator("#report-sign").click()
    with page.expect_navigation():
        page.locator("[data-confirm-yes]").click()


def search_while_typing(page: Page) -> None:
    page.locator(".top input[type=search]").press_sequentially("海雅")
    page.locator("#search-hits a").first.wait_for()


def open_shortcuts(page: Page) -> None:
    page.keyboard.press("?")


VISITS = (
    Visit("login", "", at("login")),
    Visit("login-refused", "", at("login"), do=lambda page: log_in_wrongly(page)),
    Visit("password", "rep1", at("password-change")),
    Visit("password-refused", "rep1", at("password-change"), do=send),
    Visit("not-found", "rep1", lambda world: "/orders/999999/", status=404),
    Visit("forbidden", "operations1", at("customers:list"), status=403),
    # The frame, home, search, bell, jobs, imports
    Visit("worklist", "rep1", at("worklist"), readme="worklist"),
    Visit("worklist-manager", "manager1", at("worklist")),
    Visit("worklist-finance", "finance1", at("worklist")),
    Visit("worklist-operations", "operations1", at("worklist")),
    Visit("worklist-service", "service1", at("worklist")),
    Visit("worklist-admin", "admin", at("worklist")),
    Visit("shortcuts", "rep1", at("worklist"), do=open_shortcuts),
    Visit("search", "rep1", at("search", query="?q=h")),
    Visit("search-hits", "finance1", at("search", query="?q=海雅")),
    Visit("search-typing", "finance1", at("worklist"), do=search_while_typing),
    Visit("messages", "rep1", at("messages")),
    Visit("messages-none", "service1", at("messages")),
    Visit("jobs", "rep1", at("jobs")),
    Visit("jobs-none", "service1", at("jobs")),
    Visit("job", "finance1", lambda world: page_of("job", world.job("export"))),
    Visit("imports", "manager1", at("imports")),
    Visit("import-start", "manager1", at("import-start", "orders")),
    Visit("import-start-customers", "manager1", at("import-start", "customers")),
    Visit("import-start-products", "manager1", at("import-start", "products")),
    Visit("import-refused", "manager1", at("import-start", "customers"), do=send),
    Visit("import-ready", "manager1", brought("产品.xlsx"), do=open_details),
    Visit("import-problems", "manager1", brought("有问题.xlsx"), readme="import"),
    Visit("import-columns", "manager1", brought("别的表头.xlsx")),
    Visit("import-customers", "manager1", brought("客户.xlsx"), do=open_details),
    Visit("import-orders", "manager1", brought("历史订单.xlsx"), do=open_details),
    Visit("import-done", "manager1", brought("已导入.xlsx")),
    # Customers and products
    Visit("customers", "rep1", at("customers:list")),
    Visit("customers-service", "service1", at("customers:list")),
    Visit("customers-unassigned", "manager1", at("customers:unassigned")),
    Visit("customer-new", "rep1", at("customers:new")),
    Visit("customer-refused", "manager1", at("customers:new"), do=send),
    Visit("customer", "rep1", lambda world: page_of("customers:detail", world.customer())),
    Visit("customer-menus", "manager1", lambda world: page_of("customers:detail", world.customer()), do=open_menus),
    Visit("customer-edit", "rep1", lambda world: page_of("customers:edit", world.customer())),
    Visit("products", "rep1", at("products:list")),
    Visit("products-nothing", "operations1", at("products:list", query="?q=没有这个")),
    Visit("product", "operations1", lambda world: page_of("products:detail", world.product())),
    # Orders
    Visit("orders", "manager1", at("orders:list"), readme="orders"),
    Visit("orders-operations", "operations1", at("orders:list")),
    Visit("order-entry-empty", "rep1", at("orders:new")),
    Visit("order-entry-new", "rep1", lambda world: page_of("orders:new", query=f"?customer={world.customer().pk}")),
    Visit("order-entry", "rep1", order("orders:edit", "draft", sent_back=False), readme="order-entry"),
    Visit("order-entry-sent-back", "rep1", order("orders:edit", "draft", sent_back=True)),
    Visit("order-entry-refused", "rep1", at("orders:new"), do=send),
    Visit("order-draft", "rep1", order("orders:detail", "draft"), do=open_menus),
    Visit("order", "rep1", order("orders:detail", "approved"), readme="order"),
    Visit("order-operations", "operations1", order("orders:detail", "approved")),
    Visit("order-completed", "finance1", order("orders:detail", "completed")),
    Visit("order-cancelled", "manager1", order("orders:detail", "cancelled")),
    Visit("order-timeline", "rep1", order("orders:timeline", "approved")),
    Visit("order-print", "rep1", order("orders:print", "approved")),
    Visit("order-print-draft", "rep1", order("orders:print", "draft")),
    Visit("receipts", "finance1", order("orders:receipts", "approved")),
    Visit("receipts-refused", "finance1", order("orders:receipts", "finance_review"), do=send),
    Visit("receipts-rep", "rep1", order("orders:receipts", "approved")),
    # Review
    Visit("queue", "manager1", at("approvals:queue"), readme="queue"),
    Visit("queue-finance", "finance1", at("approvals:queue")),
    Visit("queue-nothing", "rep1", at("approvals:queue", query="?q=没有这个")),
    Visit("review-rep", "rep1", lambda world: page_of("approvals:review", world.waiting_order())),
    Visit("review", "manager1", lambda world: page_of("approvals:review", world.waiting_order()), readme="review"),
    Visit("review-finance", "finance1", lambda world: page_of("approvals:review", world.waiting_order())),
    Visit("review-past", "rep1", order("approvals:review", "approved")),
    # Fulfilment
    Visit("delivery", "operations1", order("fulfilment:delivery", "approved")),
    Visit("delivery-rep", "rep1", order("fulfilment:delivery", "approved")),
    Visit("shipments", "operations1", at("fulfilment:list")),
    Visit("shipments-rep", "rep1", at("fulfilment:list")),
    Visit("shipment-packing", "operations1", shipment("fulfilment:detail", "packing"), do=open_menus),
    Visit("shipment-signed", "finance1", shipment("fulfilment:detail", "signed_off")),
    Visit("shipment-transport", "operations1", shipment("fulfilment:transport", "packing")),
    Visit("shipment-print", "operations1", shipment("fulfilment:print", "shipped")),
    Visit("sign-off", "operations1", shipment("fulfilment:sign-off", "shipped")),
    Visit("sign-off-refused", "operations1", shipment("fulfilment:sign-off", "shipped"), do=send),
    # Figures
    Visit("dashboard", "manager1", at("analytics:month", LAST_MONTH), readme="dashboard"),
    Visit("dashboard-running", "rep1", at("analytics:month", Month.current())),
    Visit("dashboard-empty", "finance1", at("analytics:month", "2001-01")),
    Visit("figures-orders", "manager1", at("analytics:orders", query=f"?month={LAST_MONTH}")),
    Visit("figures-lines", "finance1", at("analytics:lines", query=f"?month={LAST_MONTH}")),
    Visit("figures-customers", "rep1", at("analytics:customers", query=f"?month={LAST_MONTH}")),
    Visit("report", "manager1", at("report:month", LAST_MONTH)),
    Visit("report-reader", "finance1", at("report:month", LAST_MONTH)),
    Visit("report-refused", "manager1", at("report:month", LAST_MONTH), do=sign_without_words),
    Visit("report-signed", "manager1", at("report:month", SIGNED)),
    Visit("report-signed-print", "manager1", at("report:print", SIGNED)),
    Visit("report-none", "finance1", at("report:month", LAST_MONTH.shifted(-3))),
    Visit("report-print", "manager1", at("report:print", LAST_MONTH)),
    Visit("archive", "finance1", at("archive:list")),
    Visit("archive-month", "finance1", at("archive:month", LAST_MONTH)),
    Visit("archive-running", "manager1", at("archive:month", Month.current())),
    Visit("archive-kept", "finance1", at("archive:month", ARCHIVED)),
    Visit("archive-verified", "finance1", at("archive:month", ARCHIVED), do=verify),
    # Reference data
    Visit("admin", "admin", at("admin:index"), ours=False),
    Visit("targets", "admin", at("admin:analytics_salestarget_changelist"), ours=False),
    Visit("target-new", "admin", at("admin:analytics_salestarget_add"), ours=False),
)


def log_in_wrongly(page: Page) -> None:
    page.locator("[name=username]").fill("rep1")
    page.locator("[name=password]").fill("wrong")
    send(page)
