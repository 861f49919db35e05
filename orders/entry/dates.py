"""Which days an order may be of, and may promise, when it is submitted."""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import periods, policy
from orders.policies import ORDER_DAYS_AHEAD

_YEARS = range(2000, 2100)


def odd_year(day: date | None) -> str:
    """A sentence about a day of another century: whoever types a date by hand easily ends up in the year 26."""
    return _("Please check the year.") if day and day.year not in _YEARS else ""


def wrong_dates(order_date: date, promised: date | None) -> list[tuple[str, str]]:
    """What is wrong with the dates of an order that is submitted today, as ``(field, sentence)``; asks for a policy or
    closed months only when the order date is of another month or day."""
    today = timezone.localdate()
    found = [("order_date", sentence) for sentence in (_too_late(order_date, today), _too_early(order_date, today))]
    found.append(("promised_date", _why_not_promised(order_date, promised, today)))
    return [(field, sentence) for field, sentence in found if sentence]


def _too_late(order_date: date, today: date) -> str:
    """A typing error in the year would book the order in a month that nobody looks at."""
    if order_date <= today:
        return ""
    days = policy.value(ORDER_DAYS_AHEAD)
    if order_date <= today + timedelta(days=days):
        return ""
    sentence = ngettext(
        "An order date lies at most %(days)s day ahead: check day and year.",
        "An order date lies at most %(days)s days ahead: check day and year.",
        days,
    )
    return sentence % {"days": days}


def _too_early(order_date: date, today: date) -> str:
    """Orders of closed months that come to light later are dated in the oldest open one."""
    if order_date >= today.replace(day=1):
        return ""
    first = periods.first_day_to_book()
    if first is None or order_date >= first:
        return ""
    words = {"month": f"{order_date:%Y-%m}", "day": first.isoformat()}
    return _("%(month)s is closed: the order date is %(day)s at the earliest.") % words


def _why_not_promised(order_date: date, promised: date | None, today: date) -> str:
    if promised is None:
        return _("Say when the customer will have the goods.")
    if promised < order_date:
        return _("Earlier than the order date %(day)s.") % {"day": f"{order_date:%m-%d}"}
    if promised < today:
        return _("That day is over: promise one from today on.")
    return ""
