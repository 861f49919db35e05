"""What figures count an order by: written at its approval, once and for all."""

from datetime import date, datetime

from core import periods
from customers.former import Standing
from customers.places import province_called
from orders.models import Order

#: What is written at approval, for ``save(update_fields=…)``; the database refuses to change it afterwards.
FROZEN = ("approved_at", "grade", "province", "first_promised_date", "booking_date", "sold_by", "sold_team")


def book(
    order: Order,
    *,
    approved_at: datetime,
    grade: str = "",
    booked_on: date | None = None,
    standing: Standing | None = None,
) -> None:
    """Writes onto the order (unsaved) who sold it, to whom, on which day, for which promised date.

    ``standing`` is the customer's on the order date, ``grade`` its grade where an imported history knows no more; what
    neither says is as it is now. Whose customer it was has sold it; of nobody's customer, the order's rep.
    ``booked_on`` is for whoever knows already that the month is open, as for many orders at once. The caller shares
    the period (``core.periods.share``).
    """
    order.approved_at = approved_at
    then = standing or Standing(grade or order.customer.grade, order.customer.province, None, None)
    order.grade, order.province = then.grade, province_called(then.province)
    order.first_promised_date = order.promised_date
    order.booking_date = booked_on or booking_day(order.order_date)
    order.sold_by, order.sold_team = (then.owner, then.team) if then.owner else (order.rep, order.team)


def booking_day(day: date) -> date:
    """The day on which an order of this date is booked: that day, or the first one after it whose month is open."""
    return periods.first_open_day(day)
