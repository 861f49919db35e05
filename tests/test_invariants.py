"""Every rule of ``check_invariants`` holds on sound data, and each is found when it is broken."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import translation

from core import registries
from core.invariants import examine
from core.sentences import translated
from orders.statuses import Status
from tests.breakers import BREAKERS
from tests.breakers.amounts import a_net_total_unlike_its_lines
from tests.breakers.kit import due_by_now, pay
from tests.browser.language import ENGLISH_WORDS, HAN
from tests.factories import CustomerFactory, make_order

pytestmark = pytest.mark.django_db
WAYS = [(rule, breaker) for rule, breakers in BREAKERS.items() for breaker in breakers]


def broken() -> set[str]:
    return {finding.invariant.name for finding in examine() if not finding.holds}


def breaches(rule: str) -> list[str]:
    return [text for invariant in registries.invariants if invariant.name == rule for text in invariant.breaches()]


def test_every_rule_has_a_name_of_its_own_and_is_broken_by_a_test():
    names = [invariant.name for invariant in registries.invariants]
    assert sorted(names) == sorted(BREAKERS)


@pytest.mark.parametrize(("rule", "breaker"), WAYS, ids=[breaker.__name__ for _rule, breaker in WAYS])
def test_what_breaks_a_rule_is_found(rule, breaker):
    steps = breaker()
    next(steps)
    assert breaches(rule) == []
    next(steps, None)
    assert breaches(rule)


def test_sound_data_breaks_nothing():
    order = make_order(status=Status.FINANCE_REVIEW, customer=CustomerFactory(credit_limit=1_000_000))
    due_by_now(order)
    pay(order)
    assert broken() == set()


def break_something() -> None:
    list(a_net_total_unlike_its_lines())


def test_the_command_lists_what_is_broken_and_exits_with_one():
    break_something()
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("check_invariants", stdout=out)
    assert left.value.code == 1
    assert "BROKEN order totals" in out.getvalue()


def test_the_command_is_quiet_about_sound_data():
    out = StringIO()
    call_command("check_invariants", stdout=out)
    assert "BROKEN" not in out.getvalue()


HISTORY = [
    (rule, way) for rule, way in WAYS if any(each.name == rule and each.of_history for each in registries.invariants)
]


@pytest.mark.parametrize(("rule", "breaker"), HISTORY, ids=[breaker.__name__ for _rule, breaker in HISTORY])
def test_what_is_found_about_history_is_said_in_the_language_of_the_page(rule, breaker):
    for _step in breaker():
        pass
    for found in breaches(rule):
        with translation.override("zh-hans"):
            said = translated(found.said)
        assert HAN.search(said), said
        assert not ENGLISH_WORDS.search(said), said
        assert ENGLISH_WORDS.search(found) or rule == "archives", found
