"""The side navigation as data, and what else every page's frame needs.

An entry is shown when its page exists and the person may use it, as the app's ``rights.py`` says; what waits behind it
is loaded afterwards by ``navigation_counts``, so that no page pays for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rights import may_administer, works_here
from agreements.rights import may_read_agreements
from analytics.rights import may_read_archive, may_see_figures
from approvals.rights import may_review
from billing.rights import may_read_money
from care.rights import may_care
from core.rights import may_check_history, may_import
from customers.rights import may_read_customers
from fulfilment.rights import follows_shipments, may_plan
from grading.rights import may_decide
from orders.rights import may_read_orders, writes_orders_daily
from products.rights import uses_catalogue
from requirements.rights import may_read_requirements

CHINESE = {"code": "zh-hans", "tag": "zh-Hans", "label": "中文", "short": "中"}
ENGLISH = {"code": "en", "tag": "en", "label": "English", "short": "EN"}

TOP, SALES, DELIVERY, FINANCE = "", _("Sales"), _("Delivery"), _("Finance")
ANALYSIS, SETUP = _("Analysis"), _("Setup")


@dataclass(frozen=True)
class Entry:
    """One page in the navigation. ``on_phone`` puts it into the bottom bar, which has room for four and "more"."""

    label: str | Promise
    url_name: str
    icon: str
    allowed: Callable[[Any], bool]
    group: str | Promise = TOP
    on_phone: bool = False
    count_key: str = ""
    # The pages on which it is the active one, where these are not all of its app.
    pages: tuple[str, ...] = ()

    @property
    def namespace(self) -> str:
        return self.url_name.rpartition(":")[0]

    def is_for(self, match) -> bool:
        """Whether it is the active one on the page of this resolver match."""
        if self.pages or not self.namespace:
            return match.view_name in (*self.pages, self.url_name)
        return match.namespace == self.namespace


RECEIVABLE_PAGES = ("billing:receivables-by-rep", "billing:owing", "billing:statement")
RECEIPT_PAGES = ("billing:receipt", "billing:new-receipt")
REFUND_PAGES = ("billing:refund", "billing:new-refund")

ENTRIES = (
    Entry(_("My worklist"), "worklist", "list-check", works_here, on_phone=True, count_key="worklist"),
    Entry(_("Reviews"), "approvals:queue", "rubber-stamp", may_review, on_phone=True, count_key="reviews"),
    Entry(_("Customers"), "customers:list", "users", may_read_customers, SALES, on_phone=True),
    Entry(
        _("Requirements"),
        "requirements:list",
        "clipboard-text",
        may_read_requirements,
        SALES,
        count_key="requirements",
    ),
    Entry(_("Visits"), "care:visit-list", "calendar", may_care, SALES),
    Entry(_("Grades"), "grading:list", "star", may_decide, SALES, count_key="grades"),
    Entry(_("Orders"), "orders:list", "file-invoice", may_read_orders, SALES, on_phone=True),
    Entry(_("Price agreements"), "agreements:list", "tag", may_read_agreements, SALES, count_key="agreements"),
    Entry(_("Products"), "products:list", "package", uses_catalogue, SALES),
    # A phone's bottom bar has room for it only where reviews and customers take none.
    Entry(_("Shipping"), "fulfilment:list", "truck-delivery", may_plan, DELIVERY, True, count_key="shipments"),
    Entry(_("Shipping"), "fulfilment:list", "truck-delivery", follows_shipments, DELIVERY, count_key="shipments"),
    Entry(_("Receivables"), "billing:receivables", "coins", may_read_money, FINANCE, pages=RECEIVABLE_PAGES),
    Entry(_("Receipts"), "billing:receipt-list", "cash", may_read_money, FINANCE, pages=RECEIPT_PAGES),
    Entry(_("Refunds"), "billing:refund-list", "arrow-back-up", may_read_money, FINANCE, pages=REFUND_PAGES),
    Entry(_("Dashboard"), "analytics:latest", "chart-bar", may_see_figures, ANALYSIS),
    Entry(_("Archive"), "archive:list", "archive", may_read_archive, ANALYSIS),
    Entry(_("Import"), "imports", "upload", may_import, SETUP),
    Entry(_("History check"), "history", "shield-check", may_check_history, SETUP),
    Entry(_("Administration"), "admin:index", "settings", may_administer, SETUP),
)


def url_or_nothing(url_name: str) -> str:
    """The page's address, or an empty string while the page does not exist."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def navigation_for(user: User, match=None) -> list[dict]:
    """Groups of entries for this person: ``[{"label", "entries": [{"label", "url", "icon", "active", …}]}]``.

    ``match`` is the request's resolver match; the entry of the same app (or the very page) is the active one.
    """
    groups: dict[str | Promise, list[dict]] = {}
    for entry in ENTRIES:
        url = url_or_nothing(entry.url_name)
        if not url or not entry.allowed(user):
            continue
        here = match is not None and entry.is_for(match)
        link = {
            "label": entry.label,
            "url": url,
            "icon": entry.icon,
            "active": bool(here),
            "on_phone": entry.on_phone,
            "count_key": entry.count_key,
        }
        groups.setdefault(entry.group, []).append(link)
    return [{"label": label, "entries": entries} for label, entries in groups.items()]


def frame(request) -> dict:
    """Context processor: everything that ``base.html`` shows around a page."""
    user = getattr(request, "user", None)
    chinese = (get_language() or "").startswith("zh")
    context = {
        "page_language": "zh-Hans" if chinese else "en",
        "other_language": ENGLISH if chinese else CHINESE,
    }
    if user is None or not user.is_authenticated:
        return context
    return context | {
        "navigation": navigation_for(user, getattr(request, "resolver_match", None)),
        "home_url": url_or_nothing("worklist"),
        "search_url": url_or_nothing("search"),
        "counts_url": url_or_nothing("navigation-counts"),
        "new_order_url": url_or_nothing("orders:new") if writes_orders_daily(user) else "",
    }
