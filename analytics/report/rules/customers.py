"""Rules about who buys, and who no longer does."""

from collections.abc import Iterator
from statistics import fmean

from django.utils.translation import gettext_noop

from analytics.report.findings import MOST_ROWS, Finding, Row, Severity, is_beyond, percent, plain, points, yuan
from analytics.report.material import Buyer, Material, Rhythm
from analytics.report.thresholds import Limits
from core.money import total
from core.sentences import stored_sentence


def silent_a_customers(material: Material, limits: Limits) -> Iterator[Finding]:
    """A customers whose last order is further back than so many of their usual intervals; the longest silent first."""

    def silence(customer: Rhythm) -> int:
        return (material.as_of - customer.last).days

    silent = [c for c in material.of_a if c.interval and silence(c) > float(limits["silence"]) * c.interval]
    if not silent:
        return
    silent.sort(key=silence, reverse=True)
    first, rows = silent[0], []
    for customer in silent[:MOST_ROWS]:
        sentence = gettext_noop("%(days)s days without an order, usually %(usual)s")
        detail = stored_sentence(sentence, days=silence(customer), usual=round(customer.interval or 0))
        rows.append(Row("customer", customer.pk, customer.name, detail))
    yield Finding(
        "silent_a",
        Severity.WATCH,
        stored_sentence(
            gettext_noop(
                "A customers that fell silent: %(n)s. %(name)s has not ordered for %(days)s days (usually every "
                "%(usual)s days)"
            ),
            n=len(silent),
            name=first.name,
            days=silence(first),
            usual=round(first.interval or 0),
        ),
        stored_sentence(gettext_noop("Visit them this month.")),
        tuple(rows),
    )


def few_large_customers(material: Material, limits: Limits) -> Iterator[Finding]:
    """A few of many customers make up most of the month's total."""
    net, whole = total(buyer.net for buyer in material.largest), material.figures.order_total
    if (
        not whole
        or material.figures.repurchase.whole < 2 * MOST_ROWS
        or not is_beyond(net / whole, limits["concentration"])
    ):
        return
    yield Finding(
        "concentration",
        Severity.WATCH,
        stored_sentence(
            gettext_noop("The %(n)s largest customers bought %(share)s of the month's total, more than %(limit)s%%"),
            n=len(material.largest),
            share=percent(net / whole),
            limit=f"{limits['concentration']:f}",
        ),
        stored_sentence(gettext_noop("Win or wake up customers of middle size, so that one that leaves hurts less.")),
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
        stored_sentence(
            gettext_noop(
                "B customers who bought over %(limit)s%% less in three months than in the three before: %(n)s, "
                "together %(loss)s"
            ),
            n=len(fallen),
            limit=f"{limits['b_fall']:f}",
            loss=yuan(total(c.before - c.recent for c in fallen)),
        ),
        stored_sentence(gettext_noop("Offer them a promotion on what they used to buy.")),
        tuple(Row("customer", c.pk, c.name, plain(f"{yuan(c.before)} → {yuan(c.recent)}")) for c in fallen[:MOST_ROWS]),
    )


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
            stored_sentence(
                gettext_noop(
                    "Repurchase rate %(rate)s, %(points)s points below the mean of the three months before: %(again)s "
                    "of %(buyers)s buyers had bought before"
                ),
                rate=percent(now.value),
                points=points(drop),
                again=now.part,
                buyers=now.whole,
            ),
            stored_sentence(gettext_noop("Call the customers who bought once and did not come back.")),
            tuple(_bought(buyer) for buyer in material.once),
        )


RULES = (silent_a_customers, few_large_customers, falling_b_customers, fewer_buy_again)
