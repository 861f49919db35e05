"""What is kept of a month: one declaration per kind of record, for the canonical rows and the workbook alike.

Rows name things as people do (numbers, names), never by ids: the same month has the same rows in every database.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from analytics.models import Archive, ArchiveRow
from analytics.months import Month
from approvals.models import Decision
from customers.models import Customer
from fulfilment.models import Shipment
from orders.models import Order, OrderLine, Receipt
from orders.statuses import UNDER_REVIEW, Status

_AT_ONCE = 2000
Row = tuple[int, dict[str, Any]]


@dataclass(frozen=True)
class Column:
    """One field of a row: its key, the column it comes from, its heading, and its kind as in ``core.workbook``.

    Only plain columns: what a database computes it writes in its own way.

    ``labels`` are the words for the keys of a choice.
    """

    key: str
    source: str
    label: Any
    kind: str = "text"
    labels: Callable[[], dict] | None = None


@dataclass(frozen=True)
class Section:
    """One kind of record: the query for a month's records in their order, their columns, and which are summed up."""

    key: str
    label: Any
    query: Callable[[Month], QuerySet]
    columns: tuple[Column, ...]
    sums: tuple[str, ...] = ()

    def rows(self, month: Month) -> Iterator[Row]:
        """Id and values of each of the month's records."""
        return self.rows_in(self.query(month))

    def rows_in(self, query: QuerySet) -> Iterator[Row]:
        """Id and values of each record of a query for such records."""
        keys = [column.key for column in self.columns]
        found = query.values_list("pk", *(column.source for column in self.columns))
        for pk, *values in found.iterator(chunk_size=_AT_ONCE):
            yield pk, dict(zip(keys, values, strict=True))


def _choices(model, field: str) -> Callable[[], dict]:
    return lambda: {key: str(label) for key, label in model._meta.get_field(field).flatchoices}


def dated_in(field: str, month: Month) -> Q:
    """Whose day lies in the month."""
    return Q(**{f"{field}__gte": month.first, f"{field}__lt": month.shifted(1).first})


def booked_in(month: Month) -> QuerySet[Order]:
    """The effective orders booked in the month."""
    return Order.objects.effective().filter(dated_in("booking_date", month))


def _orders(month: Month) -> QuerySet:
    return booked_in(month).order_by("booking_date", "pk")


def _lines(month: Month) -> QuerySet:
    lines = OrderLine.objects.filter(revision=F("order__revision"), order__in=booked_in(month))
    return lines.order_by("order__booking_date", "order_id", "position")


def _decisions(month: Month) -> QuerySet:
    decisions = Decision.objects.filter(round__order__in=booked_in(month))
    return decisions.order_by("round__order__booking_date", "round__order_id", "pk")


def _receipts(month: Month) -> QuerySet:
    return Receipt.objects.filter(dated_in("received_on", month)).order_by("received_on", "pk")


def _shipments(month: Month) -> QuerySet:
    return Shipment.objects.filter(dated_in("shipped_on", month) | dated_in("signed_on", month)).order_by(
        "shipped_on", "pk"
    )


def _customers(month: Month) -> QuerySet:
    sources = (booked_in(month).values("customer"), _receipts(month).order_by().values("customer"))
    of_shipments = _shipments(month).order_by().values("order__customer")
    concerned = Q(pk__in=sources[0]) | Q(pk__in=sources[1]) | Q(pk__in=of_shipments)
    return Customer.objects.filter(concerned).order_by("pk")


def _carried_over(month: Month) -> QuerySet:
    approved = Q(status=Status.APPROVED, booking_date__lte=month.last)
    under_review = Q(status__in=UNDER_REVIEW, order_date__lte=month.last)
    return Order.objects.filter(approved | under_review).order_by("order_date", "pk")


def _adjustments(month: Month) -> QuerySet:
    """Orders that stand in the archive of an earlier month and were cancelled in this one."""
    earlier = Archive.objects.filter(period__first_day__lt=month.first).values("period")
    kept = ArchiveRow.objects.filter(section=ORDERS.key, period__in=earlier).values("subject_id")
    in_month = Q(status_since__date__range=(month.first, month.last))
    cancelled = Order.objects.filter(in_month, status=Status.CANCELLED, booking_date__lt=month.first)
    return cancelled.filter(pk__in=kept).order_by("status_since", "pk")


_NUMBER = Column("number", "number", _("Order number"))
_ORDER = Column("order", "order__number", _("Order number"))
_CUSTOMER = (
    Column("customer", "customer__number", _("Customer number")),
    Column("customer_name", "customer__name", _("Customer")),
)
_NET = Column("net", "net_total", _("Net (元)"), "money")
_STATUS = Column("status", "status", _("Status"), labels=_choices(Order, "status"))
_DELIVERY = Column("delivery", "delivery_status", _("Delivery"), labels=_choices(Order, "delivery_status"))

ORDERS = Section(
    "orders",
    _("Orders"),
    _orders,
    (
        _NUMBER,
        Column("revision", "revision", _("Revision"), "quantity"),
        *_CUSTOMER,
        Column("grade", "grade", _("Grade")),
        Column("province", "province", _("Province")),
        Column("order_date", "order_date", _("Order date"), "date"),
        Column("booking_date", "booking_date", _("Booking date"), "date"),
        Column("first_promised_date", "first_promised_date", _("Promised"), "date"),
        Column("signed_off_on", "signed_off_on", _("Signed off"), "date"),
        _STATUS,
        _DELIVERY,
        Column("payment", "payment_status", _("Payment"), labels=_choices(Order, "payment_status")),
        Column("sold_by", "sold_by__name", _("Sales representative")),
        Column("team", "sold_team__name", _("Team")),
        Column("payment_terms", "payment_terms__name", _("Payment terms")),
        _NET,
        Column("tax", "tax_total", _("Tax (元)"), "money"),
        Column("gross", "gross_total", _("Total (元)"), "money"),
        Column("received", "received_total", _("Received (元)"), "money"),
        Column("approved_at", "approved_at", _("Approved"), "datetime"),
    ),
    sums=("net", "tax", "gross", "received"),
)

SECTIONS: tuple[Section, ...] = (
    ORDERS,
    Section(
        "lines",
        _("Order lines"),
        _lines,
        (
            _ORDER,
            Column("position", "position", _("Line"), "quantity"),
            Column("product", "product__code", _("Product number")),
            Column("name", "name", _("Product")),
            Column("specification", "specification", _("Specification")),
            Column("category", "product__category__name", _("Category")),
            Column("quantity", "quantity", _("Quantity"), "quantity"),
            Column("unit", "unit", _("Unit")),
            Column("unit_price", "unit_price", _("Unit price (元)"), "price"),
            Column("discount", "discount", _("Discount"), "percent"),
            Column("tax_rate", "tax_rate", _("Tax rate"), "percent"),
            Column("net", "net_amount", _("Net (元)"), "money"),
            Column("tax", "tax_amount", _("Tax (元)"), "money"),
            Column("signed_off_on", "signed_off_on", _("Signed off"), "date"),
        ),
        sums=("net", "tax"),
    ),
    Section(
        "decisions",
        _("Review decisions"),
        _decisions,
        (
            Column("order", "round__order__number", _("Order number")),
            Column("round", "round__number", _("Round"), "quantity"),
            Column("stage", "stage", _("Stage"), labels=_choices(Decision, "stage")),
            Column("verdict", "verdict", _("Decision"), labels=_choices(Decision, "verdict")),
            Column("by", "by__name", _("Decided by")),
            Column("at", "at", _("Time"), "datetime"),
            Column("note", "note", _("Note")),
            Column("checks", "checks", _("Checks"), "checks"),
        ),
    ),
    Section(
        "receipts",
        _("Receipts"),
        _receipts,
        (
            Column("received_on", "received_on", _("Received on"), "date"),
            *_CUSTOMER,
            Column("amount", "amount", _("Amount (元)"), "money"),
            Column("method", "method", _("Method"), labels=_choices(Receipt, "method")),
            Column("bank_reference", "bank_reference", _("Bank reference")),
            Column("payer", "payer", _("Payer")),
            Column("note", "note", _("Note")),
            Column("reverses", "reverses__bank_reference", _("Reverses")),
            Column("recorded_by", "recorded_by__name", _("Recorded by")),
        ),
        sums=("amount",),
    ),
    Section(
        "shipments",
        _("Shipments"),
        _shipments,
        (
            _ORDER,
            Column("sequence", "sequence", _("Shipment"), "quantity"),
            Column("status", "status", _("Status"), labels=_choices(Shipment, "status")),
            Column("carrier", "carrier__name", _("Carrier")),
            Column("tracking_number", "tracking_number", _("Tracking number")),
            Column("shipped_on", "shipped_on", _("Shipped on"), "date"),
            Column("expected_on", "expected_on", _("Expected arrival"), "date"),
            Column("signed_on", "signed_on", _("Signed off on"), "date"),
            Column("signed_by", "signed_by", _("Signed by")),
        ),
    ),
    Section(
        "customers",
        _("Customers"),
        _customers,
        (
            Column("number", "number", _("Customer number")),
            Column("name", "name", _("Customer")),
            Column("grade", "grade", _("Grade")),
            Column("industry", "industry", _("Industry")),
            Column("province", "province", _("Province")),
            Column("city", "city", _("City")),
            Column("owner", "owner__name", _("Owner")),
            Column("team", "team__name", _("Team")),
        ),
    ),
    Section(
        "open",
        _("Carried over"),
        _carried_over,
        (
            _NUMBER,
            *_CUSTOMER,
            Column("order_date", "order_date", _("Order date"), "date"),
            Column("promised_date", "promised_date", _("Promised"), "date"),
            _STATUS,
            _DELIVERY,
            _NET,
            Column("gross", "gross_total", _("Total (元)"), "money"),
            Column("received", "received_total", _("Received (元)"), "money"),
        ),
        sums=("net", "gross", "received"),
    ),
    Section(
        "adjustments",
        _("Adjustments"),
        _adjustments,
        (
            _NUMBER,
            *_CUSTOMER,
            Column("booking_date", "booking_date", _("Booking date"), "date"),
            Column("cancelled_at", "status_since", _("Cancelled"), "datetime"),
            Column("net", "net_total", _("Net no longer booked (元)"), "money"),
        ),
        sums=("net",),
    ),
)
BY_KEY = {section.key: section for section in SECTIONS}
