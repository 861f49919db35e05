"""What is not in order in a month, before it is closed; each finding leads to where it is mended.

Nothing of it forbids closing: what is left is written on the archive's cover.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from analytics.archive import opening
from analytics.archive.sections import booked_in
from analytics.months import Month
from core.money import ZERO
from customers.models import Contact, Customer
from fulfilment.models import Shipment
from fulfilment.statuses import ShipmentStatus
from orders.models import Order, Receipt
from orders.statuses import UNDER_REVIEW, Status

EXAMPLES = 5


@dataclass(frozen=True)
class Check:
    """One thing to look at: the records that are not in order, and how each of them is called."""

    code: str
    label: Any
    query: Callable[[Month], QuerySet]
    # The list that shows them, if there is one: url name and query string.
    list_url: str = ""
    list_query: str = ""


@dataclass(frozen=True)
class Finding:
    """How many records a check found, with some of them to begin with."""

    check: Check
    count: int
    records: list = field(default_factory=list)
    list_url: str = ""

    @property
    def label(self) -> str:
        return str(self.check.label)

    @property
    def more(self) -> int:
        """How many beyond those that are named."""
        return self.count - len(self.records)


def _promised_and_not_over(month: Month) -> QuerySet:
    states = (*UNDER_REVIEW, Status.APPROVED)
    return Order.objects.filter(status__in=states, promised_date__lte=month.last).order_by("promised_date", "pk")


def _drafts(month: Month) -> QuerySet:
    return Order.objects.filter(
        status__in=(Status.DRAFT, *UNDER_REVIEW), order_date__range=(month.first, month.last)
    ).order_by("order_date", "pk")


def _incomplete_files(month: Month) -> QuerySet:
    """As ``customers.completeness`` says, in one query."""
    contact = Contact.objects.filter(customer=OuterRef("pk"), is_primary=True).exclude(Q(job_title="") | Q(phone=""))
    lacking = Q(name="") | Q(industry="") | Q(address="") | Q(owner__isnull=True) | ~Exists(contact)
    return Customer.objects.filter(lacking, pk__in=booked_in(month).values("customer")).order_by("pk")


def _unallocated(month: Month) -> QuerySet:
    """Receipts that pay for less, or more, than what was received; half a cent, because SQLite sums floats."""
    receipts = Receipt.objects.filter(received_on__lte=month.last, is_reversed=False, reverses__isnull=True)
    apart = F("amount") - Coalesce(Sum("allocations__amount"), ZERO)
    return receipts.annotate(apart=apart).exclude(apart__range=(-0.005, 0.005)).order_by("received_on", "pk")


def _not_signed_for(month: Month) -> QuerySet:
    shipped = Shipment.objects.filter(status=ShipmentStatus.SHIPPED, shipped_on__lte=month.last)
    return shipped.filter(expected_on__lte=month.last).order_by("expected_on", "pk")


CHECKS = (
    Check(
        "late_orders",
        _("Orders without a final state past their promised date"),
        _promised_and_not_over,
        "orders:list",
        "status=approved",
    ),
    Check("drafts", _("Orders of the month that are not approved yet"), _drafts, "orders:list", "month={month}"),
    Check("files", _("Customers with orders in the month whose file is incomplete"), _incomplete_files),
    Check("receipts", _("Receipts that are not allocated in full"), _unallocated),
    Check(
        "shipments",
        _("Shipments that should have arrived and are not signed for"),
        _not_signed_for,
        "fulfilment:list",
        "status=shipped",
    ),
)
BY_CODE = {check.code: check for check in CHECKS}
EARLIER = "earlier"
LABELS = {EARLIER: _("Earlier months that are still open"), **{check.code: check.label for check in CHECKS}}


def examine(month: Month) -> list[Finding]:
    """What is not in order in the month, nothing where all is well."""
    findings = (_finding(check, month) for check in CHECKS)
    return [finding for finding in findings if finding.count]


def _finding(check: Check, month: Month) -> Finding:
    found = check.query(month)
    count = found.count()
    records = list(found[:EXAMPLES]) if count else []
    url = f"{reverse(check.list_url)}?{check.list_query.format(month=month)}" if check.list_url else ""
    return Finding(check, count, records, url)


def open_before(month: Month) -> list[Month]:
    """Months before this one, from the opening month on, that nobody has closed."""
    return [each for each in opening.open_months() if each < month]


def as_kept(month: Month) -> list[dict]:
    """The findings as an archive keeps them: code, count, and what some of the records are called."""
    kept = [{"code": f.check.code, "count": f.count, "records": [str(r) for r in f.records]} for f in examine(month)]
    if earlier := [str(each) for each in open_before(month)]:
        kept.append({"code": EARLIER, "count": len(earlier), "records": earlier[:EXAMPLES]})
    return kept


def told(problem: dict) -> str:
    """A kept finding in words of today's language."""
    return f"{LABELS.get(problem['code'], problem['code'])}: {problem['count']}"
