"""What is not in order in a month, before it is closed; each finding leads to where it is put right.

Nothing of it forbids closing: what is left is written on the archive's cover.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from analytics.archive.automatic_closing import open_months
from analytics.archive.sections import booked_in
from analytics.figures.months import Month
from analytics.rights import reads_all_teams
from billing.models import Receipt
from customers.models import Contact, Customer
from fulfilment.models import Shipment
from fulfilment.statuses import ShipmentStatus
from orders.models import Order
from orders.statuses import UNDER_REVIEW, Status

EXAMPLES = 5
Query = Callable[[Month], QuerySet]


@dataclass(frozen=True)
class Check:
    """One thing to look at: the records that are not in order, and how each of them is called."""

    code: str
    label: Any
    query: Query
    # Where the records name their team.
    team: str
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


CHECKS: list[Check] = []


def check(
    code: str, label: Any, list_url: str = "", list_query: str = "", team: str = "team"
) -> Callable[[Query], Query]:
    """Makes a check of the query for the records that are not in order in a month."""

    def enter(query: Query) -> Query:
        CHECKS.append(Check(code, label, query, team, list_url, list_query))
        return query

    return enter


@check("late_orders", _("Orders without a final state past their promised date"), "orders:list", "status=approved")
def late_orders(month: Month) -> QuerySet:
    states = (*UNDER_REVIEW, Status.APPROVED)
    return Order.objects.filter(status__in=states, promised_date__lte=month.last).order_by("promised_date", "pk")


@check("drafts", _("Orders of the month that are not approved yet"), "orders:list", "month={month}")
def orders_not_approved(month: Month) -> QuerySet:
    orders = Order.objects.filter(status__in=(Status.DRAFT, *UNDER_REVIEW))
    return orders.filter(order_date__range=(month.first, month.last)).order_by("order_date", "pk")


@check("files", _("Customers with orders in the month whose file is incomplete"))
def incomplete_customers(month: Month) -> QuerySet:
    """As ``customers.completeness`` says, in one query."""
    contact = Contact.objects.filter(customer=OuterRef("pk"), is_primary=True).exclude(Q(job_title="") | Q(phone=""))
    lacking = Q(name="") | Q(industry="") | Q(address="") | Q(owner__isnull=True) | ~Exists(contact)
    return Customer.objects.filter(lacking, pk__in=booked_in(month).values("customer")).order_by("pk")


@check("receipts", _("Receipts that are not allocated in full"), team="customer__team")
def unallocated_receipts(month: Month) -> QuerySet:
    """Receipts of which something is still balance."""
    receipts = Receipt.objects.filter(received_on__lte=month.last, is_reversed=False, rest__gt=0)
    return receipts.order_by("received_on", "pk")


@check("shipments", _("Shipments that should have arrived and are not signed for"), "fulfilment:list", "status=shipped")
def shipments_not_signed_for(month: Month) -> QuerySet:
    shipped = Shipment.objects.filter(status=ShipmentStatus.SHIPPED, shipped_on__lte=month.last)
    return shipped.filter(expected_on__lte=month.last).order_by("expected_on", "pk")


EARLIER = "earlier"
LABELS = {EARLIER: _("Earlier months that are still open"), **{each.code: each.label for each in CHECKS}}


def examine(month: Month, user: User | None = None) -> list[Finding]:
    """What is not in order in the month, nothing where all is well; of it what a person may see, if one is given."""
    findings = []
    for each in CHECKS:
        found: Any = each.query(month)
        if user:
            found = found.visible_to(user)
        if count := found.count():
            url = f"{reverse(each.list_url)}?{each.list_query.format(month=month)}" if each.list_url else ""
            findings.append(Finding(each, count, list(found[:EXAMPLES]), url))
    return findings


def open_before(month: Month) -> list[Month]:
    """Months before this one, from the opening month on, that nobody has closed."""
    return [each for each in open_months() if each < month]


def problems_of(month: Month) -> list[dict]:
    """The findings as an archive keeps them: code, count, what some of the records are called; and so for each team."""
    teams = list(Team.objects.values_list("pk", flat=True))
    problems: list[dict] = []
    for finding in examine(month):
        parts = {str(team): _part(finding.check, month, team) for team in teams}
        known = {team: part for team, part in parts.items() if part["count"]}
        names = [str(record) for record in finding.records]
        problems.append({"code": finding.check.code, "count": finding.count, "records": names, "teams": known})
    if earlier := [str(each) for each in open_before(month)]:
        problems.append({"code": EARLIER, "count": len(earlier), "records": earlier[:EXAMPLES]})
    return problems


def _part(each: Check, month: Month, team: int) -> dict[str, Any]:
    found = each.query(month).filter(**{each.team: team})
    return {"count": found.count(), "records": [str(record) for record in found[:EXAMPLES]]}


def problems_for(problems: list[dict], user: User) -> list[dict]:
    """What of an archive's problems is for this person: all of them, or those of their team."""
    if reads_all_teams(user):
        return problems
    team = str(user.team_id)
    return [{"code": p["code"], **p["teams"][team]} for p in problems if team in p.get("teams", {})]


def in_words(problem: dict) -> str:
    """An archive's problem in words of today's language."""
    return f"{LABELS.get(problem['code'], problem['code'])}: {problem['count']}"
