"""Instalments of a draft: made from its payment terms, kept in place when money has been booked on them."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from customers.models import PaymentTerms, TermsInstalment
from orders.content import INSTALMENT
from orders.models import Instalment, Order
from orders.totals import split_instalments


def parts_of(terms: PaymentTerms | None) -> list[TermsInstalment]:
    """The terms' instalments in their order; none without terms."""
    return list(terms.instalments.order_by("position")) if terms else []


def plan_instalments(order: Order, terms: PaymentTerms | None, gross: Decimal) -> list[Instalment]:
    """The instalments that the terms make of an amount (元, with tax), not saved yet, positions counted from 1."""
    return make_instalments(order, parts_of(terms), gross)


def make_instalments(order: Order, parts: Sequence[TermsInstalment], gross: Decimal) -> list[Instalment]:
    """As ``plan_instalments``, for terms whose parts are known."""
    amounts = split_instalments(gross, [part.percent for part in parts])
    return [
        Instalment(
            order=order,
            revision=order.revision,
            position=position,
            percent=part.percent,
            trigger=part.trigger,
            days=part.days,
            amount=amount,
        )
        for position, (part, amount) in enumerate(zip(parts, amounts, strict=True), start=1)
    ]


def booked_by_position(order: Order) -> dict[int, Decimal]:
    """What has been received for each instalment in force, in 元; only those that have bookings."""
    return dict(order.current_instalments().filter(received__gt=0).values_list("position", "received"))


def why_not_planned(planned: Sequence[Instalment], booked: dict[int, Decimal]) -> str:
    """Why money already booked forbids these instalments, as a sentence; empty when it does not."""
    for position, paid in sorted(booked.items()):
        if position > len(planned):
            sentence = _("Money has been booked on instalment %(n)s, so the terms need at least that many.")
            return sentence % {"n": position}
        if paid > planned[position - 1].amount:
            return _("¥%(paid)s has been received for instalment %(n)s, more than its new amount ¥%(amount)s.") % {
                "paid": f"{paid:,.2f}",
                "n": position,
                "amount": f"{planned[position - 1].amount:,.2f}",
            }
    return ""


def write_instalments(order: Order, planned: Sequence[Instalment]) -> None:
    """Stores them by position, so that what is booked on an instalment stays there; at most four queries."""
    present = {found.position: found for found in order.current_instalments()}
    kept = [found for found in planned if found.position in present]
    for instalment in kept:
        instalment.pk = present.pop(instalment.position).pk
    if present:
        Instalment.objects.filter(pk__in=[found.pk for found in present.values()]).delete()
    if kept:
        Instalment.objects.bulk_update(kept, [field.name for field in INSTALMENT])
    Instalment.objects.bulk_create(found for found in planned if found.pk is None)
