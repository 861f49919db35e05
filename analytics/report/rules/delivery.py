"""Rules about promises kept."""

from collections.abc import Iterator

from django.utils.translation import gettext_noop

from analytics.report.findings import Finding, Severity, is_beyond, percent, points
from analytics.report.material import Material
from analytics.report.thresholds import Limits
from core.sentences import stored_sentence


def delayed_categories(material: Material, limits: Limits) -> Iterator[Finding]:
    """A category of which too many lines came late or not at all; the worst category first."""
    shares = sorted(material.figures.delays.items(), key=lambda pair: -(pair[1].value or 0))
    for category, share in shares:
        if share.whole < limits["sample"] or not is_beyond(share.value, limits["delay_rate"]):
            continue
        name = material.categories.get(category, category)
        yield Finding(
            "delay",
            Severity.OVER,
            stored_sentence(
                gettext_noop("Delay rate of %(category)s %(rate)s > %(limit)s%%: %(late)s of %(lines)s lines"),
                category=name,
                rate=percent(share.value),
                limit=f"{limits['delay_rate']:f}",
                late=share.part,
                lines=share.whole,
            ),
            stored_sentence(
                gettext_noop("Find out what held up the worst orders; promise a longer lead time or shorten it."),
            ),
            material.late_lines.get(category, ()),
            category,
            ("lines", "late", category),
        )


def less_on_time(material: Material, limits: Limits) -> Iterator[Finding]:
    """Fewer orders in time than in the month before."""
    now, before = material.figures.on_time, material.before.on_time
    if now.value is None or before.value is None or now.whole < limits["sample"]:
        return
    if is_beyond(before.value - now.value, limits["on_time_drop"]):
        yield Finding(
            "on_time",
            Severity.OVER,
            stored_sentence(
                gettext_noop(
                    "On-time rate %(rate)s, %(points)s points below the month before: %(late)s of %(orders)s orders "
                    "arrived after their promised date or not yet"
                ),
                rate=percent(now.value),
                points=points(before.value - now.value),
                late=now.whole - now.part,
                orders=now.whole,
            ),
            stored_sentence(
                gettext_noop("Call the customers whose goods are still under way, and check the promised dates.")
            ),
            material.late_orders,
            listing=("orders", "late"),
        )


RULES = (delayed_categories, less_on_time)
