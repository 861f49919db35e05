"""Requirements are recorded, changed, answered, confirmed and lost."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from core.models import Event, PolicyValue
from core.stale import Stale
from core.submitted import SentOtherwise, scoped
from core.workflow import Refused, take
from customers.services import change_owner
from requirements.clock import response_due
from requirements.files import confirm_by_letter
from requirements.models import Question, Requirement
from requirements.services import record_requirement, update_requirement
from requirements.wanted import Wanted, read_wanted
from tests.factories import CustomerFactory, ProductFactory, RequirementFactory, UserFactory
from tests.sample_files import picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_sound")]
WORDS = {"description": "泵站改造，变频柜 8 台", "channel": "call", "priority": "regular"}


@pytest.fixture
def customer(rep):
    return CustomerFactory(owner=rep, team=rep.team)


@pytest.fixture
def recorded(customer, rep):
    """A function: a requirement as the rep records it."""

    def make(**more) -> Requirement:
        received = {"received_at": timezone.now() - timedelta(minutes=1)}
        return record_requirement(customer=customer, values={**received, **WORDS, **more}, wanted=[], by=rep)

    return make


def local(*parts) -> datetime:
    return timezone.make_aware(datetime(*parts))


# ---- recording -------------------------------------------------------------------------------------------------------


def test_numbers_count_by_month(recorded):
    month = f"{timezone.localdate():%Y%m}"
    assert [recorded().number for _n in range(2)] == [f"XQ{month}001", f"XQ{month}002"]


def test_a_number_that_an_import_brought_is_passed_over(recorded, customer):
    month = f"{timezone.localdate():%Y%m}"
    RequirementFactory(customer=customer, number=f"XQ{month}001")
    assert recorded().number == f"XQ{month}002"


def test_it_belongs_to_the_customer_s_owner_and_moves_with_the_customer(recorded, customer, manager, rep):
    requirement = recorded()
    assert (requirement.owner, requirement.team) == (rep, rep.team)
    other = UserFactory(team=rep.team)
    change_owner(customer=customer, owner=other, by=manager)
    requirement.refresh_from_db()
    assert requirement.owner == other


def test_nobody_records_for_a_foreign_customer(customer, other_rep, finance):
    for by in (other_rep, finance):
        with pytest.raises(PermissionDenied):
            record_requirement(customer=customer, values=WORDS, wanted=[], by=by)


def test_the_same_form_twice_is_one_requirement_and_other_content_is_refused(customer, rep):
    token = scoped(uuid4(), rep, customer)
    received = timezone.now() - timedelta(hours=1)
    values = {**WORDS, "received_at": received}
    first = record_requirement(customer=customer, values=values, wanted=[], by=rep, token=token)
    assert record_requirement(customer=customer, values=values, wanted=[], by=rep, token=token) == first
    with pytest.raises(SentOtherwise):
        record_requirement(customer=customer, values={**values, "description": "别的"}, wanted=[], by=rep, token=token)
    assert Requirement.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("description", {"description": ""}),
        ("received_at", {"received_at": timezone.now() + timedelta(days=2)}),
        ("__all__", {"budget_from": Decimal(5), "budget_to": Decimal(4)}),
        ("budget_to", {"budget_to": Decimal(-1)}),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(recorded, field, values):
    with pytest.raises(ValidationError) as refused:
        recorded(**values)
    assert field in refused.value.message_dict


def test_a_contact_of_another_customer_is_refused(recorded):
    with pytest.raises(ValidationError, match="另一个客户"):
        recorded(contact=CustomerFactory().primary_contact)


# ---- the response clock ----------------------------------------------------------------------------------------------

FRIDAY = (2026, 11, 27, 23, 50)


@pytest.mark.parametrize(
    ("priority", "due"),
    [("urgent", date(2026, 11, 30)), ("regular", date(2026, 12, 1)), ("long_term", date(2026, 12, 4))],
)
def test_an_answer_is_due_on_the_first_second_or_fifth_working_day_after(priority, due):
    assert response_due(local(*FRIDAY), priority) == due


def test_make_up_days_count_and_holidays_do_not():
    # National holidays of 2026: 1 to 7 October; 10 October, a Saturday, is worked.
    assert response_due(local(2026, 9, 30, 9), "regular") == date(2026, 10, 9)
    assert response_due(local(2026, 10, 9, 9), "urgent") == date(2026, 10, 10)


def test_a_policy_changes_what_comes_and_not_what_was_due(recorded):
    before = recorded(priority="urgent")
    due = before.response_due_on
    PolicyValue.objects.create(key="response_days_urgent", value="4")
    after = recorded(priority="urgent", received_at=before.received_at)
    before.refresh_from_db()
    assert before.response_due_on == due < after.response_due_on


def test_the_list_shows_first_what_waits_for_an_answer_the_longest_due_first(recorded, rep):
    now = timezone.now()
    answered = recorded(received_at=now - timedelta(days=40))
    take(answered, "respond", by=rep, note="已回电")
    late = recorded(received_at=now - timedelta(days=30))
    later = recorded(received_at=now - timedelta(days=20))
    urgent = recorded(received_at=now - timedelta(hours=1), priority="urgent")
    found = list(Requirement.objects.order_by("-urgency", "-id"))
    assert found == [late, later, urgent, answered]


def test_only_the_first_answer_stops_the_clock(recorded, rep, manager):
    requirement = recorded()
    take(requirement, "respond", by=rep, note="已回电")
    first = requirement.responded_at
    with pytest.raises(Refused, match="首次响应"):
        take(requirement, "respond", by=manager, note="再答")
    take(requirement, "send_summary", by=manager)
    assert (requirement.responded_at, requirement.responded_by) == (first, rep)
    with pytest.raises(DatabaseError), transaction.atomic():
        Requirement.objects.update(responded_at=timezone.now())


# ---- questions -------------------------------------------------------------------------------------------------------


def test_a_question_is_answered_once(recorded, rep):
    requirement = recorded()
    take(requirement, "ask", by=rep, answers={"question": "室内还是室外？"})
    question = Question.objects.get()
    words = {"about": str(question.pk), "answer": "室内", "answered_by": "潘峰"}
    take(requirement, "answer", by=rep, answers=words)
    question.refresh_from_db()
    assert (question.answer, question.answered_by, question.written_by) == ("室内", "潘峰", rep)
    with pytest.raises(Refused, match="室内"):
        take(requirement, "answer", by=rep, answers={**words, "answer": "室外"})


@pytest.mark.parametrize(
    ("verb", "answers"),
    [
        ("ask", {"question": " "}),
        ("ask", {"question": "长" * 1001}),
        ("answer", {"about": "999999", "answer": "是"}),
        ("answer", {"about": "x", "answer": "是"}),
        ("answer", {"answer": ""}),
    ],
)
def test_questions_and_answers_must_be_written(recorded, rep, verb, answers):
    requirement = recorded()
    take(requirement, "respond", by=rep, note="好")
    with pytest.raises(Refused) as refused:
        take(requirement, verb, by=rep, answers=answers)
    assert refused.value.kinds == {"input"}


def test_an_answer_goes_to_no_foreign_question(recorded, rep):
    mine, foreign = recorded(), recorded()
    take(foreign, "ask", by=rep, answers={"question": "几台？"})
    take(mine, "respond", by=rep, note="好")
    with pytest.raises(Refused, match="选择"):
        take(mine, "answer", by=rep, answers={"about": str(Question.objects.get().pk), "answer": "8"})


# ---- confirming ------------------------------------------------------------------------------------------------------


def confirm(requirement, by, day=None, **more):
    words = {"confirmed_by": "潘峰 项目经理", "day": day or timezone.localdate(), "version": None, **more}
    upload = more.get("upload", picture())
    return confirm_by_letter(requirement=requirement, by=by, **{**words, "upload": upload})


def test_a_letter_confirms_with_its_date_and_stays_with_the_requirement(recorded, rep):
    requirement = confirm(recorded(), rep)
    assert (requirement.status, requirement.confirmed_on) == ("confirmed", timezone.localdate())
    assert requirement.responded_at


def test_nothing_is_confirmed_with_an_open_question(recorded, rep):
    requirement = recorded()
    take(requirement, "ask", by=rep, answers={"question": "几台？"})
    with pytest.raises(Refused, match="1 个"):
        confirm(requirement, rep)


@pytest.mark.parametrize("days", [1, -400])
def test_a_confirmation_is_neither_of_tomorrow_nor_older_than_the_requirement(recorded, rep, days):
    requirement = recorded()
    with pytest.raises(Refused):
        confirm(requirement, rep, timezone.localdate() + timedelta(days=days))


def test_without_a_letter_nothing_is_confirmed(recorded, rep):
    requirement = recorded()
    with pytest.raises(ValidationError):
        confirm(requirement, rep, upload=None)
    requirement.refresh_from_db()
    assert requirement.status == "recorded"


def test_what_is_confirmed_stands_until_a_question_opens_it(recorded, rep):
    requirement = confirm(recorded(), rep)
    with pytest.raises(ValidationError, match="书面确认"):
        update_requirement(requirement=requirement, values={"description": "别的"}, wanted=[], by=rep)
    with pytest.raises(DatabaseError), transaction.atomic():
        Requirement.objects.update(description="别的")
    take(requirement, "ask", by=rep, answers={"question": "改十台？"})
    assert (requirement.status, requirement.confirmed_on, requirement.confirmed_by) == ("clarifying", None, "")
    update_requirement(requirement=requirement, values={"description": "别的"}, wanted=[], by=rep)


# ---- losing ----------------------------------------------------------------------------------------------------------


def test_a_lost_one_has_a_reason_that_is_counted_and_can_be_taken_up_again(recorded, rep):
    requirement = recorded()
    with pytest.raises(Refused) as refused:
        take(requirement, "lose", by=rep, note="太贵", answers={"reason": "weather"})
    assert refused.value.kinds == {"input"}
    take(requirement, "lose", by=rep, note="太贵", answers={"reason": "price"})
    assert (requirement.lost_reason, requirement.lost_note) == ("price", "太贵")
    take(requirement, "reopen", by=rep, note="又来问了")
    assert (requirement.status, requirement.lost_reason, requirement.lost_on) == ("clarifying", "", None)


# ---- changing --------------------------------------------------------------------------------------------------------


def test_a_change_is_kept_and_saving_the_same_leaves_no_trace(recorded, rep):
    requirement = recorded()
    update_requirement(requirement=requirement, values={}, wanted=[], by=rep)
    assert not Event.objects.filter(verb="requirement_changed").exists()
    wanted = [Wanted("变频柜", Decimal(8))]
    update_requirement(requirement=requirement, values={"priority": "urgent"}, wanted=wanted, by=rep)
    event = Event.objects.get(verb="requirement_changed")
    assert event.data["changes"] == [["priority", "regular", "urgent"], ["wanted", "", "变频柜 × 8"]]
    update_requirement(requirement=requirement, values={}, wanted=wanted, by=rep)
    assert Event.objects.filter(verb="requirement_changed").count() == 1


def test_who_comes_second_is_told(recorded, rep):
    requirement = recorded()
    update_requirement(requirement=requirement, values={"priority": "urgent"}, wanted=[], by=rep, version=0)
    with pytest.raises(Stale):
        update_requirement(requirement=requirement, values={"priority": "long_term"}, wanted=[], by=rep, version=0)


@pytest.mark.parametrize("change", [{"number": "XQ1"}, {"customer": None}])
def test_number_and_customer_never_change(recorded, change):
    recorded()
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        Requirement.objects.update(**(change if change.get("number") else {"customer": CustomerFactory()}))


# ---- wanted products -------------------------------------------------------------------------------------------------


def test_wanted_products_are_read_as_typed_and_as_pasted():
    product = ProductFactory(code="VF-022", name="变频器", specification="22 kW")
    text = "VF-022 × 8\n\n变频器 22 kW 2\n接线端子\t1,200 只\n控制柜*3"
    assert read_wanted(text) == [
        Wanted("VF-022", Decimal(8), product),
        Wanted("变频器 22 kW", Decimal(2), product),
        Wanted("接线端子", Decimal(1200)),
        Wanted("控制柜", Decimal(3)),
    ]


@pytest.mark.parametrize("line", ["变频器", "× 8", "变频器 × 0", "变频器 × 99999999999", "变频器 一台"])
def test_a_line_that_says_too_little_is_named(line):
    with pytest.raises(ValidationError, match=line.strip()[:3]):
        read_wanted(f"VF-022 8\n{line}")
