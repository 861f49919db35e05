"""The engine: every obstacle at once, all or nothing, history kept, news only after the commit."""

import pytest
from django.db import transaction

from accounts.roles import Role
from core import registries
from core.buttons import buttons_for
from core.models import Event
from core.workflow import Machine, Refused, Transition, born, take, taken
from orders.models import Order
from orders.statuses import Status
from tests.factories import make_order

pytestmark = pytest.mark.django_db


def too_small(attempt):
    return "Too small." if attempt.obj.gross_total < 5 else None


def needs_answer(attempt):
    return None if attempt.answers.get("why") else "Say why."


def keep_answer(attempt):
    attempt.data["why"] = attempt.answers["why"]


@pytest.fixture
def machine(monkeypatch):
    """A two-step machine in place of the real one."""
    table = Machine(
        model="orders.Order",
        own_lock="order",
        url_name="orders:advance",
        transitions=(
            Transition("drop", "Drop", (Status.DRAFT,), Status.CANCELLED, (Role.REP,), note_required=True),
            Transition(
                "close",
                "Close",
                (Status.DRAFT,),
                Status.CANCELLED,
                (Role.REP,),
                guards=(too_small,),
                input_guards=(needs_answer,),
                effects=(keep_answer,),
            ),
        ),
    )
    monkeypatch.setitem(registries.machines, "orders.Order", table)
    return table


def refusal(order, verb, by, **words):
    with pytest.raises(Refused) as caught:
        take(order, verb, by=by, **words)
    return caught.value


def test_a_verb_moves_the_record_and_keeps_the_reason(machine, rep):
    order = make_order(rep=rep)
    event = take(order, "drop", by=rep, note="客户项目暂停")
    assert order.status == Status.CANCELLED
    assert Order.objects.get(pk=order.pk).version == order.version == 1
    assert (event.verb, event.note, event.actor) == ("drop", "客户项目暂停", rep)
    assert (event.data["from"], event.data["to"]) == ("draft", "cancelled")


def test_a_missing_reason_is_refused(machine, rep):
    assert refusal(make_order(rep=rep), "drop", rep, note="  ").kinds == {"input"}


def test_another_role_is_refused_as_such(machine, finance):
    assert refusal(make_order(), "drop", finance, note="x").kinds == {"role"}


def test_whoever_may_not_see_the_record_takes_none_of_its_verbs(machine, other_rep):
    order = make_order()
    refused = refusal(order, "drop", other_rep, note="x")
    assert [(o.kind, o.sentence) for o in refused.obstacles] == [("guard", "该订单不归您负责。")]
    assert Order.objects.get(pk=order.pk).status == Status.DRAFT


def test_every_obstacle_is_told_at_once(machine, rep):
    order = make_order(rep=rep, lines=[("小件", 1, "1")])
    assert [o.sentence for o in refusal(order, "close", rep).obstacles] == ["Too small.", "Say why."]


def test_a_refused_verb_writes_nothing(machine, rep):
    order = make_order(rep=rep, lines=[("小件", 1, "1")])
    refusal(order, "close", rep, answers={"why": "x"})
    assert Order.objects.get(pk=order.pk).status == Status.DRAFT
    assert not Event.objects.exists()


def test_the_second_one_is_told_who_was_first(machine, rep):
    order = make_order(rep=rep)
    take(Order.objects.get(pk=order.pk), "drop", by=rep, note="x")
    error = refusal(order, "close", rep, answers={"why": "x"})
    assert error.kinds == {"state"}
    assert "王丽" in str(error)


def test_a_page_that_is_out_of_date_is_refused(machine, rep):
    assert refusal(make_order(rep=rep), "drop", rep, note="x", version=7).kinds == {"stale"}


def test_effects_may_add_to_the_history(machine, rep):
    event = take(make_order(rep=rep), "close", by=rep, answers={"why": "no need"})
    assert event.data["why"] == "no need"


def test_a_failing_effect_leaves_nothing_behind(machine, rep, monkeypatch):
    def fail(attempt):
        raise RuntimeError("disk full")

    broken = Transition("drop", "Drop", (Status.DRAFT,), Status.CANCELLED, (Role.REP,), effects=(fail,))
    monkeypatch.setitem(registries.machines, "orders.Order", Machine("orders.Order", (broken,), "order"))
    order = make_order(rep=rep)
    with pytest.raises(RuntimeError), transaction.atomic():
        take(order, "drop", by=rep)
    assert Order.objects.get(pk=order.pk).status == Status.DRAFT


def test_the_news_is_told_after_the_commit_only(machine, rep, django_capture_on_commit_callbacks):
    heard = []

    def listen(sender, obj, transition, **kwargs):
        heard.append((obj.pk, transition))

    taken.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            order = make_order(rep=rep)
            take(order, "drop", by=rep, note="x")
            assert heard == []
    finally:
        taken.disconnect(listen)
    assert heard == [(order.pk, "drop")]


def test_a_listener_that_fails_harms_nobody(machine, rep, django_capture_on_commit_callbacks):
    def fail(sender, **kwargs):
        raise RuntimeError("listener")

    taken.connect(fail)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            order = make_order(rep=rep)
            take(order, "drop", by=rep, note="x")
    finally:
        taken.disconnect(fail)
    assert Order.objects.get(pk=order.pk).status == Status.CANCELLED


def test_buttons_show_what_the_role_may_and_why_a_guard_closes(machine, rep, finance):
    order = make_order(rep=rep, lines=[("小件", 1, "1")])
    assert [(b.name, b.reasons) for b in buttons_for(order, rep)] == [("drop", ()), ("close", ("Too small.",))]
    assert buttons_for(order, finance) == []


def test_history_is_born_in_its_final_state(rep):
    orders = [make_order(number=f"202601旧{n}") for n in range(2)]
    born(orders, Status.CANCELLED)
    assert set(Order.objects.values_list("status", flat=True)) == {Status.CANCELLED}
    assert orders[0].status == Status.CANCELLED
