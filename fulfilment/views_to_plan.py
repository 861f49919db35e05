"""The first tab of the shipment list: the orders that still have to be put into a shipment, the most pressing first."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.requests import PersonRequest
from core.columns import Column, DueColumn, GradedColumn, LinkColumn, StatusColumn
from core.keyset import COUNT_CAP, counts_up_to
from core.listing import ListPage
from fulfilment.filters import statuses
from fulfilment.worklist import to_be_planned
from orders.columns import promised
from orders.matching import orders_matching
from orders.models import Order

#: What stands in the address, in the place of a shipment's status.
TO_PLAN = "to_plan"
LABEL = _("To be planned")
_READ = (
    *("number", "grade", "customer_name", "promised_date", "status", "delivery_status", "signed_off_on"),
    *("released_at", "delivery_method"),
)


def to_plan_tab(user: User, count: tuple[int, bool] | None = None) -> dict[str, Any]:
    """The tab with its count: how many there are, and whether more than that."""
    is_open = count is not None
    found, capped = count or counts_up_to([to_be_planned(user)], COUNT_CAP)[0]
    return {
        "label": LABEL,
        "query": f"status={TO_PLAN}",
        "active": is_open,
        "count": found,
        "capped": capped,
        "red": bool(found),
    }


class ToPlanFilter(django_filters.FilterSet):
    """Search; another status leads to the shipments."""

    q = django_filters.CharFilter(method="by_text", label=_("Search"))
    status = django_filters.ChoiceFilter(
        choices=lambda: [(TO_PLAN, LABEL), *statuses()], method="by_status", label=_("Status"), empty_label=_("Status")
    )

    class Meta:
        model = Order
        fields: list[str] = []

    def by_text(self, queryset, name, value):
        return orders_matching(queryset, value)

    def by_status(self, queryset, name, value):
        return queryset


class OrdersToPlan(ListPage):
    """What waits for a shipment: released orders of which something is to be sent and nothing is packed."""

    request: PersonRequest

    filterset_class = ToPlanFilter
    default_sort = "promised_date"
    search_hint = _("Order number, customer, pinyin initials")
    columns: tuple[Column, ...] = (
        LinkColumn("number", _("Order number"), str, css="card-top text-nowrap"),
        GradedColumn("customer", _("Customer"), lambda row: (row.grade, row.customer_name), css="card-middle"),
        Column("method", _("Delivery method"), lambda row: row.get_delivery_method_display(), css="only-desk"),
        DueColumn("promised", _("Promised"), promised, css="card-middle-end text-nowrap", card_label=_("Delivery")),
        StatusColumn(
            "delivery", _("Fulfilment"), lambda row: (row.delivery_family, row.delivery_label), css="card-foot"
        ),
    )

    def get_queryset(self) -> QuerySet[Order]:
        return to_be_planned(self.request.user).only(*_READ)

    def sort(self) -> str:
        """There is one order: what was promised first."""
        return self.default_sort

    def url_of(self, row) -> str:
        return reverse("fulfilment:delivery", args=[row.pk])
