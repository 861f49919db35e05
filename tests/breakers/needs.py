"""Requirements, private links and quotations."""

from datetime import timedelta

from django.utils import timezone

from core import protections
from core.links.services import make_link
from core.models import Counter
from orders.models import Quotation
from requirements.links import SUMMARY
from requirements.models import Requirement
from requirements.services import record_requirement
from tests.breakers.histories import past_its_history
from tests.breakers.kit import breaks, damage
from tests.factories import QuestionFactory, RequirementFactory, TeamFactory, UserFactory, make_offer, make_order


def given_link():
    requirement = RequirementFactory()
    return make_link(purpose=SUMMARY, record=requirement, by=requirement.owner)[0]


@breaks("private links")
def a_link_for_something_nobody_knows():
    link = given_link()
    yield
    damage(link, purpose="gossip")
    yield


@breaks("private links")
def a_link_to_a_record_that_is_gone():
    link = given_link()
    yield
    damage(link, subject_id=link.subject_id + 1)
    yield


@breaks("quotation contents")
def an_offer_at_another_price():
    offer = make_offer()
    yield
    content = offer.content
    content["lines"][0]["unit_price"] = "1.000000"
    damage(offer, content=content)
    yield


@breaks("quotation contents")
def an_offer_that_holds_longer():
    offer = make_offer()
    yield
    damage(offer, valid_until=offer.valid_until + timedelta(days=30))
    yield


@breaks("quotation contents")
def an_offer_listed_with_another_total():
    offer = make_offer()
    yield
    damage(offer, gross_total=1)
    yield


@breaks("quotation versions")
def a_version_that_is_gone():
    offer = make_offer()
    make_offer(offer.order)
    yield
    protections.drop_all()
    Quotation.objects.filter(pk=offer.pk)._raw_delete("default")
    yield


@breaks("quotation versions")
def an_older_version_in_force():
    older = make_offer()
    newer = make_offer(older.order)
    yield
    damage(newer, replaced_at=newer.made_at)
    damage(older, replaced_at=None)
    yield


@breaks("requirement owners")
def a_requirement_of_another_rep():
    requirement = RequirementFactory()
    yield
    damage(requirement, owner=UserFactory(team=requirement.team))
    yield


@breaks("requirement owners")
def a_requirement_that_nobody_cares_for():
    requirement = RequirementFactory()
    yield
    damage(requirement, owner=None)
    yield


@breaks("requirement owners")
def an_open_requirement_of_another_team():
    requirement = RequirementFactory()
    yield
    damage(requirement, team=TeamFactory())
    yield


@breaks("requirement lists")
def an_answer_past_the_clock():
    requirement = RequirementFactory()
    yield
    damage(requirement, responded_at=timezone.now())
    yield


@breaks("requirement lists")
def other_words_than_it_is_found_by():
    requirement = RequirementFactory()
    yield
    damage(requirement, description="化验室通风柜")
    yield


@breaks("requirement questions")
def a_question_behind_the_confirmation():
    requirement = RequirementFactory(status="confirmed")
    yield
    QuestionFactory(requirement=requirement)
    yield


@breaks("requirement facts")
def a_confirmation_without_its_day():
    requirement = RequirementFactory(status="confirmed")
    yield
    damage(requirement, confirmed_on=None)
    yield


@breaks("requirement facts")
def a_loss_taken_back_by_hand():
    requirement = RequirementFactory(status="lost")
    yield
    damage(requirement, status="clarifying")
    yield


@breaks("requirement clocks")
def an_answer_before_the_question():
    requirement = RequirementFactory()
    yield
    damage(requirement, responded_at=requirement.received_at - timedelta(days=1))
    yield


@breaks("requirement clocks")
def an_answer_due_at_once():
    requirement = RequirementFactory()
    yield
    damage(requirement, response_due_on=timezone.localtime(requirement.received_at).date())
    yield


@breaks("requirement numbers")
def a_serial_that_no_requirement_carries():
    customer = RequirementFactory().customer
    words = {"description": "泵站", "received_at": timezone.now() - timedelta(hours=1)}
    record_requirement(customer=customer, values=words, wanted=[], by=customer.owner)
    assert Requirement.objects.count() == 2
    yield
    Counter.objects.filter(series__startswith="requirement:").update(value=2)
    yield


@breaks("requirement orders")
def an_order_of_another_customer_s_requirement():
    order = make_order()
    damage(order, requirement=RequirementFactory(customer=order.customer))
    yield
    damage(order, requirement=RequirementFactory())
    yield


past_its_history("a_requirement_confirmed_by_nobody", RequirementFactory, status="confirmed")
past_its_history("a_requirement_answered_in_time_afterwards", RequirementFactory, responded_at=timezone.now)
past_its_history("a_requirement_with_more_time", RequirementFactory, response_due_on=timezone.localdate)
