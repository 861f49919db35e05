"""Rules about who buys, and who no longer does."""

from collections.abc import Iterator
from statistics import fmean

from django.utils.translation import gettext_noop

from analytics.report.findings import SHOWN, Finding, Row, Severity, is_beyond, percent, plain, points, yuan
from analytics.report.material import Buyer, Fall, Material, Rhythm
from analytics.report.thresholds import Limits
from core.money import total
from core.sentences import kept


def silent_a_customers(material: Material, limits: Limits) -> Iterator[Finding]:
    """A customers whose last order is further back than so many of their usual intervals; the longest silent first."""

    def silence(customer: Rhythm) -> int:
        return (material.as_of - customer.last).days

    silent = [c for c in material.of_a if c.interval and silence(c) > float(limits["silence"]) * c.interval]
    if not silent:
        return
    silent.sort(key=silence, reverse=True)
    first = silent[0]
    yield Finding(
        "silent_a",
        Severity.WATCH,
        kept(
            gettext_noop(
                "A customers that fell silent: %(n)s. %(name)s has not ordered for %(days)s days (usually every "
                "%(usual)s days)"
            ),
            n=len(silent),
            name=first.name,
            days=silence(first),
            usual=round(first.interval or 0),
        ),
        kept(gettext_noop("Visit them this month.")),
        tuple(Row("customer", c.pk, c.name, _silent_for(silence(c), c)) for c in silent[:SHOWN]),
    )


def _silent_for(days: int, customer: Rhythm) -> dict:
    usual = round(customer.interval or 0)
    return kept(gettext_noop("%(days)s days without an order, usually %(usual)s"), days=days, usual=usual)


def few_large_customers(material: Material, limits: Limits) -> Iterator[Finding]:
    """A few of many customers make up most of the month's total."""
    net, whole = total(buyer.net for buyer in material.largest), material.figures.order_total
    if (
        not whole
        or material.figures.repurchase.whole < 2 * SHOWN
        or not is_beyond(net / whole, limits["concentration"])
    ):
        return
    yield Finding(
        "concentration",
        Severity.WATCH,
        kept(
            gettext_noop("The %(n)s largest customers bought %(share)s of the month's total, more than %(limit)s%%"),
            n=len(material.largest),
            share=percent(net / whole),
            limit=f"{limits['concentration']:f}",
        ),
        kept(gettext_noop("Win or wake up customers of middle size, so that one that leaves hurts less.")),
        tuple(_bought(buyer) for buyer in material.largest),
        listing=("customers", "buyers"),
    )


def _bought(buyer: Buyer) -> Row:
    return Row("customer", buyer.pk, buyer.name, plain(yuan(buyer.net)))


def falling_b_customers(material: Material, limits: Limits) -> Iterator[Finding]:
    """B customers who bought much less in these three months than in the three before; the largest loss first."""
    fallen = [c for c in material.of_b if is_beyond(c.fraction, limits["b_fall"])]
    if not fallen:
        return
    fallen.sort(key=lambda c: c.recent - c.before)
    yield Finding(
        "falling_b",
        Severity.NOTE,
        kept(
            gettext_noop(
                "B customers who bought over %(limit)s%% less in three months than in the three before: %(n)s, "
                "together %(loss)s"
            ),
            n=len(fallen),
            limit=f"{limits['b_fall']:f}",
            loss=yuan(total(c.before - c.recent for c in fallen)),
        ),
        kept(gettext_noop("Offer them a promotion on what they used to buy.")),
        tuple(_fell(c) for c in fallen[:SHOWN]),
    )


def _fell(customer: Fall) -> Row:
    return Row("customer", customer.pk, customer.name, plain(f"{yuan(customer.before)} → {yuan(customer.recent)}"))


def fewer_buy_again(material: Material, limits: Limits) -> Iterator[Finding]:
    """A repurchase rate below the mean of the three months before."""
    now = material.figures.repurchase
    before = [f.repurchase.value for f in material.earlier if f.repurchase.value is not None]
    if now.value is None or not before or now.whole < limits["sample"]:
        return
    drop = fmean(before) - now.value
    if is_beyond(drop, limits["repurchase_drop"]):
        yield Finding(
            "repurchase",
            Severity.WATCH,
            kept(
                gettext_noop(
                    "Repurchase rate %(rate)s, %(points)s points below the mean of the three months before: %(again)s "
                    "of %(buyers)s buyers had bought before"
                ),
                rate=percent(now.value),
                points=points(drop),
                again=now.part,
                buyers=now.whole,
            ),
            kept(gettext_noop("Call the customers who bought once and did not come back.")),
            tuple(_bought(buyer) for buyer in material.once),
        )


RULES = (silent_a_customers, few_large_customers, falling_b_customers, fewer_buy_again)
