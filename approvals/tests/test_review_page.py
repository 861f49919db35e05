"""The review page: who sees it, who can decide on it, and what it keeps when a verb is refused."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.html import escape

from approvals.models import Decision
from core.workflow import take
from orders.entry.draft import save_draft
from orders.lines import LineInput
from orders.models import Order
from orders.statuses import Status
from tests.factories import ProductFactory, make_order

pytestmark = pytest.mark.django_db


def review(order):
    return reverse("approvals:review", args=[order.pk])


def advance(order, verb):
    return reverse("orders:advance", args=[order.pk, verb])


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def order(order_at):
    return order_at(Status.MANAGER_REVIEW)


@pytest.fixture
def short_of_credit(order, customer):
    customer.credit_limit = Decimal("1000")
    customer.save()
    return order


# ---- who sees it -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [("as_rep", 200), ("as_manager", 200), ("as_finance", 200), ("as_admin", 200), ("as_other_rep", 404)],
)
def test_the_review_is_seen_by_those_who_see_order_and_prices(who, status, order, request):
    assert request.getfixturevalue(who).get(review(order)).status_code == status


@pytest.mark.parametrize("who", ["as_operations", "as_service"])
def test_who_sees_no_prices_sees_no_review(who, order_at, request):
    assert request.getfixturevalue(who).get(review(order_at(Status.APPROVED))).status_code == 403


@pytest.mark.parametrize("status", Status.values)
def test_the_page_shows_an_order_of_any_status(status, order_at, as_rep, as_manager, as_finance):
    for client in (as_rep, as_manager, as_finance):
        assert client.get(review(order_at(status))).status_code == 200


def test_the_reviewer_gets_the_verbs_and_others_the_reason_why_not(order, as_manager, as_rep, as_finance):
    assert 'id="id_note"' in as_manager.get(review(order)).content.decode()
    for client in (as_rep, as_finance):
        page = client.get(review(order))
        assert 'id="id_note"' not in page.content.decode()
        assert page.context["desk"].closed
        assert "陈志远" in page.context["desk"].closed


def test_a_manager_reads_but_does_not_decide_an_own_draft(order_at, as_manager, manager):
    page = as_manager.get(review(order_at(Status.MANAGER_REVIEW, drafted_by=manager)))
    assert page.context["desk"].closed
    assert 'id="id_note"' not in page.content.decode()


def test_a_failure_that_nobody_may_release_closes_approving_but_not_sending_back(customer, as_finance):
    order = make_order(customer=customer, status=Status.FINANCE_REVIEW)
    page = as_finance.get(review(order))
    assert page.context["desk"].blocked
    assert re.search(r'btn-primary flex-fill"[^>]*disabled', page.content.decode())
    assert reverse("billing:receipts", args=[order.pk]) in page.content.decode()
    assert f'formaction="{advance(order, "send_back")}"' in page.content.decode()


# ---- deciding --------------------------------------------------------------------------------------------------------


def test_approving_opens_the_next_order_of_the_queue(order_at, as_manager):
    one, other = order_at(Status.MANAGER_REVIEW), order_at(Status.MANAGER_REVIEW)
    context = as_manager.get(review(one) + "?grade=A").context
    assert context["onward_url"] == review(other) + "?grade=A"
    posted = {"version": one.version, "next": context["onward_url"], "back": context["here_url"]}
    response = as_manager.post(advance(one, "manager_approve"), posted)
    assert (response.status_code, response.url) == (303, review(other) + "?grade=A")


def test_after_the_last_order_the_queue_opens(order, as_manager):
    assert as_manager.get(review(order)).context["onward_url"] == reverse("approvals:queue")


def test_a_missing_reason_stands_beside_its_field_and_nothing_typed_is_lost(short_of_credit, as_manager):
    order = short_of_credit
    typed = {"note": "急单 <b>", "answer-override-credit": "", "version": order.version, "back": review(order)}
    response = as_manager.post(advance(order, "manager_approve"), typed)
    assert (response.status_code, response.url) == (303, review(order))
    page = as_manager.get(response.url)
    (credit,) = [check for check in page.context["desk"].checks if check.field]
    assert credit.error
    assert f'id="err_{credit.field}"' in page.content.decode()
    assert page.context["desk"].note == "急单 <b>"
    assert escape("急单 <b>") in page.content.decode()
    assert not Decision.objects.exists()


def test_a_reason_typed_before_another_refusal_is_kept(short_of_credit, as_manager):
    order = short_of_credit
    stale = {"answer-override-credit": "客户承诺付清", "version": order.version + 7, "back": review(order)}
    as_manager.post(advance(order, "manager_approve"), stale)
    (credit,) = [c for c in as_manager.get(review(order)).context["desk"].checks if c.field]
    assert (credit.typed, credit.error) == ("客户承诺付清", "")


def test_sending_back_without_a_reason_says_so_beside_the_field(order, as_manager):
    as_manager.post(advance(order, "send_back"), {"version": order.version, "back": review(order)})
    page = as_manager.get(review(order))
    assert page.context["desk"].note_error
    assert 'id="err_note"' in page.content.decode()


def test_a_released_order_is_approved_with_its_reason(short_of_credit, as_manager):
    order = short_of_credit
    posted = {"answer-override-credit": "客户承诺付清", "version": order.version}
    as_manager.post(advance(order, "manager_approve"), posted)
    assert Order.objects.get(pk=order.pk).status == Status.FINANCE_REVIEW
    page = as_manager.get(review(order))
    assert "客户承诺付清" in text_of(page)


def test_the_second_reviewer_is_told_who_decided(order, manager, browser_of, second_manager):
    take(Order.objects.get(pk=order.pk), "manager_approve", by=manager)
    client = browser_of(second_manager)
    client.post(advance(order, "manager_approve"), {"version": order.version, "back": review(order)})
    assert "陈志远" in text_of(client.get(review(order)))


def test_verbs_are_posts_and_foreign_orders_are_not_found(order, as_manager, as_other_rep, as_finance):
    assert as_manager.get(advance(order, "manager_approve")).status_code == 405
    assert as_manager.post(review(order)).status_code == 405
    assert as_other_rep.post(advance(order, "rep_approve")).status_code == 404
    assert as_finance.post(advance(order, "manager_approve")).status_code == 403
    assert as_manager.post(advance(order, "explode")).status_code == 404


def test_the_review_leads_nowhere_outside(order, as_manager):
    posted = {"version": order.version, "next": "https://elsewhere.example/"}
    response = as_manager.post(advance(order, "manager_approve"), posted)
    assert response.url == order.get_absolute_url()


# ---- what it shows ---------------------------------------------------------------------------------------------------


def test_failures_stand_first_with_the_meter_and_the_figures(short_of_credit, as_manager):
    page = as_manager.get(review(short_of_credit)).content.decode()
    assert page.index("check-fail") < page.index("check-pass")
    assert 'class="meter"' in page
    assert "10,300.00" in page
    assert not re.search(r"\sstyle=", page)


def test_what_changed_since_the_last_round_is_marked_old_and_new(order_at, steps, rep, manager, as_manager):
    product = ProductFactory(list_price="1000")
    order = steps(order_at(lines=[(product, 12, "900"), ("安装调试", 1, "500")]), "submit", "rep_approve")
    take(order, "send_back", by=manager, note="数量请核实")
    lines = [
        LineInput(product_id=product.pk, name="控制柜", unit="台", quantity=Decimal(10), unit_price=Decimal(900)),
        LineInput(name="培训", quantity=Decimal(1), unit_price=Decimal(300)),
    ]
    header = {"payment_terms": order.payment_terms, "promised_date": order.promised_date, "remarks": "客户来函"}
    order = save_draft(order=order, header=header, lines=lines, by=rep)
    steps(order, "submit", "rep_approve")
    content = as_manager.get(review(order)).context["content"]
    assert content.compared
    assert [(row.values["name"].now, row.state) for row in content.rows] == [
        ("控制柜", ""),
        ("培训", "added"),
        ("安装调试", "removed"),
    ]
    quantity = content.rows[0].values["quantity"]
    assert (quantity.was, quantity.now, quantity.changed) == ("12", "10", True)
    assert not content.rows[0].values["unit_price"].changed
    assert content.header["gross_total"].was == "12,769.00"
    assert not content.header["order_date"].changed


def test_in_the_first_round_nothing_counts_as_changed(order_at, steps, as_manager):
    order = steps(order_at(), "submit", "rep_approve")
    content = as_manager.get(review(order)).context["content"]
    assert not content.compared
    assert not any(value.changed for row in content.rows for value in row.values.values())


def test_rounds_before_stand_there_with_their_checks_as_they_were(order_at, steps, manager, customer, as_manager):
    order = steps(order_at(), "submit", "rep_approve")
    customer.credit_limit = Decimal("1")
    customer.save()
    take(order, "send_back", by=manager, note="信用不足")
    customer.credit_limit = None
    customer.save()
    steps(order, "submit", "rep_approve")
    page = as_manager.get(review(order))
    past = page.context["past"]
    decided = [(each.round_number, each.is_approval, each.summary.failed) for each in past]
    assert decided == [(2, True, 0), (1, False, 1), (1, True, 0)]
    assert "信用不足" in text_of(page)


def test_what_people_typed_is_shown_as_text(order_at, as_manager):
    order = order_at(Status.MANAGER_REVIEW, lines=[("<script>alert(1)</script>", 1, "10")], remarks="=1+1<img>")
    page = as_manager.get(review(order)).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "=1+1&lt;img&gt;" in page


def test_the_review_of_an_order_costs_a_known_number_of_queries(order, as_manager, django_assert_max_num_queries):
    as_manager.get(review(order))
    with django_assert_max_num_queries(36):
        as_manager.get(review(order))


def test_an_order_outside_the_filtered_queue_can_still_be_decided(order, as_manager):
    page = as_manager.get(review(order) + "?grade=C")
    assert page.context["place"].number == 0
    assert 'id="id_note"' in page.content.decode()
    assert page.context["here_url"] == review(order) + "?grade=C"
    assert page.context["onward_url"] == reverse("approvals:queue") + "?grade=C"
