"""Proposals of other grades: who makes them, what they say, what deciding one changes and what it leaves alone."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from agreements.prices import AgreedPrices
from approvals.checks import run
from approvals.dossier import dossier_of
from core.chunks import chunks
from core.jobs import runner
from core.models import Event, Job, Message
from core.workflow import Refused, take
from customers.former import standing_on
from customers.grades import set_own_limit
from customers.models import Customer, GradeChange, GradePolicy
from grading.consequences import broken_rules, consequences_of
from grading.figures import amounts_by_month
from grading.jobs import request_regrading_of_quarter
from grading.models import GradeProposal, Regrading
from grading.services import look_at_everybody, propose_from_file, regrade, request_regrading
from grading.statuses import ProposalStatus
from grading.target import quarter_of
from orders.models import Order
from orders.statuses import Status
from tests.factories import CustomerFactory, make_order, make_proposal, terms

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
QUARTER = quarter_of(TODAY)
BEFORE = QUARTER - timedelta(days=30)


@pytest.fixture
def customer(rep) -> Customer:
    found = CustomerFactory(owner=rep, team=rep.team)
    Customer.objects.filter(pk=found.pk).update(created_at=timezone.now() - timedelta(days=400))
    return Customer.objects.get(pk=found.pk)


def bought(customer, amount: str, day: date = BEFORE) -> Order:
    return make_order(customer=customer, status=Status.COMPLETED, order_date=day, lines=[("柜", 1, amount)])


def run_quarter() -> Regrading:
    looked_at, findings = look_at_everybody(QUARTER)
    return regrade(quarter=QUARTER, looked_at=looked_at, findings=findings)


def test_a_quarter_proposes_where_figures_ask_for_another_grade(customer):
    bought(customer, "120000")
    bought(customer, "60000", BEFORE - timedelta(days=366))
    bought(customer, "900000", TODAY if TODAY > QUARTER else QUARTER)  # in the quarter itself
    CustomerFactory()
    done = run_quarter()
    (proposal,) = GradeProposal.objects.all()
    assert (done.looked_at, done.proposed) == (2, 1)
    assert (proposal.before, proposal.after, proposal.origin) == ("C", "B", "quarter")
    assert (proposal.annual_amount, proposal.previous_amount) == (Decimal(120_000), Decimal(60_000))
    assert proposal.growth == 100
    assert proposal.consequences["limit"] == ["50000.00", "200000.00"]
    assert proposal.average_score is None


def test_looking_at_everybody_never_goes_back_in_its_progress(customer, monkeypatch):
    CustomerFactory.create_batch(4)
    monkeypatch.setattr("grading.services.chunks", lambda things: chunks(things, 2))
    seen = []
    look_at_everybody(QUARTER, lambda done, total: seen.append((done, total)))
    assert seen == [(2, 5), (4, 5), (5, 5)]


def test_the_same_quarter_a_second_time_changes_nothing(customer, manager):
    bought(customer, "120000")
    run_quarter()
    take(GradeProposal.objects.get(), "reject", by=manager, note="再看一季")
    assert run_quarter().proposed == 1
    assert GradeProposal.objects.open().count() == 0


def test_the_next_quarter_closes_what_nobody_decided(customer):
    old = make_proposal(customer, "A", quarter=date(2026, 7, 1))
    bought(customer, "120000")
    assert run_quarter().closed == 1
    old.refresh_from_db()
    assert old.status == ProposalStatus.CLOSED
    assert [each.after for each in GradeProposal.objects.open()] == ["B"]


def test_the_job_runs_once_a_quarter_and_tells_the_managers(customer, manager, monkeypatch):
    bought(customer, "120000")
    monkeypatch.setattr("grading.jobs.first_working_day", lambda quarter: quarter)
    job = request_regrading_of_quarter()
    assert request_regrading_of_quarter() == job
    runner.run_job(job.pk)
    assert Job.objects.get(pk=job.pk).state == Job.State.DONE
    assert GradeProposal.objects.open().count() == 1
    assert Message.objects.filter(user=manager, url="/grades/").exists()
    assert request_regrading_of_quarter() is None


def test_before_the_first_working_day_nothing_is_asked_for(customer, monkeypatch):
    monkeypatch.setattr("grading.jobs.first_working_day", lambda quarter: TODAY + timedelta(days=1))
    assert request_regrading_of_quarter() is None


def test_accepting_gives_the_grade_from_today_on_and_keeps_it_in_the_history(customer, manager):
    proposal = make_proposal(customer)
    take(proposal, "accept", by=manager, note="连续增长")
    customer.refresh_from_db()
    (change,) = customer.grade_changes.all()
    assert customer.grade == "B"
    assert (change.on, change.before, change.after, change.reason, change.by) == (TODAY, "C", "B", "连续增长", manager)
    assert standing_on(customer, TODAY - timedelta(days=1)).grade == "C"
    assert standing_on(customer, TODAY).grade == "B"


def test_drafts_and_orders_under_review_go_by_the_new_grade_and_approved_ones_keep_theirs(customer, manager):
    draft = make_order(customer=customer)
    reviewed = make_order(customer=customer, status=Status.MANAGER_REVIEW)
    approved = make_order(customer=customer, status=Status.APPROVED)
    take(make_proposal(customer), "accept", by=manager)
    grades = [Order.objects.get(pk=order.pk).grade for order in (draft, reviewed, approved)]
    assert grades == ["B", "B", "C"]
    assert Order.objects.get(pk=reviewed.pk).version == reviewed.version + 1
    assert set(Event.objects.filter(verb="grade_changed").values_list("subject_id", flat=True)) == {
        draft.pk,
        reviewed.pk,
    }


def test_the_order_says_that_its_rules_are_others(customer, manager, as_rep):
    order = make_order(customer=customer, status=Status.MANAGER_REVIEW)
    Order.objects.filter(pk=order.pk).update(submitted_at=timezone.now() - timedelta(hours=1))
    take(make_proposal(customer), "accept", by=manager)
    assert "客户等级" in (page := as_rep.get(order.get_absolute_url()).content.decode())
    assert "按新等级" in page


def test_an_order_of_yesterday_approved_tomorrow_counts_by_the_grade_of_its_order_date(customer, manager):
    order = make_order(customer=customer, status=Status.FINANCE_REVIEW, order_date=TODAY - timedelta(days=3))
    take(make_proposal(customer), "accept", by=manager)
    assert standing_on(order.customer, order.order_date).grade == "C"


def test_a_care_plan_begins_with_grade_a_and_ends_with_it(customer, manager):
    take(make_proposal(customer, "A"), "accept", by=manager)
    assert customer.care_plans.filter(ended_on=None).count() == 1
    customer.refresh_from_db()
    take(make_proposal(customer, "B"), "accept", by=manager)
    assert customer.care_plans.filter(ended_on=None).count() == 0


def test_a_rejection_needs_a_comment_and_changes_nothing(customer, manager):
    proposal = make_proposal(customer)
    with pytest.raises(Refused):
        take(proposal, "reject", by=manager)
    take(proposal, "reject", by=manager, note="付款太慢")
    customer.refresh_from_db()
    assert (customer.grade, proposal.status, proposal.comment) == ("C", ProposalStatus.REJECTED, "付款太慢")
    assert not GradeChange.objects.exists()


def test_the_second_decision_is_told_who_was_first(customer, manager):
    proposal = make_proposal(customer)
    take(GradeProposal.objects.get(pk=proposal.pk), "accept", by=manager)
    with pytest.raises(Refused, match=str(manager)):
        take(proposal, "reject", by=manager, note="不")


def test_a_proposal_is_out_of_date_once_the_grade_is_another(customer, manager):
    proposal = make_proposal(customer)
    Customer.objects.filter(pk=customer.pk).update(grade="A")
    with pytest.raises(Refused):
        take(proposal, "accept", by=manager)


def test_a_handed_over_customer_is_decided_by_the_other_team(customer, manager, other_rep, other_manager):
    proposal = make_proposal(customer)
    Customer.objects.filter(pk=customer.pk).update(owner=other_rep, team=other_rep.team)
    with pytest.raises(Refused):
        take(proposal, "accept", by=manager)
    take(proposal, "accept", by=other_manager)


TRUTH = {("open", "accept"): {"manager"}, ("open", "reject"): {"manager"}}


@pytest.mark.parametrize("state", ProposalStatus.values)
@pytest.mark.parametrize("verb", ["accept", "reject", "close"])
@pytest.mark.parametrize("who", ["rep", "manager", "finance", "operations", "service", "admin"])
def test_who_may_do_what_in_which_state(state, verb, who, request, customer, manager):
    proposal = make_proposal(customer, status=state, decided_by=manager, decided_at=timezone.now())
    try:
        take(proposal, verb, by=request.getfixturevalue(who), note="理由")
        taken = True
    except Refused:
        taken = False
    assert taken == (who in TRUTH.get((state, verb), set()))


@pytest.mark.parametrize("state", ProposalStatus.values)
def test_the_system_closes_what_is_open_and_nothing_else(state, customer, manager):
    proposal = make_proposal(customer, status=state, decided_by=manager, decided_at=timezone.now())
    try:
        take(proposal, "close", by=None)
    except Refused:
        assert state != ProposalStatus.OPEN
    assert proposal.status == (ProposalStatus.CLOSED if state == ProposalStatus.OPEN else state)


def test_a_request_needs_a_reason_other_figures_and_no_open_proposal(customer, rep, manager, finance):
    with pytest.raises(ValidationError):
        request_regrading(customer=customer, note="看看", by=rep)
    bought(customer, "120000")
    with pytest.raises(ValidationError):
        request_regrading(customer=customer, note=" ", by=rep)
    with pytest.raises(PermissionDenied):
        request_regrading(customer=customer, note="看看", by=finance)
    assert request_regrading(customer=customer, note="大单", by=rep).origin == "request"
    assert Message.objects.filter(user=manager).count() == 1
    with pytest.raises(ValidationError):
        request_regrading(customer=customer, note="再来", by=rep)


def test_another_grade_in_a_file_is_proposed_once(customer, manager):
    assert len(propose_from_file({customer.pk: "A"}, manager, "客户.xlsx")) == 1
    assert propose_from_file({customer.pk: "A"}, manager, "客户.xlsx") == []
    (again,) = propose_from_file({customer.pk: "B"}, manager, "客户2.xlsx")
    assert [each.pk for each in GradeProposal.objects.open()] == [again.pk]
    assert propose_from_file({customer.pk: "C"}, manager, "客户3.xlsx") == []


def test_what_would_change_and_which_open_order_would_break_a_rule(rep):
    customer = CustomerFactory(owner=rep, team=rep.team, grade="A")
    order = make_order(
        customer=customer,
        status=Status.MANAGER_REVIEW,
        payment_terms=terms("100%到货后30天"),
        lines=[("柜", 1, "200000")],
    )
    proposal = make_proposal(customer, "C")
    found = consequences_of([proposal], TODAY)[customer.pk]
    assert found["cap"] == ["300000.00", "80000.00"]
    assert found["terms"][0] == ["100%到货后30天"]
    assert found["orders"] == [[order.pk, str(order), ["cap", "credit", "terms"]]]


def test_an_own_limit_stays_whatever_the_grade(rep):
    customer = CustomerFactory(owner=rep, team=rep.team, credit_limit=Decimal("70000.00"))
    assert consequences_of([make_proposal(customer)], TODAY)[customer.pk]["own_limit"] == "70000.00"


def test_finance_sets_a_limit_with_a_reason_and_a_last_day(customer, finance, manager):
    with pytest.raises(PermissionDenied):
        set_own_limit(customer=customer, amount=Decimal(1), until=TODAY, reason="x", by=manager)
    for wrong in ({"until": None}, {"until": TODAY - timedelta(days=1)}, {"reason": " "}):
        with pytest.raises(ValidationError):
            set_own_limit(
                **{"customer": customer, "amount": Decimal(9), "until": TODAY, "reason": "x", "by": finance} | wrong
            )
    set_own_limit(customer=customer, amount=Decimal(300_000), until=TODAY, reason="大项目", by=finance)
    customer.refresh_from_db()
    assert customer.own_limit_on(TODAY) == 300_000
    assert customer.own_limit_on(TODAY + timedelta(days=1)) is None
    set_own_limit(customer=customer, amount=None, reason="项目结束", by=finance)
    customer.refresh_from_db()
    assert customer.own_limit_on(TODAY) is None


def test_the_page_decides_many_with_one_comment(as_manager, customer, rep):
    other = CustomerFactory(owner=rep, team=rep.team)
    proposals = [make_proposal(customer), make_proposal(other)]
    page = as_manager.get("/grades/").content.decode()
    assert customer.get_absolute_url() in page
    posted = {"proposal": [f"{each.pk}:{each.version}" for each in proposals], "verb": "accept", "note": "同意"}
    assert as_manager.post("/grades/decide/", posted).status_code == 303
    assert set(GradeChange.objects.values_list("customer", "reason")) == {(customer.pk, "同意"), (other.pk, "同意")}


def test_a_comment_stays_when_every_decision_is_refused(as_manager, manager, customer):
    proposal = make_proposal(customer)
    posted = {"proposal": f"{proposal.pk}:{proposal.version}", "verb": "accept", "note": "与财务核对过"}
    take(GradeProposal.objects.get(pk=proposal.pk), "reject", by=manager, note="暂缓")
    make_proposal(customer)
    page = as_manager.post("/grades/decide/", posted, follow=True).content.decode()
    assert 'value="与财务核对过"' in page
    assert "与财务核对过" not in as_manager.get("/grades/").content.decode()


def test_a_comment_is_gone_once_something_was_decided(as_manager, customer):
    proposal = make_proposal(customer)
    posted = {"proposal": f"{proposal.pk}:{proposal.version}", "verb": "accept", "note": "同意"}
    as_manager.post("/grades/decide/", posted)
    make_proposal(CustomerFactory(owner=customer.owner, team=customer.team))
    assert 'value="同意"' not in as_manager.get("/grades/").content.decode()


def test_the_amounts_of_twelve_months_are_drawn(as_manager, customer):
    last_month = TODAY.replace(day=1) - timedelta(days=1)
    bought(customer, "1200", last_month)
    bought(customer, "300", last_month - timedelta(days=400))
    make_proposal(customer)
    amounts = amounts_by_month([customer.pk], TODAY)[customer.pk]
    assert amounts == [0] * 11 + [Decimal("1200.00")]
    assert '<svg class="spark"' in as_manager.get("/grades/").content.decode()


@pytest.mark.parametrize(("price", "broken"), [("300000", []), ("300000.01", ["cap"])])
def test_a_rule_is_broken_for_the_grade_exactly_where_the_check_fails(rep, price, broken):
    customer = CustomerFactory(owner=rep, team=rep.team, grade="A")
    policy = GradePolicy.objects.get(grade="A")
    order = make_order(customer=customer, status=Status.MANAGER_REVIEW, lines=[("柜", 1, "1")])
    order.gross_total = Decimal(price)
    found = set(broken_rules(order, customer, policy, [], AgreedPrices([]), TODAY))
    failing = {r.code for r in run("manager_review", dossier_of(order)) if r.failed}
    assert found & {"cap"} == set(broken)
    assert found & {"cap", "credit", "discount"} == failing & {"cap", "credit", "discount"}


def test_the_page_without_a_choice_says_so(as_manager):
    assert "至少选" in as_manager.post("/grades/decide/", {"verb": "accept"}, follow=True).content.decode()


def test_a_change_of_a_policy_is_kept(as_admin):
    policy = GradePolicy.objects.get(grade="B")
    names = ("annual_threshold", "credit_limit", "max_discount", "visit_interval")
    posted = {name: str(getattr(policy, name)) for name in names} | {"order_cap": "170000", "least_score": ""}
    posted["allowed_terms"] = [each.pk for each in policy.allowed_terms.all()]
    assert as_admin.post(f"/admin/customers/gradepolicy/{policy.pk}/change/", posted).status_code == 302
    (change,) = policy.policy_changes.all()
    assert [row[1:] for row in change.changes] == [["150000.00", "170000"]]
