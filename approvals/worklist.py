"""Orders that wait for a person's review, as items of the worklist."""

from functools import cache, partial

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from approvals.amendments.worklist import AmendmentReviews, ConfirmedAnew
from approvals.checks.result import Summary
from approvals.models import Stage
from approvals.queue import Clock, clocks_of, summaries_of, waiting_for
from core.deadlines import counted_from
from core.worklist import Item, Source, worklist_source
from orders.models import Order
from orders.turn import stage_days


@worklist_source
class Reviews(Source):
    """The orders that this person can decide, longest waiting first; the checks run once, when a detail is shown."""

    kind = "reviews"
    label = gettext_lazy("Reviews")

    def waiting(self, user: User) -> QuerySet:
        return waiting_for(user).order_by("status_since", "id")

    def due_before(self, instants):
        return counted_from("status_since", stage_days(), instants)

    def items_of(self, records):
        clocks = clocks_of(records)
        summaries = cache(lambda: dict(zip((order.pk for order in records), summaries_of(records), strict=True)))
        return [_item(order, clocks[order.pk], partial(_verdict, summaries, order.pk)) for order in records]

    def list_url(self):
        return reverse("approvals:queue")


def _item(order: Order, clock: Clock, verdict) -> Item:
    words = {"order": order, "amount": f"{order.gross_total:,.2f}"}
    return Item(
        kind=Reviews.kind,
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


__all__ = ["AmendmentReviews", "ConfirmedAnew", "Reviews"]
