"""The side navigation as data, and what else every page's frame needs.

An entry is shown when its page exists and the person's role uses it; what waits behind it is loaded afterwards by
``navigation_counts``, so that no page pays for it.
"""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role

EVERYBODY = frozenset(Role)
DECIDERS = frozenset({Role.REP, Role.MANAGER, Role.FINANCE})
CUSTOMER_ROLES = frozenset({Role.REP, Role.MANAGER, Role.FINANCE, Role.SERVICE, Role.ADMIN})
PRODUCT_ROLES = frozenset({Role.REP, Role.MANAGER, Role.FINANCE, Role.OPERATIONS, Role.ADMIN})
ARCHIVE_ROLES = frozenset({Role.MANAGER, Role.FINANCE, Role.ADMIN})
FIGURE_ROLES = frozenset({Role.REP, Role.MANAGER, Role.FINANCE, Role.ADMIN})
ORDER_MAKERS = frozenset({Role.REP})
SHIPPERS = frozenset({Role.OPERATIONS})
FOLLOWERS = frozenset({Role.REP, Role.MANAGER, Role.FINANCE, Role.ADMIN})

CHINESE = {"code": "zh-hans", "tag": "zh-Hans", "label": "中文", "short": "中"}
ENGLISH = {"code": "en", "tag": "en", "label": "English", "short": "EN"}

TOP, SALES, DELIVERY, ANALYSIS, SETUP = "", _("Sales"), _("Delivery"), _("Analysis"), _("Setup")


@dataclass(frozen=True)
class Entry:
    """One page in the navigation. ``on_phone`` puts it into the bottom bar, which has room for four and "more"."""

    label: str | Promise
    url_name: str
    icon: str
    roles: frozenset
    group: str | Promise = TOP
    on_phone: bool = False
    count_key: str = ""

    @property
    def namespace(self) -> str:
        return self.url_name.rpartition(":")[0]


ENTRIES = (
    Entry(_("My worklist"), "worklist", "list-check", EVERYBODY, on_phone=True, count_key="worklist"),
    Entry(_("Reviews"), "approvals:queue", "rubber-stamp", DECIDERS, on_phone=True, count_key="reviews"),
    Entry(_("Customers"), "customers:list", "users", CUSTOMER_ROLES, SALES, on_phone=True),
    Entry(_("Orders"), "orders:list", "file-invoice", EVERYBODY, SALES, on_phone=True),
    Entry(_("Products"), "products:list", "package", PRODUCT_ROLES, SALES),
    # A phone's bottom bar has room for it only where reviews and customers take none.
    Entry(_("Shipping"), "fulfilment:list", "truck-delivery", SHIPPERS, DELIVERY, True, count_key="shipments"),
    Entry(_("Shipping"), "fulfilment:list", "truck-delivery", FOLLOWERS, DELIVERY, count_key="shipments"),
    Entry(_("Dashboard"), "analytics:latest", "chart-bar", FIGURE_ROLES, ANALYSIS),
    Entry(_("Archive"), "archive:list", "archive", ARCHIVE_ROLES, ANALYSIS),
    Entry(_("Import"), "imports", "upload", frozenset({Role.MANAGER}), SETUP),
    Entry(_("Administration"), "admin:index", "settings", frozenset({Role.ADMIN}), SETUP),
)


def url_or_nothing(url_name: str) -> str:
    """The page's address, or an empty string while the page does not exist."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def navigation_for(user, match=None) -> list[dict]:
    """Groups of entries for this person: ``[{"label", "entries": [{"label", "url", "icon", "active", …}]}]``.

    ``match`` is the request's resolver match; the entry of the same app (or the very page) is the active one.
    """
    groups: dict[str | Promise, list[dict]] = {}
    for entry in ENTRIES:
        url = url_or_nothing(entry.url_name)
        if url and getattr(user, "role", "") in entry.roles:
            groups.setdefault(entry.group, []).append(_item(entry, url, match))
    return [{"label": label, "entries": entries} for label, entries in groups.items()]


def _item(entry: Entry, url: str, match) -> dict:
    return {
        "label": entry.label,
        "url": url,
        "icon": entry.icon,
        "active": _is_active(entry, match),
        "on_phone": entry.on_phone,
        "count_key": entry.count_key,
    }


def _is_active(entry: Entry, match) -> bool:
    if match is None:
        return False
    return match.namespace == entry.namespace if entry.namespace else match.view_name == entry.url_name


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
    return context | _frame_of(user, getattr(request, "resolver_match", None))


def _frame_of(user, match) -> dict:
    return {
        "navigation": navigation_for(user, match),
        "home_url": url_or_nothing("worklist"),
        "search_url": url_or_nothing("search"),
        "counts_url": url_or_nothing("navigation-counts"),
        "new_order_url": url_or_nothing("orders:new") if user.role in ORDER_MAKERS else "",
    }
