"""Every page there is, and who is sent to look at it. A new page gets a line here; a test asks for it."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from accounts.models import User
from analytics.figures.months import Month
from orders.links import QUOTATION
from tests.browser.world import ARCHIVED, LAST_MONTH, NEWCOMER, SIGNED, World, page_of

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


def requirement(name: str, status: str) -> Where:
    return lambda world: page_of(name, world.requirement(status=status))


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


def send_empty(page: Page) -> None:
    """Sends the form without its day, which is refused."""
    page.locator("#id_valid_until").fill("")
    send(page)


def open_menus(page: Page) -> None:
    for summary in page.locator(".ph details.menu > summary").all():
        summary.click()


def open_details(page: Page) -> None:
    closed = page.locator("main details:not([open]) > summary:visible")
    for _n in range(closed.count()):
        closed.first.click()  # one less is closed then


def open_giving(page: Page) -> None:
    page.locator(".give-away > summary").click()


def of_rep(world: World) -> World:
    """The same for a representative, where nobody is logged in."""
    return World(User.objects.get(username="rep1"))


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


def receipt_of(customer) -> str:
    return page_of("billing:new-receipt", query=f"?customer={customer.pk}")


def refund_to(customer) -> str:
    return page_of("billing:new-refund", query=f"?customer={customer.pk}")


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
    Visit("grades", "manager1", at("grading:list")),
    Visit("grades-decided", "finance1", at("grading:list", query="?state=decided")),
    Visit("customers-unassigned", "manager1", at("customers:unassigned")),
    Visit("customer-new", "rep1", at("customers:new")),
    Visit("customer-refused", "manager1", at("customers:new"), do=send),
    Visit("customer", "rep1", lambda world: page_of("customers:detail", world.customer())),
    Visit("customer-menus", "manager1", lambda world: page_of("customers:detail", world.customer()), do=open_menus),
    Visit("customer-edit", "rep1", lambda world: page_of("customers:edit", world.customer())),
    Visit("customers-to-give", "manager1", at("customers:list"), do=open_giving),
    Visit("customer-merge-choose", "manager1", lambda world: page_of("customers:merge", world.customer())),
    Visit("customer-merge", "manager1", lambda world: page_of("customers:merge", world.customer(), query=world.twin())),
    Visit("customers-transfer", "manager1", lambda world: page_of("customers:transfer", query=world.transfer())),
    Visit("visits", "rep1", lambda world: page_of("care:visits", world.customer())),
    Visit("care-plan", "rep1", lambda world: page_of("care:plan", world.customer())),
    Visit("agreements", "manager1", at("agreements:list")),
    Visit("agreements-soon", "rep1", at("agreements:list", query="?state=soon")),
    Visit("agreements-of-one", "manager1", lambda world: page_of("agreements:of-customer", world.agreement().customer)),
    Visit("agreement-new", "manager1", at("agreements:new")),
    Visit("agreement-refused", "manager1", at("agreements:new"), do=send),
    Visit(
        "agreement-renew", "manager1", lambda world: page_of("agreements:new", query=f"?renews={world.agreement().pk}")
    ),
    Visit("agreement-end", "manager1", lambda world: page_of("agreements:end", world.agreement())),
    Visit("file-changes-of-one", "rep1", lambda world: page_of("care:changes", world.customer())),
    Visit("file-changes", "manager1", at("care:change-list")),
    # Requirements
    Visit("requirements", "manager1", at("requirements:list")),
    Visit("requirement-new", "rep1", at("requirements:new")),
    Visit("visits", "manager1", at("care:visit-list")),
    Visit("requirements-lost", "manager1", at("requirements:lost")),
    Visit("requirement-refused", "rep1", at("requirements:new"), do=send),
    Visit("requirement", "rep1", requirement("requirements:detail", "clarifying"), do=open_details),
    Visit("requirement-ordered", "manager1", requirement("requirements:detail", "ordered")),
    Visit("requirement-edit", "rep1", requirement("requirements:edit", "clarifying")),
    Visit("requirement-confirm", "rep1", requirement("requirements:confirm", "clarifying")),
    Visit("requirement-print", "rep1", requirement("requirements:print", "ordered")),
    Visit("quotation", "rep1", lambda world: page_of("orders:quotation", world.quotation())),
    Visit("quotation-new", "rep1", lambda world: page_of("orders:quote", world.quotation().order)),
    Visit("quotation-refused", "rep1", lambda world: page_of("orders:quote", world.quotation().order), do=send_empty),
    Visit("quotation-print", "rep1", lambda world: page_of("orders:quotation-print", world.quotation())),
    Visit("quotation-public", "", lambda world: of_rep(world).public_page(QUOTATION, of_rep(world).quotation())),
    Visit("link", "rep1", lambda world: page_of("link", world.link())),
    Visit("products", "rep1", at("products:list")),
    Visit("products-nothing", "operations1", at("products:list", query="?q=没有这个")),
    Visit("product", "operations1", lambda world: page_of("products:detail", world.product())),
    Visit("product-new", "manager1", at("products:new")),
    Visit("product-refused", "manager1", at("products:new"), do=send),
    Visit("product-edit", "manager1", lambda world: page_of("products:edit", world.product())),
    Visit("product-stock", "operations1", lambda world: page_of("products:adjust", world.product())),
    Visit("categories", "manager1", at("products:categories")),
    Visit("category", "manager1", lambda world: page_of("products:category", world.category())),
    Visit("counts", "operations1", at("products:counts")),
    Visit("count-new", "operations1", at("products:count-new")),
    Visit("count", "operations1", lambda world: page_of("products:count", world.count())),
    Visit("count-print", "operations1", lambda world: page_of("products:count-print", world.count())),
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
    Visit("receipts", "finance1", order("billing:receipts", "approved")),
    Visit("receipts-refused", "finance1", order("billing:receipts", "finance_review"), do=send),
    Visit("receipts-rep", "rep1", order("billing:receipts", "approved")),
    Visit("receipt-list", "finance1", at("billing:receipt-list")),
    Visit("receipt-list-rep", "rep1", at("billing:receipt-list", query="?state=balance")),
    Visit("receipt", "finance1", lambda world: page_of("billing:receipt", world.receipt())),
    Visit("receipt-whose", "finance1", at("billing:new-receipt")),
    Visit("receipt-new", "finance1", lambda world: receipt_of(world.receipt().customer)),
    Visit("receipt-new-refused", "finance1", lambda world: receipt_of(world.receipt().customer), do=send),
    Visit("receivables", "finance1", at("billing:receivables")),
    Visit("receivables-rep", "rep1", at("billing:receivables", query="?age=overdue")),
    Visit("receivables-by-rep", "manager1", at("billing:receivables-by-rep")),
    Visit("owing", "rep1", lambda world: page_of("billing:owing", world.owing())),
    Visit("owing-refused", "rep1", lambda world: page_of("billing:owing", world.owing()), do=send),
    Visit("statement", "finance1", lambda world: page_of("billing:statement", world.owing())),
    Visit("refund-list", "finance1", at("billing:refund-list")),
    Visit("refund", "finance1", lambda world: page_of("billing:refund", world.refund())),
    Visit("refund-new", "finance1", lambda world: refund_to(world.receipt().customer)),
    Visit("refund-new-refused", "finance1", lambda world: refund_to(world.receipt().customer), do=send),
    # Review
    Visit("queue", "manager1", at("approvals:queue"), readme="queue"),
    Visit("queue-finance", "finance1", at("approvals:queue")),
    Visit("queue-nothing", "rep1", at("approvals:queue", query="?q=没有这个")),
    Visit("review-rep", "rep1", lambda world: page_of("approvals:review", world.waiting_order())),
    Visit("review", "manager1", lambda world: page_of("approvals:review", world.waiting_order()), readme="review"),
    Visit("review-finance", "finance1", lambda world: page_of("approvals:review", world.waiting_order())),
    Visit("review-past", "rep1", order("approvals:review", "approved")),
    # Amendments
    Visit("amend", "rep1", lambda world: page_of("approvals:amend", world.unamended_order())),
    Visit("amend-refused", "rep1", lambda world: page_of("approvals:amend", world.unamended_order()), do=send),
    Visit("amendment", "manager1", lambda world: page_of("approvals:amendment", world.amendment("manager_review"))),
    Visit("amendment-in-force", "rep1", lambda world: page_of("approvals:amendment", world.amendment("accepted"))),
    Visit("revision", "rep1", lambda world: page_of("approvals:revision", world.amendment("accepted").order, 1)),
    Visit(
        "revision-compared",
        "rep1",
        lambda world: page_of("approvals:revision", world.amendment("accepted").order, 1, query="?with=2"),
    ),
    Visit(
        "revision-print",
        "rep1",
        lambda world: page_of("approvals:print-revision", world.amendment("accepted").order, 1),
    ),
    # Fulfilment
    Visit("delivery", "operations1", order("fulfilment:delivery", "approved")),
    Visit("delivery-rep", "rep1", order("fulfilment:delivery", "approved")),
    Visit("shipments", "operations1", at("fulfilment:list")),
    Visit("shipments-to-plan", "operations1", at("fulfilment:list", query="?status=to_plan")),
    Visit("shipments-rep", "rep1", at("fulfilment:list")),
    Visit("shipment-packing", "operations1", shipment("fulfilment:detail", "packing"), do=open_menus),
    Visit("shipment-signed", "finance1", shipment("fulfilment:detail", "signed_off")),
    Visit("shipment-transport", "operations1", shipment("fulfilment:transport", "packing")),
    Visit("shipment-print", "operations1", shipment("fulfilment:print", "shipped")),
    Visit("departure", "operations1", shipment("fulfilment:departure", "ready")),
    Visit("correction", "operations1", lambda world: page_of("fulfilment:correction", world.lately_signed())),
    Visit("sign-off", "operations1", shipment("fulfilment:sign-off", "shipped")),
    Visit("sign-off-refused", "operations1", shipment("fulfilment:sign-off", "shipped"), do=send),
    # Figures
    Visit("dashboard", "manager1", at("analytics:month", LAST_MONTH), readme="dashboard"),
    Visit("dashboard-running", "rep1", at("analytics:month", Month.current())),
    Visit("dashboard-empty", NEWCOMER, at("analytics:month", LAST_MONTH)),
    Visit("figures-orders", "manager1", at("analytics:orders", query=f"?month={LAST_MONTH}")),
    Visit("figures-lines", "finance1", at("analytics:lines", query=f"?month={LAST_MONTH}")),
    Visit("figures-customers", "rep1", at("analytics:customers", query=f"?month={LAST_MONTH}")),
    Visit("figures-refunds", "finance1", at("analytics:refunds", query=f"?month={LAST_MONTH}")),
    Visit("figures-requirements", "manager1", at("analytics:requirements", query=f"?month={LAST_MONTH}")),
    Visit("report", "manager1", at("report:month", LAST_MONTH)),
    Visit("report-reader", "finance1", at("report:month", LAST_MONTH)),
    Visit("report-refused", "finance1", at("report:month", LAST_MONTH), do=sign_without_words),
    Visit("report-signed", "manager1", at("report:month", SIGNED)),
    Visit("report-signed-print", "manager1", at("report:print", SIGNED)),
    Visit("report-none", "finance1", at("report:month", LAST_MONTH.shifted(-3))),
    Visit("report-print", "manager1", at("report:print", LAST_MONTH)),
    Visit("archive", "finance1", at("archive:list")),
    Visit("archive-month", "finance1", at("archive:month", LAST_MONTH)),
    Visit("archive-running", "manager1", at("archive:month", Month.current())),
    Visit("archive-kept", "finance1", at("archive:month", ARCHIVED)),
    Visit("archive-verified", "finance1", at("archive:month", ARCHIVED), do=verify),
    # How history proves itself
    Visit("history", "admin", at("history")),
    # Reference data
    Visit("admin", "admin", at("admin:index"), ours=False),
    Visit("targets", "admin", at("admin:analytics_salestarget_changelist"), ours=False),
    Visit("target-new", "admin", at("admin:analytics_salestarget_add"), ours=False),
)


def log_in_wrongly(page: Page) -> None:
    page.locator("[name=username]").fill("rep1")
    page.locator("[name=password]").fill("wrong")
    send(page)
