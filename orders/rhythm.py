"""When a customer should order again: the day in its file, else by the rhythm of its own orders."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from django.db.models import Exists, F, OuterRef, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from customers.models import Customer
from orders.models import Order
from orders.statuses import UNDER_REVIEW

DAYS_AHEAD = 7
#: Of so many of the last orders the gaps are looked at; fewer than the least make no rhythm.
MOST_ORDERS, LEAST_ORDERS = 8, 3
#: Who has been silent for longer than this since the expected day (or a longer gap than that) is no longer waited for.
GIVEN_UP = timedelta(days=180)


@dataclass(frozen=True)
class Expected:
    """A customer whose next order is expected, when, and the usual gap in days; None for a day from the file.

    ``last`` is the day of the last order.
    """

    customer: Customer
    day: date
    gap: int | None
    last: date | None


def gap_of(days: list[date]) -> int | None:
    """The median of the gaps (days) between a customer's order days, newest first; None for fewer than three orders."""
    if len(days) < LEAST_ORDERS:
        return None
    return round(median((later - earlier).days for later, earlier in pairwise(days))) or None


def expected_orders(user: User) -> list[Expected]:
    """The customers whom this person looks after and who should order within a week or are past their day, earliest
    first; not those of whom an order is under review. Two queries whatever their number.
    """
    today = timezone.localdate()
    last_days = _last_days(user, today)
    by_rhythm = {}
    for customer, days in last_days.items():
        gap = gap_of(days)
        if gap and today - GIVEN_UP <= days[0] + timedelta(days=gap) <= today + timedelta(days=DAYS_AHEAD):
            by_rhythm[customer] = gap
    entered = Q(repurchase_on__range=(today - GIVEN_UP, today + timedelta(days=DAYS_AHEAD)))
    ordering = Order.objects.filter(customer=OuterRef("pk"), status__in=UNDER_REVIEW)
    known = Customer.objects.visible_to(user).open().filter(entered | Q(pk__in=by_rhythm)).exclude(Exists(ordering))
    found = [_expected(customer, by_rhythm.get(customer.pk), last_days.get(customer.pk, [])) for customer in known]
    return sorted((each for each in found if each), key=lambda each: (each.day, each.customer.pk))


def _last_days(user: User, today: date) -> dict[int, list[date]]:
    """The days of each customer's last effective orders, newest first."""
    recent = Order.objects.visible_to(user).effective().filter(order_date__gt=today - timedelta(days=3 * 365))
    newest = Window(RowNumber(), partition_by=F("customer"), order_by=[F("order_date").desc(), F("id").desc()])
    found: dict[int, list[date]] = defaultdict(list)
    numbered = recent.order_by().annotate(place=newest).filter(place__lte=MOST_ORDERS)
    for customer, day in numbered.order_by("customer", "place").values_list("customer", "order_date"):
        found[customer].append(day)
    return found


def _expected(customer: Customer, gap: int | None, days: list[date]) -> Expected | None:
    """The entered day goes before the rhythm, until an order of the week before it or later has met it."""
    last = days[0] if days else None
    entered = customer.repurchase_on
    if entered and (last is None or last < entered - timedelta(days=DAYS_AHEAD)):
        today = timezone.localdate()
        is_near = today - GIVEN_UP <= entered <= today + timedelta(days=DAYS_AHEAD)
        return Expected(customer, entered, None, last) if is_near else None
    return Expected(customer, last + timedelta(days=gap), gap, last) if gap and last else None


def how_known(expected: Expected) -> str:
    """How the day is known, in words."""
    if expected.gap is None:
        return _("expected on %(day)s, as its file says") % {"day": expected.day.isoformat()}
    last = expected.last.isoformat() if expected.last else ""
    return _("orders every %(gap)s days, last on %(last)s") % {"gap": expected.gap, "last": last}
