"""What each verb of the order's life does besides moving the status."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from approvals.models import Decision, Round, Stage
from core.events import timeline_of
from core.models import Event
from core.workflow import Refused, take
from orders.models import Instalment, Order
from orders.statuses import Status
from tests.factories import CustomerFactory, make_order, terms

pytestmark = pytest.mark.django_db


def refusal(order, verb, by, **more):
    with pytest.raises(Refused) as caught:
        take(order, verb, by=by, **more)
    return caught.value


def test_a_submission_opens_a_round_gives_the_number_and_keeps_the_content(order_at, rep):
    order = order_at()
    event = take(order, "submit", by=rep)
    opened = Round.objects.get(order=order)
    assert (order.status, order.round, opened.number, opened.submitted_by) == (Status.REP_REVIEW, 1, 1, rep)
    assert order.number == f"{timezone.localdate():%Y%m}{order.customer.short_name}001"
    assert order.submitted_at is not None
    assert opened.content["header"]["gross_total"] == "11300.00"
    assert opened.content["lines"][0]["quantity"] == "10.000"
    assert (event.data["from"], event.data["to"], event.data["round"]) == ("draft", "rep_review", 1)


def test_a_second_submission_keeps_the_number_and_opens_the_second_round(order_at, steps, rep):
    order = steps(order_at(), "submit")
    number = order.number
    take(order, "withdraw", by=rep)
    steps(order, "submit")
    assert (order.number, order.round) == (number, 2)
    assert list(order.rounds.values_list("number", flat=True)) == [1, 2]


def test_an_order_that_lacks_something_is_not_submitted(order_at, rep):
    order = order_at()
    order.lines.all().delete()
    Order.objects.filter(pk=order.pk).update(promised_date=None)
    refused = refusal(order, "submit", rep)
    assert refused.kinds == {"guard"}
    assert not Round.objects.exists()
    assert Order.objects.get(pk=order.pk).number is None


def test_each_approval_keeps_a_decision_with_its_checks(order_at, steps, rep, manager, finance):
    order = steps(order_at(), "submit", "rep_approve", "manager_approve", "finance_approve")
    decisions = Decision.objects.order_by("id")
    assert [(d.stage, d.verdict, d.by) for d in decisions] == [
        (Stage.REP, "approved", rep),
        (Stage.MANAGER, "approved", manager),
        (Stage.FINANCE, "approved", finance),
    ]
    kept = {check["code"]: check["verdict"] for check in decisions[1].checks}
    assert kept == dict.fromkeys(("cap", "credit", "date", "discount", "agreed", "overdue"), "pass")
    assert order.status == Status.APPROVED


def test_approval_freezes_what_figures_count_by(order_at, finance):
    order = order_at(Status.FINANCE_REVIEW)
    take(order, "finance_approve", by=finance)
    assert order.approved_at is not None
    assert (order.grade, order.province) == ("A", "云汀省")
    assert order.first_promised_date == order.promised_date
    assert (order.booking_date, order.sold_by, order.sold_team) == (order.order_date, order.rep, order.team)


def test_the_prepayment_becomes_due_when_the_order_enters_the_final_review(customer, manager):
    order = make_order(customer=customer, status=Status.MANAGER_REVIEW)
    take(order, "manager_approve", by=manager)
    assert list(order.current_instalments().values_list("trigger", "due_date")) == [
        ("prepayment", timezone.localdate()),
        ("arrival", None),
    ]


def test_a_prepayment_with_days_is_due_that_much_later(customer, steps):
    order = make_order(customer=customer)
    Instalment.objects.filter(order=order, trigger="prepayment").update(days=7)
    steps(order, "submit", "rep_approve", "manager_approve")
    assert order.current_instalments().first().due_date == timezone.localdate() + timedelta(days=7)


@pytest.mark.parametrize(("verb", "who"), [("send_back", "finance"), ("withdraw", "rep"), ("cancel", "rep")])
def test_nothing_stays_due_when_the_order_leaves_the_final_review_unapproved(customer, steps, request, verb, who):
    order = steps(make_order(customer=customer), "submit", "rep_approve", "manager_approve")
    take(order, verb, by=request.getfixturevalue(who), note="客户改期")
    assert not order.current_instalments().exclude(due_date=None).exists()


def test_sending_back_keeps_reason_and_checks_and_marks_the_order(order_at, manager):
    order = order_at(Status.MANAGER_REVIEW)
    take(order, "send_back", by=manager, note="折扣请重谈")
    decision = Decision.objects.get()
    assert (decision.verdict, decision.stage, decision.note) == ("sent_back", Stage.MANAGER, "折扣请重谈")
    assert len(decision.checks) == 6
    assert order.is_sent_back


def test_sending_back_needs_a_reason(order_at, manager):
    refused = refusal(order_at(Status.MANAGER_REVIEW), "send_back", manager, note="  ")
    assert refused.kinds == {"input"}
    assert not Decision.objects.exists()


def test_a_submission_clears_the_mark_of_having_been_sent_back(order_at, steps, manager):
    order = order_at(Status.MANAGER_REVIEW)
    take(order, "send_back", by=manager, note="折扣请重谈")
    steps(order, "submit")
    assert not order.sent_back


def test_a_withdrawn_order_is_a_draft_that_nobody_sent_back(order_at, rep):
    order = order_at(Status.MANAGER_REVIEW)
    take(order, "withdraw", by=rep)
    assert (order.status, order.sent_back) == (Status.DRAFT, False)
    assert not Decision.objects.exists()


def test_an_unnumbered_draft_can_be_cancelled(order_at, rep):
    order = order_at()
    take(order, "cancel", by=rep, note="录错客户")
    assert (order.status, order.number) == (Status.CANCELLED, None)


def test_what_was_paid_stays_with_a_cancelled_order_until_finance_decides(customer, rep, pay):
    order = make_order(customer=customer, status=Status.FINANCE_REVIEW)
    pay(order, "3390")
    take(order, "cancel", by=rep, note="客户取消")
    customer.refresh_from_db()
    assert (order.status, order.received_total, customer.balance) == (Status.CANCELLED, Decimal(3390), 0)


def test_a_rep_takes_no_verb_on_the_order_of_another(order_at, other_rep):
    assert refusal(order_at(Status.REP_REVIEW), "rep_approve", other_rep).kinds == {"guard"}


def test_a_manager_takes_no_verb_on_the_order_of_another_team(order_at, other_manager):
    order = order_at(Status.MANAGER_REVIEW)
    for verb in ("manager_approve", "send_back", "withdraw", "cancel"):
        assert refusal(order, verb, other_manager, note="x").kinds == {"guard"}


# ---- four eyes -------------------------------------------------------------------------------------------------------


def test_a_manager_does_not_review_what_they_drafted(order_at, manager, second_manager):
    order = order_at(Status.MANAGER_REVIEW, drafted_by=manager)
    assert refusal(order, "manager_approve", manager).kinds == {"guard"}
    assert refusal(order, "send_back", manager, note="x").kinds == {"guard"}
    take(order, "manager_approve", by=second_manager)
    assert order.status == Status.FINANCE_REVIEW


def test_a_rep_decides_stage_one_of_an_own_draft(order_at, rep):
    order = order_at(Status.REP_REVIEW)
    take(order, "rep_approve", by=rep)
    assert order.status == Status.MANAGER_REVIEW


def test_who_decided_stage_two_does_not_decide_stage_three(order_at, steps, manager, finance):
    """A manager who moved to finance meanwhile."""
    order = steps(order_at(), "submit", "rep_approve", "manager_approve")
    manager.role = "finance"
    manager.save()
    assert refusal(order, "finance_approve", manager).kinds == {"guard"}
    assert refusal(order, "send_back", manager, note="x").kinds == {"guard"}
    take(order, "finance_approve", by=finance)
    assert order.status == Status.APPROVED


# ---- late and stale --------------------------------------------------------------------------------------------------


def test_a_second_reviewer_is_told_who_decided_and_when(order_at, manager, second_manager):
    order = order_at(Status.MANAGER_REVIEW)
    seen = Order.objects.get(pk=order.pk)
    take(order, "manager_approve", by=manager)
    refused = refusal(seen, "manager_approve", second_manager, version=seen.version)
    assert refused.kinds == {"state"}
    assert "陈志远" in str(refused)
    assert f"{timezone.localdate():%Y-%m-%d}" in str(refused)


def test_the_other_reviewer_of_the_stage_is_told_so_when_sending_back_too(order_at, manager, second_manager):
    order = order_at(Status.MANAGER_REVIEW)
    take(order, "manager_approve", by=manager)
    refused = refusal(order, "send_back", second_manager, note="x")
    assert refused.kinds == {"state"}
    assert "陈志远" in str(refused)


def test_who_looked_at_an_older_version_looks_again(order_at, manager):
    order = order_at(Status.MANAGER_REVIEW)
    assert refusal(order, "manager_approve", manager, version=order.version - 1 if order.version else 99).kinds == {
        "stale"
    }
    assert not Decision.objects.exists()


def test_only_decisions_of_the_present_round_count(order_at, steps, manager, rep):
    order = steps(order_at(), "submit", "rep_approve", "manager_approve")
    take(order, "withdraw", by=rep)
    steps(order, "submit", "rep_approve", "manager_approve", "finance_approve")
    assert list(Decision.objects.order_by("id").values_list("round__number", flat=True)) == [1, 1, 2, 2, 2]


# ---- releasing a failed check ----------------------------------------------------------------------------------------


@pytest.fixture
def poor(rep):
    """A customer without any credit of its own."""
    return CustomerFactory(owner=rep, team=rep.team, grade="A", credit_limit=Decimal("1000"))


def test_a_failed_check_is_released_only_with_a_written_reason(order_at, poor, manager):
    order = order_at(Status.MANAGER_REVIEW, customer=poor)
    assert refusal(order, "manager_approve", manager).kinds == {"input"}
    assert refusal(order, "manager_approve", manager, answers={"override-credit": "  "}).kinds == {"input"}
    take(order, "manager_approve", by=manager, answers={"override-credit": "客户承诺本周付清"})
    kept = {check["code"]: check for check in Decision.objects.get().checks}
    assert kept["credit"]["verdict"] == "fail"
    assert kept["credit"]["override"] == "客户承诺本周付清"
    assert not kept["cap"]["override"]


def test_a_release_stands_in_the_timeline(order_at, poor, manager):
    order = order_at(Status.MANAGER_REVIEW, customer=poor)
    take(order, "manager_approve", by=manager, answers={"override-credit": "客户承诺本周付清"})
    entry = timeline_of(order)[0]
    assert entry.changes[0][2] == "客户承诺本周付清"


def test_finance_goes_by_the_manager_s_release_while_the_shortage_has_not_grown(order_at, poor, manager, finance):
    order = order_at(Status.MANAGER_REVIEW, customer=poor)
    take(order, "manager_approve", by=manager, answers={"override-credit": "客户承诺本周付清"})
    take(order, "finance_approve", by=finance)
    credit = Decision.objects.latest("id").checks
    kept = {check["code"]: check for check in credit}["credit"]
    assert kept["verdict"] == "warn"
    assert "客户承诺本周付清" in kept["detail"]
    assert "陈志远" in kept["detail"]


def test_a_shortage_that_grew_since_goes_back_to_the_manager(order_at, poor, manager, finance):
    order = order_at(Status.MANAGER_REVIEW, customer=poor)
    take(order, "manager_approve", by=manager, answers={"override-credit": "客户承诺本周付清"})
    order_at(Status.APPROVED, customer=poor)
    refused = refusal(order, "finance_approve", finance, answers={"override-credit": "我也放行"})
    assert refused.kinds == {"guard"}
    assert "陈志远" in str(refused)


def test_a_release_of_an_earlier_round_counts_no_more(order_at, steps, poor, manager, rep):
    order = order_at(customer=poor)
    steps(order, "submit", "rep_approve")
    take(order, "manager_approve", by=manager, answers={"override-credit": "客户承诺本周付清"})
    take(order, "withdraw", by=rep)
    steps(order, "submit", "rep_approve")
    assert refusal(order, "manager_approve", manager).kinds == {"input"}


def test_a_failure_that_nobody_may_release_blocks_and_says_what_to_do(order_at, rep, customer):
    order = order_at(Status.REP_REVIEW)
    customer.industry = ""
    customer.save()
    refused = refusal(order, "rep_approve", rep, answers={"override-customer_file": "算了"})
    assert refused.kinds == {"guard"}
    assert Order.objects.get(pk=order.pk).status == Status.REP_REVIEW


def test_the_prepayment_lets_the_order_pass_as_soon_as_it_is_received(customer, steps, finance, pay):
    order = steps(make_order(customer=customer, payment_terms=terms()), "submit", "rep_approve", "manager_approve")
    assert refusal(order, "finance_approve", finance).kinds == {"guard"}
    pay(order, "3389.99")
    assert refusal(order, "finance_approve", finance).kinds == {"guard"}
    pay(order, "0.01")
    steps(order, "finance_approve")
    assert order.status == Status.APPROVED


def test_every_step_stands_in_the_timeline_with_its_reason(order_at, steps, manager, rep):
    order = steps(order_at(), "submit", "rep_approve")
    take(order, "send_back", by=manager, note="交期太紧")
    steps(order, "submit", "rep_approve", "manager_approve", "finance_approve")
    verbs = list(Event.objects.filter(subject_id=order.pk).order_by("id").values_list("verb", flat=True))
    assert verbs == [
        "submit",
        "rep_approve",
        "send_back",
        "submit",
        "rep_approve",
        "manager_approve",
        "finance_approve",
    ]
    sent_back = timeline_of(order)[4]
    assert (sent_back.note, sent_back.actor_name, sent_back.tone) == ("交期太紧", "陈志远", "bad")
