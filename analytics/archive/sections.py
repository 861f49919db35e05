"""What is kept of a month: one declaration per kind of record, for the canonical rows and the workbook alike.

Rows name things as people do (numbers, names), never by ids: the same month has the same rows in every database.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from analytics.figures.counted_orders import booked, lines_in_force
from analytics.figures.months import Month
from analytics.models import Archive, ArchiveRow
from approvals.models import Amendment, Decision, ShortClosing
from billing.models import Receipt, Refund
from core import columns
from core.columns import DateColumn, MomentColumn, MoneyColumn, PercentColumn, PriceColumn, QuantityColumn, WordsColumn
from customers.models import Customer
from fulfilment.models import Shipment
from orders.models import Order
from orders.statuses import UNDER_REVIEW, Status

_AT_ONCE = 2000
Row = tuple[int, dict[str, Any]]


class ChecksColumn(WordsColumn):
    """The checks of a decision, a line each."""


@dataclass(frozen=True)
class Column:
    """One field of a row: its key, the column it comes from, its heading, and what it is in Excel.

    Only plain columns: what a database computes it writes in its own way.

    ``labels`` are the words for the keys of a choice.
    """

    key: str
    source: str
    label: Any
    cell: type[columns.Column] = columns.Column
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
    return Order.objects.effective().filter(booked(month, month))


def _orders(month: Month) -> QuerySet:
    return booked_in(month).order_by("booking_date", "pk")


def _lines(month: Month) -> QuerySet:
    return lines_in_force().filter(order__in=booked_in(month)).order_by("order__booking_date", "order_id", "position")


def _decisions(month: Month) -> QuerySet:
    decisions = Decision.objects.filter(round__order__in=booked_in(month))
    return decisions.order_by("round__order__booking_date", "round__order_id", "pk")


def _receipts(month: Month) -> QuerySet:
    return Receipt.objects.filter(dated_in("received_on", month)).order_by("received_on", "pk")


def _refunds(month: Month) -> QuerySet:
    return Refund.objects.filter(dated_in("refunded_on", month)).order_by("refunded_on", "pk")


def _shipments(month: Month) -> QuerySet:
    return Shipment.objects.filter(dated_in("shipped_on", month) | dated_in("signed_on", month)).order_by(
        "shipped_on", "pk"
    )


def _customers(month: Month) -> QuerySet:
    bought = Q(pk__in=booked_in(month).values("customer"))
    paid = Q(pk__in=_receipts(month).order_by().values("customer"))
    received = Q(pk__in=_shipments(month).order_by().values("order__customer"))
    return Customer.objects.filter(bought | paid | received).order_by("pk")


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


def short_closings_in(month: Month) -> QuerySet:
    """What lapsed in this month of orders that an earlier month's archive still has in full."""
    earlier = Archive.objects.filter(period__first_day__lt=month.first).values("period")
    in_month = Q(at__date__range=(month.first, month.last), order__booking_date__lt=month.first)
    closings = ShortClosing.objects.filter(in_month).order_by("at", "pk")
    return _later_than_archived(closings, "revision", earlier)


def amendments_in(month: Month) -> QuerySet:
    """What came into force in this month and changed what orders of an earlier month's archive amount to."""
    earlier = Archive.objects.filter(period__first_day__lt=month.first).values("period")
    in_month = Q(accepted_at__date__range=(month.first, month.last), order__booking_date__lt=month.first)
    amendments = Amendment.objects.filter(in_month).exclude(gross_change=0).order_by("accepted_at", "pk")
    return _later_than_archived(amendments, "made_revision", earlier)


def _later_than_archived(changes: QuerySet, revision: str, earlier: QuerySet) -> QuerySet:
    """Those whose revision is later than the one of their order that an earlier archive has."""
    kept = ArchiveRow.objects.filter(
        section=ORDERS.key, period__in=earlier, subject_id__in=changes.order_by().values("order")
    )
    revisions = {row.subject_id: int(row.values["revision"]) for row in kept}
    # Few in a month: what changed before its month was archived is no adjustment of what the archive has.
    later = [
        pk
        for pk, order, number in changes.values_list("pk", "order", revision)
        if order in revisions and revisions[order] < number
    ]
    return changes.filter(pk__in=later)


_NUMBER = Column("number", "number", _("Order number"))
_ORDER = Column("order", "order__number", _("Order number"))
_CUSTOMER = (
    Column("customer", "customer__number", _("Customer number")),
    Column("customer_name", "customer__name", _("Customer")),
)
_NET = Column("net", "net_total", _("Net (元)"), MoneyColumn)
_STATUS = Column("status", "status", _("Status"), labels=_choices(Order, "status"))
_DELIVERY = Column("delivery", "delivery_status", _("Delivery"), labels=_choices(Order, "delivery_status"))

ORDERS = Section(
    "orders",
    _("Orders"),
    _orders,
    (
        _NUMBER,
        Column("revision", "revision", _("Revision"), QuantityColumn),
        *_CUSTOMER,
        Column("grade", "grade", _("Grade")),
        Column("province", "province", _("Province")),
        Column("order_date", "order_date", _("Order date"), DateColumn),
        Column("booking_date", "booking_date", _("Booking date"), DateColumn),
        Column("first_promised_date", "first_promised_date", _("Promised"), DateColumn),
        Column("signed_off_on", "signed_off_on", _("Signed off"), DateColumn),
        _STATUS,
        _DELIVERY,
        Column("payment", "payment_status", _("Payment"), labels=_choices(Order, "payment_status")),
        Column("sold_by", "sold_by__name", _("Sales representative")),
        Column("team", "sold_team__name", _("Team")),
        Column("payment_terms", "payment_terms__name", _("Payment terms")),
        _NET,
        Column("tax", "tax_total", _("Tax (元)"), MoneyColumn),
        Column("gross", "gross_total", _("Total (元)"), MoneyColumn),
        Column("received", "received_total", _("Received (元)"), MoneyColumn),
        Column("approved_at", "approved_at", _("Approved"), MomentColumn),
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
            Column("position", "position", _("Line"), QuantityColumn),
            Column("product", "product__code", _("Product number")),
            Column("name", "name", _("Product")),
            Column("specification", "specification", _("Specification")),
            Column("category", "product__category__name", _("Category")),
            Column("quantity", "quantity", _("Quantity"), QuantityColumn),
            Column("unit", "unit", _("Unit")),
            Column("unit_price", "unit_price", _("Unit price (元)"), PriceColumn),
            Column("discount", "discount", _("Discount"), PercentColumn),
            Column("tax_rate", "tax_rate", _("Tax rate"), PercentColumn),
            Column("net", "net_amount", _("Net (元)"), MoneyColumn),
            Column("tax", "tax_amount", _("Tax (元)"), MoneyColumn),
            Column("signed_off_on", "signed_off_on", _("Signed off"), DateColumn),
        ),
        sums=("net", "tax"),
    ),
    Section(
        "decisions",
        _("Review decisions"),
        _decisions,
        (
            Column("order", "round__order__number", _("Order number")),
            Column("round", "round__number", _("Round"), QuantityColumn),
            Column("stage", "stage", _("Stage"), labels=_choices(Decision, "stage")),
            Column("verdict", "verdict", _("Decision"), labels=_choices(Decision, "verdict")),
            Column("by", "by__name", _("Decided by")),
            Column("at", "at", _("Time"), MomentColumn),
            Column("note", "note", _("Note")),
            Column("checks", "checks", _("Checks"), ChecksColumn),
        ),
    ),
    Section(
        "receipts",
        _("Receipts"),
        _receipts,
        (
            Column("received_on", "received_on", _("Received on"), DateColumn),
            *_CUSTOMER,
            Column("amount", "amount", _("Amount (元)"), MoneyColumn),
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
            Column("sequence", "sequence", _("Shipment"), QuantityColumn),
            Column("status", "status", _("Status"), labels=_choices(Shipment, "status")),
            Column("carrier", "carrier__name", _("Carrier")),
            Column("tracking_number", "tracking_number", _("Tracking number")),
            Column("shipped_on", "shipped_on", _("Shipped on"), DateColumn),
            Column("expected_on", "expected_on", _("Expected arrival"), DateColumn),
            Column("signed_on", "signed_on", _("Signed off on"), DateColumn),
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
            Column("order_date", "order_date", _("Order date"), DateColumn),
            Column("promised_date", "promised_date", _("Promised"), DateColumn),
            _STATUS,
            _DELIVERY,
            _NET,
            Column("gross", "gross_total", _("Total (元)"), MoneyColumn),
            Column("received", "received_total", _("Received (元)"), MoneyColumn),
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
            Column("booking_date", "booking_date", _("Booking date"), DateColumn),
            Column("cancelled_at", "status_since", _("Cancelled"), MomentColumn),
            Column("net", "net_total", _("Net no longer booked (元)"), MoneyColumn),
        ),
        sums=("net",),
    ),
    Section(
        "short_closings",
        _("Closed short"),
        short_closings_in,
        (
            _ORDER,
            Column("customer", "order__customer__number", _("Customer number")),
            Column("customer_name", "order__customer__name", _("Customer")),
            Column("booking_date", "order__booking_date", _("Booking date"), DateColumn),
            Column("at", "at", _("Closed short"), MomentColumn),
            Column("revision", "revision", _("Revision")),
            Column("net", "net_lapsed", _("Net no longer sold (元)"), MoneyColumn),
        ),
        sums=("net",),
    ),
    Section(
        "refunds",
        _("Refunds"),
        _refunds,
        (
            Column("refunded_on", "refunded_on", _("Refunded on"), DateColumn),
            *_CUSTOMER,
            _ORDER,
            Column("amount", "amount", _("Amount (元)"), MoneyColumn),
            Column("method", "method", _("Method"), labels=_choices(Refund, "method")),
            Column("bank_reference", "bank_reference", _("Bank reference")),
            Column("payee", "payee", _("Payee")),
            Column("note", "note", _("Note")),
            Column("reverses", "reverses__bank_reference", _("Reverses")),
            Column("recorded_by", "recorded_by__name", _("Recorded by")),
        ),
        sums=("amount",),
    ),
    Section(
        "amendments",
        _("Amendments"),
        amendments_in,
        (
            _ORDER,
            Column("customer", "order__customer__number", _("Customer number")),
            Column("customer_name", "order__customer__name", _("Customer")),
            Column("booking_date", "order__booking_date", _("Booking date"), DateColumn),
            Column("at", "accepted_at", _("In force since"), MomentColumn),
            Column("revision", "made_revision", _("Revision")),
            Column("net", "net_change", _("Net change (元)"), MoneyColumn),
        ),
        sums=("net",),
    ),
)
BY_KEY = {section.key: section for section in SECTIONS}
