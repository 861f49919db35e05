"""What a customer can do with a private link: read one record, confirm it or say what is wrong, and nothing else."""

from datetime import timedelta
from unittest import mock

import pytest
from django.test import Client
from django.utils import timezone

from core.links import views as links
from core.links.services import make_link, revoke_link
from core.models import Event, PrivateLink
from core.workflow import take
from requirements.links import SUMMARY
from requirements.models import Requirement
from tests.factories import CustomerFactory, QuestionFactory, RequirementFactory
from tests.races import at_once

ROUNDS = 20


@pytest.fixture
def requirement(rep):
    customer = CustomerFactory(owner=rep, team=rep.team, short_name="望星楼电气")
    return RequirementFactory(customer=customer, description="泵站改造，变频柜 8 台")


@pytest.fixture
def path(requirement, rep):
    return f"/c/{make_link(purpose=SUMMARY, record=requirement, by=rep)[1]}/"


def send(path, verb="confirm", client=None, **words):
    return (client or Client()).post(path, {"name": "潘峰", "job_title": "项目经理", verb: "", **words})


pytestmark = pytest.mark.django_db


def test_the_customer_reads_the_record_and_nothing_of_others(path, requirement):
    other = RequirementFactory(customer=requirement.customer, description="别的需求")
    shown = Client().get(path).content.decode()
    assert "变频柜 8 台" in shown
    assert "别的需求" not in shown
    assert other.number not in shown
    assert "<script" not in shown
    for inside in ("/customers/", "/requirements/", "/orders/"):
        assert inside not in shown


def test_the_customer_confirms_in_writing(path, requirement):
    assert send(path).status_code == 303
    requirement.refresh_from_db()
    assert (requirement.status, requirement.confirmed_by) == ("confirmed", "潘峰 项目经理")
    event = Event.objects.filter(verb="confirm").get()
    assert event.actor is None
    assert event.data["address"] == "127.0.0.1"
    assert "已于" in Client().get(path).content.decode()


def test_confirming_again_changes_nothing(path, requirement):
    send(path)
    before = Requirement.objects.filter(pk=requirement.pk).values().get()
    answer = send(path, name="别人")
    assert answer.status_code == 422
    assert Requirement.objects.filter(pk=requirement.pk).values().get() == before


def test_what_the_customer_writes_becomes_an_open_question(path, requirement):
    assert send(path, "object", wrong="应该是十台").status_code == 303
    question = requirement.questions.get()
    assert (question.text, question.asked_by) == ("潘峰 项目经理: 应该是十台", None)
    requirement.refresh_from_db()
    assert requirement.status == "clarifying"


def test_nothing_is_confirmed_while_a_question_is_open(path, requirement):
    QuestionFactory(requirement=requirement)
    answer = send(path)
    assert answer.status_code == 422
    assert "还有 1 个问题" in answer.content.decode()


@pytest.mark.parametrize(
    ("verb", "words"), [("confirm", {"name": " "}), ("object", {}), ("confirm", {"wrong": "应该是十台"})]
)
def test_a_form_that_says_too_little_or_two_things_is_shown_again(path, requirement, verb, words):
    answer = send(path, verb, **words)
    assert answer.status_code == 422
    assert "项目经理" in answer.content.decode()
    requirement.refresh_from_db()
    assert requirement.status == "recorded"


def test_a_lost_requirement_s_link_leads_nowhere(path, requirement, rep):
    take(requirement, "lose", by=rep, note="太贵", answers={"reason": "price"})
    assert Client().get(path).status_code == 404
    assert send(path).status_code == 404


def test_the_link_of_one_requirement_confirms_no_other(path, requirement):
    other = RequirementFactory(customer=requirement.customer)
    send(path, requirement=other.pk, pk=other.pk)
    other.refresh_from_db()
    assert other.status == "recorded"


def test_an_expired_link_takes_no_form(path, requirement):
    later = timezone.now() + timedelta(days=31)
    with mock.patch("django.utils.timezone.now", return_value=later):
        assert send(path).status_code == 404
        assert Client().get(path).status_code == 404


# ---- races -----------------------------------------------------------------------------------------------------------


def revoked_and_confirmed(rep) -> tuple[bool, bool]:
    """One round: somebody revokes while the customer confirms; whether it came in, and whether after the revocation."""
    requirement = RequirementFactory(customer=CustomerFactory(owner=rep, team=rep.team))
    link, token = make_link(purpose=SUMMARY, record=requirement, by=rep)
    outcomes = at_once(lambda: revoke_link(link=link, by=rep), lambda: send(f"/c/{token}/"))
    assert all(outcome.won for outcome in outcomes), [outcome.error for outcome in outcomes]
    confirmed = Event.objects.filter(verb="confirm", subject_id=requirement.pk).first()
    revoked = Event.objects.get(verb="link_revoked", subject_id=requirement.pk)
    return confirmed is not None, confirmed is not None and confirmed.pk > revoked.pk


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_nothing_comes_in_by_a_link_once_it_is_revoked(rep, settings):
    settings.LINK_TRIES_AN_ADDRESS = 1000
    assert not any(after for _came, after in (revoked_and_confirmed(rep) for _round in range(ROUNDS)))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_link_s_lock_something_does(rep, settings, monkeypatch):
    """The broken twin: the form looks at the link without locking it."""
    settings.LINK_TRIES_AN_ADDRESS = 1000
    monkeypatch.setattr(links, "lock_row", lambda model, pk: PrivateLink.objects.get(pk=pk))
    assert any(after for _came, after in (revoked_and_confirmed(rep) for _round in range(ROUNDS * 3)))
