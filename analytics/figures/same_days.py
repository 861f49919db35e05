"""What a month had come to on one of its days, for comparing a running month with as many days of another."""

from datetime import timedelta

from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from analytics.figures.counted_orders import orders_in
from analytics.figures.kpis import A_GRADE, Figures, Share
from analytics.figures.months import Month
from analytics.figures.segments import Segment
from analytics.models import Dimension
from core.money import ZERO, round_money


def same_days_of(segment: Segment, month: Month) -> Figures:
    """The figures of the month's first days, as many as the running month has had, in two reads of those days alone.

    What only all earlier orders tell (who bought again), or a category's lines, is left out: it is not compared.
    """
    if segment.dimension == Dimension.CATEGORY:
        return Figures()
    today = timezone.localdate()
    day = min(month.last, month.first + timedelta(days=today.day - 1))
    orders = orders_in(segment).order_by()
    of_a = Sum("net_total", filter=Q(grade=A_GRADE))
    sold = orders.filter(booking_date__range=(month.first, day)).aggregate(n=Count("pk"), net=Sum("net_total"), a=of_a)
    # In the running month only promises already past count.
    promised = orders.filter(first_promised_date__range=(month.first, day - timedelta(days=1)))
    due = promised.aggregate(n=Count("pk"), in_time=Count("pk", filter=Q(signed_off_on__lte=F("first_promised_date"))))
    net = round_money(sold["net"] or ZERO)
    return Figures(
        order_total=net,
        order_count=sold["n"],
        a_share=Share(round_money(sold["a"] or ZERO), net),
        on_time=Share(due["in_time"], due["n"]),
    )
