"""Rules about the three reviews: what is sent back, what takes long, what is released in spite of a check."""

from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext_noop

from analytics.report.findings import MOST_ROWS, Finding, Row, Severity, is_beyond, percent, plain
from analytics.report.material import Material, Rated, Release
from analytics.report.thresholds import Limits
from approvals.checks.result import LABELS
from core.sentences import stored_sentence

PREPAYMENT = "prepayment"


def _above(rated: tuple[Rated, ...], limit, limits: Limits) -> Iterator[Rated]:
    """Those whose share is above the limit (per cent) and large enough to be judged, the worst first."""
    for each in sorted(rated, key=lambda r: -(r.share.value or 0)):
        if each.share.whole >= limits["sample"] and is_beyond(each.share.value, limit):
            yield each


def reps_sent_back(material: Material, limits: Limits) -> Iterator[Finding]:
    """Representatives too many of whose submissions come back."""
    for rep in _above(material.reps, limits["sent_back"], limits):
        yield Finding(
            "sent_back",
            Severity.WATCH,
            stored_sentence(
                gettext_noop("Of %(rep)s's %(rounds)s reviews %(back)s were sent back: %(rate)s > %(limit)s%%"),
                rep=rep.name,
                rounds=rep.share.whole,
                back=rep.share.part,
                rate=percent(rep.share.value),
                limit=f"{limits['sent_back']:f}",
            ),
            stored_sentence(
                gettext_noop("Go through the reasons together; what comes back often belongs on the order form.")
            ),
            rep.rows,
            rep.key,
        )


def slow_stages(material: Material, limits: Limits) -> Iterator[Finding]:
    """Review stages too many of whose decisions came after the day on which they were due."""
    for stage in _above(material.stages, limits["stage_late"], limits):
        yield Finding(
            "slow_stage",
            Severity.WATCH,
            stored_sentence(
                gettext_noop(
                    "%(stage)s: %(late)s of %(all)s decisions came after their due day, %(rate)s > %(limit)s%%"
                ),
                stage=stage.name,
                late=stage.share.part,
                all=stage.share.whole,
                rate=percent(stage.share.value),
                limit=f"{limits['stage_late']:f}",
            ),
            stored_sentence(gettext_noop("Name a deputy for this stage, or give it more working days.")),
            stage.rows,
            stage.key,
        )


def prepayment_releases(material: Material, limits: Limits) -> Iterator[Finding]:
    """Orders approved although their prepayment had not been received."""
    released = [release for release in material.releases if release.check == PREPAYMENT]
    if len(released) > limits["prepayment_releases"]:
        yield Finding(
            "prepayment",
            Severity.OVER,
            stored_sentence(gettext_noop("Released in spite of a missing prepayment: %(n)s orders"), n=len(released)),
            stored_sentence(gettext_noop("Collect these prepayments now, and agree when such a release is allowed.")),
            _orders(released),
        )


def check_releases(material: Material, limits: Limits) -> Iterator[Finding]:
    """Any other failed check that is released more often than an exception is; the most frequent first."""
    by_check = defaultdict(list)
    for release in material.releases:
        by_check[release.check].append(release)
    by_check.pop(PREPAYMENT, None)
    for check, released in sorted(by_check.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        if len(released) > limits["check_releases"]:
            yield Finding(
                "released",
                Severity.NOTE,
                stored_sentence(
                    gettext_noop("Approved in spite of a failed check, %(check)s: %(n)s times"),
                    check=LABELS.get(check, check),
                    n=len(released),
                ),
                stored_sentence(
                    gettext_noop("Read the reasons: either the rule is too strict, or the exceptions are too many.")
                ),
                _orders(released),
                check,
            )


def _orders(released: list[Release]) -> tuple[Row, ...]:
    return tuple(Row("order", r.order, r.number, plain(r.reason)) for r in released[:MOST_ROWS])


RULES = (reps_sent_back, slow_stages, prepayment_releases, check_releases)
