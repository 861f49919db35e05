"""Confirmation by a private link: what the customer reads stands, is confirmed once, and anew after a change."""

import threading
import time
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from approvals.amendments import force
from approvals.amendments.worklist import ConfirmedAnew
from core.invariants import examine
from core.links.services import make_link, revoke_link
from core.models import Event, Message, PolicyValue, PrivateLink
from core.workflow import Refused, take
from fulfilment import sheets
from fulfilment.confirmation import attach_confirmation, is_confirmed
from fulfilment.links import CONFIRMATION_LINK
from fulfilment.sheets import Said, answer_sheet, sheet_of, withdraw_confirmation, withdrawal_of
from fulfilment.worklist import ChangeWishes
from orders.models import ConfirmationAnswer, ConfirmationSheet, ConfirmationWithdrawal, Order
from orders.statuses import Status
from orders.worklist import Unconfirmed
from tests.factories import ContactFactory, CustomerFactory, UserFactory, make_amendment, make_order
from tests.races import at_once
from tests.sample_files import picture

pytestmark = pytest.mark.django_db
ROUNDS = 12


@pytest.fixture
def order(rep):
    customer = CustomerFactory(owner=rep, team=rep.team, name="青岚飞鱼岛新能源有限公司", short_name="飞鱼岛")
    return make_order(customer=customer, status=Status.APPROVED, lines=[("防爆控制柜", 2, "26800")])


@pytest.fixture
def sheet(order, rep):
    return sheet_of(order=order, by=rep)


@pytest.fixture
def path(sheet, rep):
    return f"/c/{make_link(purpose=CONFIRMATION_LINK, record=sheet, by=rep)[1]}/"


def send(path, verb="confirm", **words):
    typed = {"name": "吕丽娟", "job_title": "项目经理", "speaks_for_us": "on", verb: "", **words}
    return Client().post(path, {key: value for key, value in typed.items() if value is not None})


def shown(path) -> str:
    return Client().get(path).content.decode()


def confirmed_by_link(order, rep) -> Order:
    answer_sheet(sheet=sheet_of(order=order, by=rep), said=Said(True, "吕丽娟", "项目经理"))
    return Order.objects.get(pk=order.pk)


def amended(order, rep, **header):
    """Revision 2, in force at once or by the manager."""
    amendment = make_amendment(order, by=rep, **header)
    take(amendment, "put_in_force", by=rep)
    return Order.objects.get(pk=order.pk)


# ---- what the customer sees and does ---------------------------------------------------------------------------------


def test_the_customer_reads_the_order_and_nothing_of_ours(path, order):
    text = shown(path)
    for said in (order.number, "防爆控制柜", "60,568.00", "陆万零伍佰陆拾捌元整", "青岚飞鱼岛新能源有限公司"):
        assert said in text
    for inside in ("/orders/", "/customers/", "/confirmation-sheets/", "<script"):
        assert inside not in text


def test_the_page_speaks_english_when_it_is_asked(path):
    assert "All of it is right" in Client().get(f"{path}?language=en").content.decode()


def test_a_confirmation_keeps_who_when_whence_and_what_was_shown_and_releases_the_order(path, order, sheet, rep):
    assert send(path).status_code == 303
    answer = ConfirmationAnswer.objects.get()
    assert (answer.who, answer.address, answer.link) == ("吕丽娟 项目经理", "127.0.0.1", PrivateLink.objects.get())
    assert answer.shown_hash == sheet.content_hash
    assert len(sheet.content_hash) == 64
    assert timezone.localdate(answer.at) == timezone.localdate()
    order.refresh_from_db()
    assert order.released_at
    assert is_confirmed(order)
    text = shown(path)
    assert sheet.content_hash in text
    assert "<form" not in text
    assert Message.objects.get(user=rep).url == sheet.get_absolute_url()
    assert Event.objects.get(verb="confirmed_by_link", subject_id=order.pk).data["n"] == 1


def test_the_release_waits_for_the_link_as_it_does_for_a_scan(order, rep, manager):
    with pytest.raises(Refused, match="确认"):
        take(order, "release", by=manager)
    assert [item.what for item in Unconfirmed().items(rep, 5)]
    confirmed_by_link(order, rep)
    assert not Unconfirmed().waiting(rep).exists()


@pytest.mark.parametrize(
    "words", [{"name": " "}, {"job_title": ""}, {"speaks_for_us": None}, {"wrong": "单价不对"}], ids=str
)
def test_a_form_that_lacks_something_is_shown_again_with_what_was_typed(path, words):
    answer = send(path, **words)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "is-invalid" in text
    assert words.get("wrong") or "项目经理" in text or "吕丽娟" in text
    assert not ConfirmationAnswer.objects.exists()


def test_what_is_to_be_changed_reaches_the_rep_and_leaves_the_worklist_once_read(path, order, rep, as_rep):
    assert send(path, "object", speaks_for_us=None).status_code == 422
    assert send(path, "object", speaks_for_us=None, wrong="第 1 行应为 3 台").status_code == 303
    order.refresh_from_db()
    assert (order.released_at, is_confirmed(order)) == (None, False)
    (item,) = ChangeWishes().items(rep, 5)
    assert "第 1 行应为 3 台" in item.detail
    assert "吕丽娟" in str(Message.objects.get(user=rep).sentence)
    assert "第 1 行应为 3 台" in as_rep.get(item.url).content.decode()
    as_rep.post(f"/confirmation-sheets/answers/{ConfirmationAnswer.objects.get().pk}/note/")
    assert not ChangeWishes().waiting(rep).exists()
    assert send(path).status_code == 303


def test_an_answer_sent_twice_counts_once_and_another_person_is_told(path):
    assert [send(path).status_code for _time in range(2)] == [303, 303]
    other = send(path, name="潘峰")
    assert other.status_code == 422
    assert "已确认" in other.content.decode()
    assert ConfirmationAnswer.objects.count() == Message.objects.count() == 1


def test_a_link_of_an_older_revision_says_so_and_takes_no_answer(path, order, rep):
    amended(order, rep, remarks="送货前一天电话")
    assert "有新版本" in shown(path)
    assert send(path).status_code == 422
    assert not ConfirmationAnswer.objects.exists()


def test_the_link_of_a_cancelled_order_leads_nowhere(path, order, manager):
    take(order, "cancel", by=manager, note="项目取消")
    assert Client().get(path).status_code == 404


def test_a_revoked_link_takes_nothing(path, rep):
    revoke_link(link=PrivateLink.objects.get(), by=rep)
    assert send(path).status_code == 404
    assert not ConfirmationAnswer.objects.exists()


# ---- revisions -------------------------------------------------------------------------------------------------------


def test_only_words_that_change_leave_the_confirmation_standing(order, rep):
    order = confirmed_by_link(order, rep)
    order = amended(order, rep, contact=ContactFactory(customer=order.customer, name="潘峰", is_primary=False))
    assert order.revision == 2
    assert is_confirmed(order)


@pytest.mark.parametrize(("asked", "still"), [("true", False), ("false", True)])
def test_what_the_customer_confirmed_is_asked_anew_by_policy(order, rep, manager, asked, still):
    PolicyValue.objects.create(key="amendment_is_confirmed_anew", value=asked)
    order = confirmed_by_link(order, rep)
    amendment = make_amendment(order, by=rep, quantity=1)
    take(amendment, "propose_to_manager", by=rep)
    take(amendment, "manager_accept", by=manager)
    order = Order.objects.get(pk=order.pk)
    assert is_confirmed(order) is still
    assert ConfirmedAnew().waiting(rep).exists() is not still
    sheet = sheet_of(order=order, by=rep)
    assert (sheet.revision, sheet.content["header"]["gross_total"]) == (2, "30284.00")
    answer_sheet(sheet=sheet, said=Said(True, "吕丽娟", "项目经理"))
    assert is_confirmed(order)
    assert [each.examples for each in examine() if each.invariant.name in ("confirmation sheets", "confirmations")] == [
        [],
        [],
    ]


def test_a_sheet_stays_what_it_was(order, sheet, rep):
    assert sheet_of(order=order, by=rep) == sheet
    amended(order, rep, remarks="送货前一天电话")
    assert sheet_of(order=order, by=rep).revision == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        ConfirmationSheet.objects.filter(pk=sheet.pk).update(content_hash="0" * 64)


def test_what_a_customer_confirmed_stands(order, rep):
    confirmed_by_link(order, rep)
    said = ConfirmationAnswer.objects.all()
    for values in ({"name": "别人"}, {"address": "x"}, {"shown_hash": "0"}, {"accepts": False, "words": "x"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            said.update(**values)
    with pytest.raises(DatabaseError), transaction.atomic():
        said._raw_delete("default")


# ---- taken back ------------------------------------------------------------------------------------------------------


def test_what_the_customer_withdraws_is_said_on_the_page_and_the_worklist_until_it_confirms_anew(
    order, rep, as_rep, as_operations
):
    order = confirmed_by_link(order, rep)
    assert as_rep.post(f"/orders/{order.pk}/withdraw_confirmation/", {"reason": "项目延期"}).status_code == 303
    order.refresh_from_db()
    assert order.released_at
    assert not is_confirmed(order)
    (item,) = ConfirmedAnew().items(rep, 5)
    assert "撤回" in item.what
    assert item.detail == "项目延期"
    assert "项目延期" in as_rep.get(f"/orders/{order.pk}/delivery/").content.decode()
    assert "项目延期" in as_rep.get(f"/fragments/orders/{order.pk}/amendments/").content.decode()
    packing = as_operations.get(f"/orders/{order.pk}/delivery/").content.decode()
    assert "撤回" in packing
    assert "项目延期" not in packing
    order = confirmed_by_link(order, rep)
    assert withdrawal_of(order) is None
    assert not ConfirmedAnew().waiting(rep).exists()


def test_a_withdrawn_signature_counts_no_more_and_holds_the_release(order, rep, manager):
    PolicyValue.objects.create(key="release_needs_confirmation", value="false")
    attach_confirmation(order=order, upload=picture(), by=rep)
    PolicyValue.objects.update(value="true")
    other = make_order(customer=order.customer, status=Status.APPROVED)
    with pytest.raises(ValidationError, match="没有"):
        withdraw_confirmation(order=other, reason="没有确认过", by=rep)
    withdraw_confirmation(order=order, reason="数量有误", by=rep)
    assert not is_confirmed(order)
    assert ConfirmationWithdrawal.objects.get().revision == 1


def test_a_withdrawal_without_a_reason_is_refused_beside_its_field(order, rep, as_rep):
    confirmed_by_link(order, rep)
    for reason in ("", " ", "长" * 401):
        page = as_rep.post(f"/orders/{order.pk}/withdraw_confirmation/", {"reason": reason})
        assert page.status_code == 422
        assert "err_withdraw" in page.content.decode()
        assert reason.strip() in page.content.decode()
    assert is_confirmed(order)


def test_others_neither_ask_nor_withdraw(order, finance, operations, rep):
    for person in (finance, operations):
        with pytest.raises(PermissionDenied):
            sheet_of(order=order, by=person)
        with pytest.raises(PermissionDenied):
            withdraw_confirmation(order=order, reason="x", by=person)


@pytest.mark.parametrize("status", [Status.DRAFT, Status.FINANCE_REVIEW, Status.CANCELLED])
def test_only_an_approved_order_is_put_before_its_customer(order, rep, as_rep, status):
    other = make_order(customer=order.customer, status=status)
    with pytest.raises(ValidationError):
        sheet_of(order=other, by=rep)
    assert as_rep.post(f"/orders/{other.pk}/send_confirmation/")["Location"] == f"/orders/{other.pk}/delivery/"


def test_the_rep_gets_the_link_once_and_reads_what_was_shown(order, as_rep, operations, as_operations):
    page = as_rep.post(f"/orders/{order.pk}/send_confirmation/", follow=True)
    text = page.content.decode()
    assert "/c/" in text
    assert 'class="qr"' in text
    assert "mailto:" in text
    sheet = ConfirmationSheet.objects.get()
    assert sheet.content_hash in as_rep.get(f"/confirmation-sheets/{sheet.pk}/").content.decode()
    assert as_operations.get(f"/confirmation-sheets/{sheet.pk}/").status_code == 404


# ---- races -----------------------------------------------------------------------------------------------------------


def fresh():
    rep = UserFactory()
    order = make_order(customer=CustomerFactory(owner=rep), status=Status.APPROVED)
    sheet = sheet_of(order=order, by=rep)
    return rep, sheet, make_link(purpose=CONFIRMATION_LINK, record=sheet, by=rep)


def unlocked(model, pk):
    """The broken twin: nobody waits for anybody."""
    return model.objects.get(pk=pk)


def changed_and_confirmed(monkeypatch) -> bool:
    """One round: the customer confirms while an amendment is all but in force; whether the new revision counts as
    confirmed, although nobody was shown it.
    """
    rep, sheet, _link = fresh()
    amendment = make_amendment(sheet.order, by=rep, quantity=1)
    take(amendment, "propose_to_manager", by=rep)
    manager = UserFactory(role="manager", team=rep.team)
    moved = threading.Event()

    def slowly(*given):
        moved.set()
        time.sleep(0.3)
        return pay(*given)

    def confirm():
        moved.wait(5)
        answer_sheet(sheet=sheet, said=Said(True, "吕丽娟", "经理"))

    pay = force._move_money
    with monkeypatch.context() as patched:
        patched.setattr(force, "_move_money", slowly)
        at_once(lambda: take(amendment, "manager_accept", by=manager), confirm)
    order = Order.objects.get(pk=sheet.order_id)
    assert order.revision == 2
    return is_confirmed(order)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_no_revision_is_confirmed_that_nobody_was_shown(monkeypatch):
    assert not any(changed_and_confirmed(monkeypatch) for _round in range(3))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_order_s_lock_an_old_page_confirms_the_new_revision(monkeypatch):
    monkeypatch.setattr(sheets, "lock_row", unlocked)
    assert any(changed_and_confirmed(monkeypatch) for _round in range(3))


def revoked_and_confirmed() -> bool:
    """One round: the link is revoked while its form is sent; whether the answer came in after the link was revoked."""
    rep, sheet, (link, token) = fresh()
    at_once(lambda: send(f"/c/{token}/"), lambda: revoke_link(link=link, by=rep))
    link.refresh_from_db()
    answer = sheet.answers.first()
    return answer is not None and answer.at > link.revoked_at


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_nothing_is_confirmed_by_a_link_that_is_revoked():
    assert not any(revoked_and_confirmed() for _round in range(ROUNDS))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_link_s_lock_something_is(monkeypatch):
    monkeypatch.setattr("core.links.views.lock_row", unlocked)
    assert any(revoked_and_confirmed() for _round in range(ROUNDS * 4))


def confirmed_twice() -> bool:
    """One round: the same confirmation sent twice at once; whether both are told that it is kept."""
    _rep, sheet, (link, _token) = fresh()
    confirming = [lambda: answer_sheet(sheet=sheet, said=Said(True, "吕丽娟", "经理"), link=link)] * 2
    outcomes = at_once(*confirming)
    assert sheet.answers.count() == 1
    return all(outcome.won for outcome in outcomes)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_confirmation_sent_twice_at_once_is_one_and_neither_is_refused():
    assert all(confirmed_twice() for _round in range(ROUNDS))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_order_s_lock_one_of_two_breaks(monkeypatch):
    monkeypatch.setattr(sheets, "lock_row", unlocked)
    assert not all(confirmed_twice() for _round in range(ROUNDS * 3))


def test_the_link_lasts_as_long_as_links_do(path):
    link = PrivateLink.objects.get()
    assert link.expires_at - link.made_at == timedelta(days=30)
