"""The rules of the report: each appears when there is something to say, and vanishes when there is not."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from analytics.figures.kpis import Figures, Share
from analytics.figures.months import Month
from analytics.report.findings import Row, Severity
from analytics.report.material import Amounts, Buyer, Fall, Material, Rated, Release, Rhythm, Shares
from analytics.report.rules import RULES, findings_of
from analytics.report.thresholds import THRESHOLDS
from core.sentences import translated

MONTH = Month(2026, 10)
LIMITS = {key: Decimal(default) for key, (default, _label) in THRESHOLDS.items()} | {"delay_rate": Decimal(10)}
USUAL = Figures(
    order_total=Decimal(100000),
    order_count=10,
    repurchase=Share(8, 10),
    on_time=Share(9, 10),
    delays={"1": Share(1, 10)},
)
ORDER = Row("order", 1, "202610海雅装备001")


def month(figures=USUAL, **more) -> Material:
    return Material(
        month=MONTH, as_of=MONTH.last, figures=figures, earlier=(USUAL,) * 3, categories={"1": "控制柜"}, **more
    )


def found(material: Material, limits=LIMITS) -> dict:
    return {finding.key: finding for finding in findings_of(material, limits)}


def rhythm(silent_days: int, times: int = 5) -> Rhythm:
    last = MONTH.last - timedelta(days=silent_days)
    return Rhythm(7, "海雅装备", last - timedelta(days=30 * (times - 1)), last, times)


def buyers(*amounts) -> tuple[Buyer, ...]:
    return tuple(Buyer(n, f"客户{n}", Decimal(amount)) for n, amount in enumerate(amounts))


def rated(part: int, whole: int) -> tuple[Rated, ...]:
    return (Rated("3", "王丽", Share(part, whole), (ORDER,)),)


def released(check: str, count: int) -> tuple[Release, ...]:
    return tuple(Release(check, n, f"20261000{n}", "老客户") for n in range(count))


#: The finding's key, a month in which it is made, and one like it in which it is not.
CASES = {
    "delay:1": (
        month(replace(USUAL, delays={"1": Share(7, 57)}), late_lines={"1": (ORDER,)}),
        month(replace(USUAL, delays={"1": Share(5, 57)})),
    ),
    "on_time": (month(replace(USUAL, on_time=Share(8, 10))), month(replace(USUAL, on_time=Share(88, 100)))),
    "silent_a": (month(of_a=(rhythm(61),)), month(of_a=(rhythm(60), rhythm(300, times=2)))),
    "concentration": (
        month(largest=buyers(20000, 15000, 10000, 5000, 1000)),
        month(largest=buyers(20000, 15000, 10000, 4000, 1000)),
    ),
    "falling_b": (
        month(of_b=(Fall(7, "海雅装备", Decimal(69), Decimal(100)),)),
        month(of_b=(Fall(7, "海雅装备", Decimal(70), Decimal(100)),)),
    ),
    "repurchase": (month(replace(USUAL, repurchase=Share(7, 10))), month(replace(USUAL, repurchase=Share(15, 20)))),
    "sent_back:3": (month(reps=rated(2, 9)), month(reps=rated(2, 10))),
    "slow_stage:3": (month(stages=rated(2, 10)), month(stages=rated(1, 10))),
    "prepayment": (month(releases=released("prepayment", 1)), month(releases=released("credit", 1))),
    "released:credit": (month(releases=released("credit", 3)), month(releases=released("credit", 2))),
    "total": (
        month(replace(USUAL, order_total=Decimal(79000), order_count=8)),
        month(replace(USUAL, order_total=Decimal(81000), order_count=8)),
    ),
    "average": (month(replace(USUAL, order_count=12)), month(replace(USUAL, order_count=11))),
    "discounts": (
        month(discounts=Shares(Share(51, 1000), Share(40, 1000), (ORDER,))),
        month(discounts=Shares(Share(50, 1000), Share(40, 1000))),
    ),
    "overdue": (
        month(overdue=Amounts(Decimal(111), Decimal(100), (ORDER,))),
        month(overdue=Amounts(Decimal(110), Decimal(100))),
    ),
}


@pytest.mark.parametrize("key", CASES)
def test_a_rule_appears(key):
    finding = found(CASES[key][0])[key]
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert "%(" not in translated(finding.text)
            assert translated(finding.advice)
    assert finding.severity in Severity


@pytest.mark.parametrize("key", CASES)
def test_a_rule_vanishes(key):
    assert key not in found(CASES[key][1])


def test_every_rule_has_its_two_tests():
    assert len(RULES) == len(CASES)


def test_a_usual_month_has_no_findings():
    assert found(month()) == {}


def test_an_empty_month_has_no_findings():
    assert found(Material(month=MONTH, as_of=MONTH.last)) == {}


def test_a_delayed_category_reads_with_its_numbers():
    with translation.override("en"):
        text = translated(found(CASES["delay:1"][0])["delay:1"].text)
    assert text == "Delay rate of 控制柜 12.3% > 10%: 7 of 57 lines"


def test_a_few_lines_are_no_rate():
    assert found(month(replace(USUAL, delays={"1": Share(4, 4)}))) == {}


def test_an_administrators_limit_is_what_counts():
    assert "delay:1" not in found(CASES["delay:1"][0], LIMITS | {"delay_rate": Decimal(13)})


def test_the_running_month_is_not_said_to_sell_less():
    running = replace(CASES["total"][0], as_of=MONTH.first)
    assert "total" not in found(running)


def test_the_most_pressing_stand_first():
    material = replace(CASES["falling_b"][0], overdue=Amounts(Decimal(111), Decimal(100)), of_a=(rhythm(61),))
    assert list(found(material)) == ["overdue", "silent_a", "falling_b"]
