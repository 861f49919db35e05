"""Nobody decides on what they wrote themselves, and an order that everybody wrote in has a way out."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.services import update_person
from approvals.queue import waiting_for
from core.workflow import Refused, take
from orders.drafters import has_drafted
from orders.entry.draft import save_draft
from orders.lines import LineInput
from orders.models import Drafter, Order
from orders.statuses import Status
from tests.factories import terms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_sound")]


@pytest.fixture
def drafted_by(customer):
    """A function: person → a draft without prepayment that they wrote."""

    def write(by, order=None, quantity=10) -> Order:
        today = timezone.localdate()
        header = {
            "customer": customer,
            "order_date": today,
            "promised_date": today + timezone.timedelta(days=60),
            "payment_terms": terms("100%到货后30天"),
        }
        lines = [LineInput(name="控制柜", unit="台", quantity=quantity, unit_price=1000)]
        return save_draft(order=order, header=header, lines=lines, by=by)

    return write


def refusal(order, verb, by, **more) -> str:
    with pytest.raises(Refused) as caught:
        take(order, verb, by=by, **more)
    return str(caught.value)


def test_who_changed_a_draft_does_not_decide_on_it(drafted_by, steps, rep, manager):
    order = drafted_by(rep)
    drafted_by(manager, order, quantity=11)
    take(order, "submit", by=manager)
    steps(order, "rep_approve")
    assert "您参与了本单的起草" in refusal(order, "manager_approve", manager)
    assert "您参与了本单的起草" in refusal(order, "send_back", manager, note="重谈")
    assert order not in waiting_for(manager)


def test_who_saved_a_draft_without_a_change_wrote_nothing(drafted_by, steps, rep, manager):
    order = drafted_by(rep)
    drafted_by(manager, order)
    steps(order, "submit", "rep_approve")
    assert order in waiting_for(manager)
    take(order, "manager_approve", by=manager)


def test_a_change_after_a_decision_leaves_that_decision_as_it_was(drafted_by, steps, rep, manager, finance):
    order = steps(drafted_by(rep), "submit", "rep_approve", "manager_approve")
    take(order, "send_back", by=finance, note="数量有误")
    drafted_by(manager, order, quantity=11)
    assert has_drafted(order, manager)


def test_the_only_manager_is_told_before_the_submission_that_nobody_is_left(drafted_by, as_manager, manager, customer):
    order = drafted_by(manager)
    new = f"{reverse('orders:new')}?customer={customer.pk}"
    for url in (new, reverse("orders:edit", args=[order.pk]), order.get_absolute_url()):
        assert "没有人能做复审了：陈志远" in as_manager.get(url).content.decode()


def test_nothing_is_said_while_somebody_is_left(drafted_by, as_manager, manager, second_manager):
    page = as_manager.get(drafted_by(manager).get_absolute_url()).content.decode()
    assert "没有人能做复审了" not in page


def test_the_rep_writes_it_anew_and_the_only_manager_decides(drafted_by, steps, rep, manager):
    order = steps(drafted_by(manager), "submit", "rep_approve")
    number = order.number
    take(order, "withdraw", by=rep)
    take(order, "write_anew", by=rep)
    assert (order.status, order.number, order.drafted_by, order.gross_total) == (Status.DRAFT, number, rep, 0)
    assert not order.lines.exists()
    drafted_by(rep, order)
    steps(order, "submit", "rep_approve", "manager_approve")
    assert (order.status, order.number) == (Status.FINANCE_REVIEW, number)


def test_an_order_is_not_emptied_while_somebody_else_can_decide(drafted_by, rep, manager, second_manager):
    order = drafted_by(manager)
    assert "复审还有未参与起草的人可以做" in refusal(order, "write_anew", rep)
    assert order.lines.exists()


def test_a_manager_of_another_team_who_is_named_for_it_decides(drafted_by, steps, manager, other_manager, team, admin):
    order = steps(drafted_by(manager), "submit", "rep_approve")
    assert "不归您负责" in refusal(order, "manager_approve", other_manager)
    other_manager.decides_also_for = team
    update_person(person=other_manager, by=admin)
    assert order in waiting_for(other_manager)
    take(order, "manager_approve", by=other_manager)
    assert order.status == Status.FINANCE_REVIEW


def test_the_stand_in_reviews_on_the_page(drafted_by, steps, manager, other_manager, team, browser_of):
    order = steps(drafted_by(manager), "submit", "rep_approve")
    User.objects.filter(pk=other_manager.pk).update(decides_also_for=team)
    browser = browser_of(other_manager)
    assert browser.get(reverse("approvals:review", args=[order.pk])).status_code == 200
    browser.post(reverse("orders:advance", args=[order.pk, "manager_approve"]))
    order.refresh_from_db()
    assert order.status == Status.FINANCE_REVIEW


def test_only_a_manager_decides_for_another_team(other_manager, team, admin, rep):
    other_manager.decides_also_for = team
    update_person(person=other_manager, by=admin)
    other_manager.role = Role.REP
    update_person(person=other_manager, by=admin)
    assert User.objects.get(pk=other_manager.pk).decides_also_for is None
    rep.decides_also_for = team
    with pytest.raises(ValidationError):
        rep.validate_constraints()


def test_the_database_keeps_who_wrote_in_a_numbered_order(drafted_by, steps, rep, manager):
    order = drafted_by(rep)
    drafted_by(manager, order, quantity=11)
    steps(order, "submit")
    for forget in (order.drafters.all().delete, lambda: order.drafters.update(person=rep)):
        with pytest.raises(DatabaseError), transaction.atomic():
            forget()
    assert Drafter.objects.get().person == manager
