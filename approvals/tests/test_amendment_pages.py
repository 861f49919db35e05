"""The pages of amendments: writing one in the grid, old and new side by side, deciding, and earlier revisions."""

import pytest
from django.urls import reverse

from approvals.amendments.checks import CHECKS, run
from approvals.amendments.dossier import AmendedOrder
from approvals.amendments.proposal import Proposed
from approvals.amendments.statuses import AmendmentStatus
from approvals.checks.result import failed
from approvals.models import Amendment, Stage
from core.workflow import take
from orders.models import Order
from tests.factories import CustomerFactory, make_amendment, released_order
from tests.sample_files import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(rep):
    return released_order(customer=CustomerFactory(owner=rep, team=rep.team, grade="A"))


def grid(order, quantity="10", **header) -> dict:
    """What the page of order entry posts for the order, with another quantity."""
    line = order.current_lines().get()
    return {
        "contact": str(order.contact_id),
        "promised_date": order.promised_date.isoformat(),
        "payment_terms": str(order.payment_terms_id),
        "delivery_method": order.delivery_method,
        "channel": order.channel,
        "reason": "客户变更函",
        "lines-0-product": str(line.product_id),
        "lines-0-name": line.name,
        "lines-0-specification": line.specification,
        "lines-0-unit": line.unit,
        "lines-0-quantity": quantity,
        "lines-0-unit_price": "1000",
        "lines-0-discount": "",
        "lines-0-tax_rate": "13",
        **header,
    }


def amend_url(order) -> str:
    return reverse("approvals:amend", args=[order.pk])


def test_an_amendment_is_written_in_the_grid_and_proposed(as_rep, order):
    page = as_rep.get(amend_url(order)).content.decode()
    assert 'value="10"' in page
    assert order.number in page
    answer = as_rep.post(amend_url(order), grid(order, "8"))
    amendment = Amendment.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, amendment.get_absolute_url())
    assert (amendment.status, amendment.looks) == (AmendmentStatus.MANAGER, ["manager_review"])


def test_proposing_and_passing_stage_one_go_in_one_step(as_rep, order):
    as_rep.post(amend_url(order), {**grid(order, "12"), "submit_approve": "1"})
    assert Amendment.objects.get().status == AmendmentStatus.MANAGER


def test_a_draft_is_kept_as_typed_and_gone_on_with(as_rep, order):
    answer = as_rep.post(amend_url(order), {**grid(order, "8x"), "save": "1"})
    assert answer["Location"] == amend_url(order)
    assert 'value="8x"' in as_rep.get(amend_url(order)).content.decode()


def test_what_is_missing_stands_beside_its_field(as_rep, order):
    answer = as_rep.post(amend_url(order), grid(order, "8", reason=""))
    assert answer.status_code == 422
    assert "请写明为什么变更" in answer.content.decode()
    # The draft is kept; what the page says now is the version that it became.
    again = as_rep.post(amend_url(order), grid(order, "8", version="1-1-0"))
    assert again.status_code == 303


def test_a_draft_that_somebody_else_saved_is_shown_beside_what_was_typed(as_rep, order, manager):
    make_amendment(order, by=manager, quantity=9)
    answer = as_rep.post(amend_url(order), {**grid(order, "8"), "save": "1"})
    assert answer.status_code == 422
    assert "9 台" in answer.content.decode()


def test_a_page_from_before_another_amendment_came_into_force_undoes_nothing(as_rep, order, rep, manager):
    page = as_rep.get(amend_url(order)).content.decode()
    assert 'name="version" value="1-0-0"' in page
    amendment = make_amendment(order, quantity=8)
    take(amendment, "propose_to_manager", by=rep)
    take(amendment, "manager_accept", by=manager)
    answer = as_rep.post(amend_url(order), grid(order, "10", version="1-0-0"))
    assert (answer.status_code, Amendment.objects.count()) == (422, 1)
    shown = answer.content.decode()
    assert "与您开始填写时已不相同" in shown
    assert 'name="version" value="2-0-0"' in shown
    assert as_rep.post(amend_url(order), grid(order, "10", version="2-0-0")).status_code == 303
    assert Amendment.objects.latest("pk").base_revision == 2


def test_a_page_of_a_withdrawn_draft_overwrites_no_other(as_rep, order, rep):
    take(make_amendment(order, quantity=8), "withdraw", by=rep)
    second = make_amendment(order, quantity=9)
    answer = as_rep.post(amend_url(order), {**grid(order, "8", version="1-1-0"), "save": "1"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "9 台" in shown
    assert 'name="version" value="1-2-0"' in shown
    second.refresh_from_db()
    assert second.lines[0]["quantity"] == "9"


def test_saving_while_typing_goes_on_from_what_it_saved(as_rep, order):
    sent = {**grid(order, "8", version="1-0-0"), "save": "1", "stay": "1"}
    told = as_rep.post(amend_url(order), sent).json()
    assert told["version"] == "1-1-0"
    assert as_rep.post(amend_url(order), {**sent, **grid(order, "7", version="1-1-0")}).json()["version"] == "1-1-1"


def test_a_date_that_cannot_be_read_stays_on_the_page(as_rep, order):
    answer = as_rep.post(amend_url(order), {**grid(order, "8", promised_date="下周三"), "save": "1"})
    assert answer.status_code == 422
    assert 'value="下周三"' in answer.content.decode()
    assert not Amendment.objects.exists()


@pytest.mark.parametrize("writes", [True, False])
def test_only_managers_who_did_not_write_it_are_named(as_rep, order, rep, manager, writes):
    amendment = make_amendment(order, quantity=8, by=manager if writes else rep)
    take(amendment, "propose_to_manager", by=rep)
    steps = as_rep.get(amendment.get_absolute_url()).context["steps"]
    (step,) = [step for step in steps if step.state == "now"]
    assert (str(manager) in step.who) is not writes


@pytest.mark.parametrize(("found", "says"), [({}, "请不予通过"), ({"overridable_by": ("finance",)}, "送回")])
def test_what_no_one_can_override_is_refused_not_sent_back(order, monkeypatch, found, says):
    check = failed("terms", "不允许", detail="送回", **found)
    monkeypatch.setitem(CHECKS, Stage.FINANCE, (lambda dossier: check,))
    (result,) = run(Stage.FINANCE, AmendedOrder(Proposed(make_amendment(order, quantity=8))))
    assert says in result.detail


def test_while_it_is_decided_nothing_else_is_written(as_rep, order, rep):
    amendment = make_amendment(order, quantity=8)
    take(amendment, "propose_to_manager", by=rep)
    answer = as_rep.get(amend_url(order))
    assert (answer.status_code, answer["Location"]) == (303, amendment.get_absolute_url())


def test_the_totals_keep_the_instalments_and_the_last_takes_the_difference(as_rep, order):
    answer = as_rep.post(reverse("approvals:amend-totals", args=[order.pk]), grid(order, "12")).json()
    assert [part["amount"] for part in answer["instalments"]] == ["3,390.00", "10,170.00"]


def test_the_manager_sees_both_and_decides(as_rep, as_manager, order, rep):
    amendment = make_amendment(order, quantity=8)
    take(amendment, "propose_to_manager", by=rep)
    page = as_manager.get(amendment.get_absolute_url()).content.decode()
    assert "manager_accept" in page
    assert "−2,260.00" in page
    answer = as_manager.post(reverse("approvals:advance-amendment", args=[amendment.pk, "manager_accept"]))
    assert answer["Location"] == amendment.get_absolute_url()
    assert Order.objects.get().revision == 2
    assert "manager_accept" not in as_manager.get(amendment.get_absolute_url()).content.decode()


def test_a_refusal_needs_a_reason(as_manager, order, rep):
    amendment = make_amendment(order, quantity=8)
    take(amendment, "propose_to_manager", by=rep)
    url = reverse("approvals:advance-amendment", args=[amendment.pk, "refuse"])
    as_manager.post(url)
    assert "err_note" in as_manager.get(amendment.get_absolute_url()).content.decode()
    as_manager.post(url, {"note": "先发完"})
    amendment.refresh_from_db()
    assert amendment.status == AmendmentStatus.REFUSED


def test_the_customers_letter_is_kept_with_it(as_rep, as_operations, order):
    amendment = make_amendment(order, quantity=8)
    url = reverse("approvals:amendment-letter", args=[amendment.pk])
    assert as_rep.post(url).status_code == 422
    as_rep.post(url, {"letter": picture("变更函.jpg")})
    assert "变更函.jpg" in as_rep.get(amendment.get_absolute_url()).content.decode()
    assert as_operations.get(amendment.get_absolute_url()).status_code == 404


def test_every_revision_can_be_read_printed_and_compared(as_rep, order, rep, manager):
    amendment = make_amendment(order, quantity=8)
    take(amendment, "propose_to_manager", by=rep)
    take(amendment, "manager_accept", by=manager)
    first = reverse("approvals:revision", args=[order.pk, 1])
    assert "11,300.00" in as_rep.get(first).content.decode()
    compared = as_rep.get(f"{first}?with=2").content.decode()
    assert '<del class="was">8</del>' in compared
    printed = as_rep.get(reverse("approvals:print-revision", args=[order.pk, 1])).content.decode()
    assert "11,300.00" in printed
    assert "已不是现行版本" in printed
    assert as_rep.get(reverse("approvals:revision", args=[order.pk, 3])).status_code == 404
