"""Quotations: what was offered stands, holds until its day, and is answered by a customer without a login."""

from datetime import timedelta
from unittest import mock
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from core import policy
from core.links.services import make_link
from core.models import Event, Message, PolicyValue
from core.workflow import take
from orders.entry.draft import save_draft
from orders.links import QUOTATION
from orders.models import Order, OrderLine, Quotation, QuotationAnswer, QuotationState
from orders.offer import offer_of
from orders.policies import QUOTATION_DAYS
from orders.quotations import Said, answer_quotation, make_quotation, note_answer, revoke_quotation, usual_last_day
from orders.statuses import Status
from orders.worklist import QuotationAnswers
from tests.factories import CustomerFactory, UserFactory, make_offer, make_order
from tests.races import at_once

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
ROUNDS = 20


@pytest.fixture
def draft(rep):
    customer = CustomerFactory(owner=rep, team=rep.team, name="青岚飞鱼岛新能源有限公司", short_name="飞鱼岛")
    return make_order(customer=customer, lines=[("防爆控制柜", 2, "26800")])


@pytest.fixture
def offer(draft):
    return make_offer(draft)


@pytest.fixture
def path(offer, rep):
    return f"/c/{make_link(purpose=QUOTATION, record=offer, by=rep)[1]}/"


def send(path, verb="accept", **words):
    return Client().post(path, {"name": "吕丽娟", "job_title": "项目经理", verb: "", **words})


def shown(path) -> str:
    return Client().get(path).content.decode()


def later(days: int):
    return mock.patch("django.utils.timezone.now", return_value=timezone.now() + timedelta(days=days))


def state_of(quotation) -> str:
    return Quotation.objects.select_related("order").get(pk=quotation.pk).state


# ---- making ----------------------------------------------------------------------------------------------------------


def test_it_holds_for_a_fortnight_unless_the_policy_says_otherwise(db):
    assert usual_last_day() == TODAY() + timedelta(days=14)
    PolicyValue.objects.create(key=QUOTATION_DAYS, value="30")
    assert policy.value(QUOTATION_DAYS) == 30
    assert usual_last_day() == TODAY() + timedelta(days=30)


def test_a_quotation_is_named_after_its_draft_and_counts_its_versions(draft, rep):
    first, second = make_offer(draft), make_offer(draft)
    assert [str(first), str(second)] == [f"BJ{draft.pk:05d}-1", f"BJ{draft.pk:05d}-2"]
    assert [state_of(first), state_of(second)] == [QuotationState.REPLACED, QuotationState.VALID]


def test_a_later_change_of_the_draft_changes_nothing_in_it(draft, offer, rep):
    before = Quotation.objects.filter(pk=offer.pk).values().get()
    line = draft.lines.get()
    save_draft(order=draft, header={"customer": draft.customer, "remarks": "改价"}, lines=[], by=rep)
    draft.customer.name = "改名有限公司"
    draft.customer.save(update_fields=["name"])
    assert not OrderLine.objects.filter(pk=line.pk).exists()
    assert Quotation.objects.filter(pk=offer.pk).values().get() == before
    read = offer_of(Quotation.objects.get(pk=offer.pk))
    assert [(each.name, each.quantity, each.unit_price) for each in read.lines] == [("防爆控制柜", 2, 26800)]
    assert (read.buyer.name, read.order.gross_total) == ("青岚飞鱼岛新能源有限公司", offer.gross_total)
    assert sum(part.amount for part in read.instalments) == offer.gross_total


@pytest.mark.parametrize("days", [-1, 367])
def test_the_last_day_is_neither_over_nor_far_off(draft, rep, days):
    with pytest.raises(ValidationError):
        make_quotation(order=draft, valid_until=TODAY() + timedelta(days=days), remark="", by=rep)


@pytest.mark.parametrize("status", [each for each in Status if each != Status.DRAFT])
def test_only_a_draft_is_quoted(draft, rep, status):
    order = make_order(customer=draft.customer, status=status)
    with pytest.raises(ValidationError, match="报价单只能由草稿生成"):
        make_offer(order, by=rep)


def test_what_is_incomplete_is_not_offered(draft, rep):
    draft.lines.update(quantity=None)
    with pytest.raises(ValidationError, match="第 1 行缺少"):
        make_offer(draft)
    draft.lines.all().delete()
    with pytest.raises(ValidationError, match="还没有明细"):
        make_offer(draft)


def test_nobody_else_makes_one(draft, other_rep, finance, operations):
    for person in (other_rep, finance, operations):
        with pytest.raises(PermissionDenied):
            make_offer(draft, by=person)


def test_a_form_sent_twice_makes_one(draft, as_rep):
    page = as_rep.get(f"/orders/{draft.pk}/quote/")
    token = page.context["form"].initial["submit_token"]
    words = {"valid_until": f"{usual_last_day()}", "remark": "含税含运", "submit_token": token}
    first, second = (as_rep.post(f"/orders/{draft.pk}/quote/", words) for _time in range(2))
    assert first["Location"] == second["Location"]
    assert Quotation.objects.get().remark == "含税含运"


def test_a_form_sent_again_with_other_words_is_refused_and_means_a_second_one_then(draft, as_rep):
    url = f"/orders/{draft.pk}/quote/"
    words = {"valid_until": f"{usual_last_day()}", "remark": "含税", "submit_token": f"{uuid4()}"}
    as_rep.post(url, words)
    refused = as_rep.post(url, words | {"remark": "含税含运"})
    assert refused.status_code == 422
    assert "含税含运" in refused.content.decode()
    again = words | {"remark": "含税含运", "submit_token": refused.context["form"]["submit_token"].value()}
    assert as_rep.post(url, again).status_code == 303
    assert list(Quotation.objects.order_by("version").values_list("remark", flat=True)) == ["含税", "含税含运"]


def test_nothing_is_offered_to_a_frozen_customer(draft, manager):
    take(draft.customer, "freeze", by=manager, note="破产")
    with pytest.raises(ValidationError, match="已停用"):
        make_offer(draft)


def test_nothing_is_offered_while_a_field_cannot_be_read(draft):
    Order.objects.filter(pk=draft.pk).update(as_typed={"promised_date": "月底"})
    with pytest.raises(ValidationError, match="无法识别"):
        make_offer(draft)


def test_a_day_that_is_over_is_refused_beside_its_field_and_keeps_what_was_typed(draft, as_rep):
    yesterday = TODAY() - timedelta(days=1)
    page = as_rep.post(f"/orders/{draft.pk}/quote/", {"valid_until": yesterday, "remark": "老客户价"})
    assert page.status_code == 422
    assert "有效期不能早于今天" in page.content.decode()
    assert "老客户价" in page.content.decode()
    assert not Quotation.objects.exists()


# ---- what the customer sees ------------------------------------------------------------------------------------------


def test_the_customer_reads_the_offer_and_nothing_of_ours(path, offer):
    text = shown(path)
    for said in (str(offer), "防爆控制柜", "60,568.00", "陆万零伍佰陆拾捌元整", f"{offer.valid_until}", "含运费"):
        assert said in text
    for inside in ("/orders/", "/customers/", "/quotations/", "<script"):
        assert inside not in text


def test_the_page_speaks_english_when_it_is_asked(path):
    assert "Accept the offer" in Client().get(f"{path}?language=en").content.decode()


def test_a_customer_accepts_and_nothing_is_submitted(path, draft, offer, rep):
    assert send(path).status_code == 303
    answer = QuotationAnswer.objects.get()
    assert (answer.accepts, answer.who, answer.address) == (True, "吕丽娟 项目经理", "127.0.0.1")
    draft.refresh_from_db()
    assert (draft.status, draft.number) == (Status.DRAFT, None)
    assert state_of(offer) == QuotationState.ACCEPTED
    assert "已于" in shown(path)
    assert str(offer) in Event.objects.get(verb="quotation_accepted", subject_id=draft.pk).data["quotation"]
    assert Message.objects.get(user=rep).url == offer.get_absolute_url()
    assert list(QuotationAnswers().waiting(rep)) == [answer]


def test_words_reach_the_rep_and_leave_the_worklist_once_read(path, offer, rep, as_rep):
    send(path, "write", words="能否再优惠 3%？")
    (item,) = QuotationAnswers().items(rep, 5)
    assert "能否再优惠 3%？" in item.detail
    assert state_of(offer) == QuotationState.ANSWERED
    assert "能否再优惠 3%？" in as_rep.get(item.url).content.decode()
    as_rep.post(f"/quotations/answers/{QuotationAnswer.objects.get().pk}/note/")
    assert not QuotationAnswers().waiting(rep).exists()


def test_an_answer_sent_twice_counts_once(path):
    for verb, words in (("write", {"words": "交期能提前吗？"}), ("accept", {})):
        assert [send(path, verb, **words).status_code for _time in range(2)] == [303, 303]
    assert QuotationAnswer.objects.filter(accepts=False).count() == 1
    assert QuotationAnswer.objects.filter(accepts=True).count() == 1
    assert Event.objects.filter(verb__in=("quotation_accepted", "quotation_answered")).count() == 2
    assert Message.objects.count() == 2


def test_a_second_person_is_told_that_it_is_accepted_already(path):
    send(path)
    answer = send(path, name="潘峰")
    assert answer.status_code == 422
    assert "此报价已被接受" in answer.content.decode()
    assert QuotationAnswer.objects.count() == 1


@pytest.mark.parametrize(("verb", "words"), [("accept", {"name": " "}), ("write", {}), ("accept", {"words": "太贵"})])
def test_a_form_that_says_too_little_or_two_things_is_shown_again(path, verb, words):
    answer = send(path, verb, **words)
    assert answer.status_code == 422
    assert "项目经理" in answer.content.decode()
    assert not QuotationAnswer.objects.exists()


def test_after_its_last_day_the_page_says_so_and_takes_no_answer(path, offer):
    with later(15):
        text = shown(path)
        assert "现已过期" in text
        assert "防爆控制柜" in text
        assert "<form" not in text
        assert send(path).status_code == 422
        assert state_of(offer) == QuotationState.EXPIRED
    assert not QuotationAnswer.objects.exists()


def test_on_its_last_day_it_still_holds(path, offer):
    with later(14):
        assert send(path).status_code == 303


def test_the_link_of_a_long_offer_outlasts_it(draft, rep):
    offer = make_offer(draft, valid_until=TODAY() + timedelta(days=200))
    path = f"/c/{make_link(purpose=QUOTATION, record=offer, by=rep)[1]}/"
    with later(201):
        assert "现已过期" in shown(path)


def test_a_replaced_offer_says_so_and_takes_no_answer(path, draft, offer):
    make_offer(draft)
    assert "已被新版本替换" in shown(path)
    assert send(path).status_code == 422
    assert state_of(offer) == QuotationState.REPLACED


def test_a_withdrawn_offer_s_link_leads_nowhere(path, offer, rep):
    revoke_quotation(quotation=offer, by=rep)
    assert Client().get(path).status_code == 404
    assert send(path).status_code == 404
    assert state_of(offer) == QuotationState.REVOKED


def test_the_link_of_a_cancelled_draft_leads_nowhere(path, draft, rep):
    take(draft, "submit", by=rep)
    take(draft, "withdraw", by=rep)
    take(draft, "cancel", by=rep, note="项目暂停")
    assert Client().get(path).status_code == 404


def test_what_is_accepted_is_not_withdrawn(path, offer, rep):
    send(path)
    with pytest.raises(ValidationError):
        revoke_quotation(quotation=offer, by=rep)


# ---- what our people see ---------------------------------------------------------------------------------------------


def test_the_order_s_page_lists_its_versions(draft, offer, as_rep):
    newer = make_offer(draft)
    text = as_rep.get(f"/orders/{draft.pk}/").content.decode()
    assert text.index(str(newer)) < text.index(str(offer))
    assert "已被替换" in text


def test_operations_read_no_quotation(draft, offer, as_operations, operations):
    assert not Quotation.objects.visible_to(operations).exists()
    assert as_operations.get(offer.get_absolute_url()).status_code == 404


def test_the_paper_of_a_replaced_one_is_marked(draft, offer, as_rep):
    make_offer(draft)
    assert "sheet-mark" in as_rep.get(f"/quotations/{offer.pk}/print/").content.decode()
    newest = draft.quotations.first()
    assert "sheet-mark" not in as_rep.get(f"/quotations/{newest.pk}/print/").content.decode()


def test_no_link_is_made_for_what_takes_no_answer(draft, offer, as_rep):
    make_offer(draft)
    assert as_rep.post(f"/quotations/{offer.pk}/send/")["Location"] == offer.get_absolute_url()


# ---- what the database refuses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("values", [{"remark": "x"}, {"gross_total": 1}, {"valid_until": "2030-01-01"}, {"version": 7}])
def test_what_was_offered_cannot_be_changed(offer, values):
    with pytest.raises(DatabaseError), transaction.atomic():
        Quotation.objects.filter(pk=offer.pk).update(**values)
    with pytest.raises(DatabaseError), transaction.atomic():
        Quotation.objects.filter(pk=offer.pk)._raw_delete("default")


def test_what_ended_stays_ended(draft, offer, rep):
    make_offer(draft)
    with pytest.raises(DatabaseError), transaction.atomic():
        Quotation.objects.filter(pk=offer.pk).update(replaced_at=None)


def test_what_a_customer_said_stands(path, rep):
    send(path)
    said = QuotationAnswer.objects.filter(accepts=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        said.update(name="别人")
    note_answer(answer=said.get(), by=rep)
    with pytest.raises(DatabaseError), transaction.atomic():
        said.update(noted_at=None, noted_by=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        said._raw_delete("default")


# ---- races -----------------------------------------------------------------------------------------------------------


def accepting(offer, link, name="吕丽娟"):
    said = Said(accepts=True, name=name, job_title="")
    return lambda: answer_quotation(quotation=Quotation.objects.get(pk=offer.pk), said=said, link=link)


def fresh():
    offer = make_offer(make_order(customer=CustomerFactory(owner=UserFactory())))
    return offer, make_link(purpose=QUOTATION, record=offer, by=offer.made_by)[0]


def withdrawn_and_accepted() -> tuple[bool, bool]:
    """One round: withdrawn while the customer accepts; whether both happened, and how many heard of it."""
    offer, link = fresh()
    at_once(lambda: revoke_quotation(quotation=offer, by=offer.made_by), accepting(offer, link))
    offer.refresh_from_db()
    return offer.revoked_at is not None, offer.answers.exists()


def unlocked(monkeypatch):
    """The broken twin: nobody waits for anybody."""
    monkeypatch.setattr("orders.quotations.lock_row", lambda model, pk: model.objects.get(pk=pk))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_an_offer_is_withdrawn_or_accepted_and_never_both():
    assert all(withdrawn != accepted for withdrawn, accepted in (withdrawn_and_accepted() for _n in range(ROUNDS)))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_it_is_both(monkeypatch):
    unlocked(monkeypatch)
    assert any(withdrawn and accepted for withdrawn, accepted in (withdrawn_and_accepted() for _n in range(ROUNDS * 3)))


def accepted_twice():
    """One round: the same person's acceptance by two links at once."""
    offer, link = fresh()
    outcomes = at_once(accepting(offer, link), accepting(offer, link))
    assert offer.answers.count() == 1
    return all(outcome.won for outcome in outcomes)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_an_acceptance_sent_twice_at_once_is_one_and_neither_is_refused():
    assert all(accepted_twice() for _round in range(ROUNDS))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_one_of_two_acceptances_breaks(monkeypatch):
    unlocked(monkeypatch)
    assert not all(accepted_twice() for _round in range(ROUNDS * 3))


@pytest.mark.parametrize("typed", ["{}", "bj{0.order_id}-1", "BJ {0.order_id:05d}", "ｂｊ{0.order_id}－1"])
def test_the_header_finds_it_by_its_number_however_it_is_typed(offer, as_rep, as_other_rep, as_operations, typed):
    def found(client):
        hits = client.get("/search/", {"q": typed.format(offer)}, headers={"HX-Request": "true"}).context["hits"]
        return offer.get_absolute_url() in [hit.url for hit in hits]

    assert [found(client) for client in (as_rep, as_other_rep, as_operations)] == [True, False, False]
