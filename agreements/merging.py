"""Price agreements go along with their customer; where both files have one, that of the file that stays holds."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from agreements.models import FOREVER, PriceAgreement
from agreements.services import said_of
from core.events import record
from customers.moving import Joining, moves

_DAY = timedelta(days=1)


@moves(PriceAgreement, "customer")
def give_way(rows: QuerySet, joining: Joining) -> None:
    """What overlaps ends before the other one begins, or is withdrawn, and goes on where no other one holds.

    Days that are over are not agreed anew.
    """
    kept = PriceAgreement.objects.filter(customer=joining.into)
    held = PriceAgreement.objects.held().filter(customer=joining.merged).select_related("product").order_by("pk")
    for agreement in list(held):
        same = kept.overlapping(agreement.starts_on, agreement.last_day).filter(product=agreement.product_id)
        if others := list(same.order_by("starts_on")):
            free = [days for days in _free_after(others, agreement.last_day) if days[1] >= timezone.localdate()]
            _end_before(others[0], agreement, joining)
            for first, last in free:
                _go_on(agreement, first, last, joining)


def _free_after(others: Sequence[PriceAgreement], last_day: date) -> Iterator[tuple[date, date]]:
    """First and last day of every time until ``last_day`` that follows one of the others and has none itself."""
    for other, following in zip(others, [*others[1:], None], strict=True):
        last = following.starts_on - _DAY if following else last_day
        if other.last_day < last:
            yield other.last_day + _DAY, last


def _end_before(other: PriceAgreement, agreement: PriceAgreement, joining: Joining) -> None:
    agreement.ended_on = agreement.last_day = max(other.starts_on, agreement.starts_on) - _DAY
    agreement.ended_by, agreement.end_reason = joining.by, joining.sentence
    agreement.save(update_fields=["ended_on", "last_day", "ended_by", "end_reason"])
    verb = "price_withdrawn" if agreement.was_withdrawn else "price_ended"
    told = {**said_of(agreement), "day": agreement.last_day.isoformat()}
    record(joining.into, verb, by=joining.by, note=joining.sentence, **told)


def _go_on(agreement: PriceAgreement, first: date, last: date, joining: Joining) -> None:
    """The same price, agreed with the file that stays."""
    same = {name: getattr(agreement, name) for name in ("product", "price", "note")}
    ends_on = None if last == FOREVER else last
    days = {"starts_on": first, "ends_on": ends_on, "last_day": last}
    made = PriceAgreement.objects.create(customer=joining.into, made_by=joining.by, **days, **same)
    record(joining.into, "price_agreed", by=joining.by, note=joining.sentence, **said_of(made))
