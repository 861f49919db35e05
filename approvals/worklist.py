"""Orders that wait for a person's review, as items of the worklist."""

from functools import cache, partial

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.checks.result import Summary
from approvals.models import Stage
from approvals.queue import Clock, clocks_of, summaries_of, waiting_for
from core.worklist import Item
from orders.models import Order

_SHOWN = 200


def reviews_for(user) -> list[Item]:
    """One item per order that this person can decide, longest waiting first.

    The navigation only counts items, so the checks run when the page asks for an item's detail, for all at once.
    """
    orders = list(waiting_for(user).order_by("status_since", "id")[:_SHOWN])
    if not orders:
        return []
    clocks = clocks_of(orders)
    summaries = cache(lambda: dict(zip((order.pk for order in orders), summaries_of(orders), strict=True)))
    return [_item(order, clocks[order.pk], partial(_verdict, summaries, order.pk)) for order in orders]


def _item(order: Order, clock: Clock, verdict) -> Item:
    words = {"order": order, "amount": f"{order.gross_total:,.2f}"}
    return Item(
        kind="reviews",
        kind_label=str(Stage(order.status).label),
        whom=order.customer_name,
        grade=order.customer.grade,
        what=_("%(order)s waits for review, ¥%(amount)s") % words,
        detail=lazy(verdict, str)(),
        url=reverse("approvals:review", args=[order.pk]),
        verb=_("Review it"),
        due=clock.deadline.at,
        why=clock.why,
        estimated=clock.deadline.counted.estimated,
    )


def _verdict(summaries, pk: int) -> str:
    return in_words(summaries()[pk])


def in_words(summary: Summary) -> str:
    """The verdicts of an order's checks in one line."""
    if summary.failed:
        return _("failed: %(checks)s") % {"checks": _(", ").join(summary.failures)}
    if summary.warned:
        words = ngettext("%(n)s check needs attention", "%(n)s checks need attention", summary.warned)
        return words % {"n": summary.warned}
    return ngettext("%(n)s check passed", "all %(n)s checks passed", summary.passed) % {"n": summary.passed}
