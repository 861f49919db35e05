"""Each check by itself: when it passes, when it warns, when it fails and who may release it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from approvals.checks import CHECKS, run, stage_one, stage_three, stage_two
from approvals.checks.result import from_json, summary_of, with_reasons, worst_first
from approvals.dossier import dossier_of
from approvals.models import Stage
from customers.models import GradePolicy
from orders.models import Instalment, Order, OrderLine
from orders.statuses import Status
from products.services import record_stock_move
from tests.factories import CustomerFactory, ProductFactory, UserFactory, make_order, terms

pytestmark = pytest.mark.django_db


def verdict(check, order):
    result = check(dossier_of(Order.objects.get(pk=order.pk)))
    return result.verdict, result.overridable_by


PASSES, WARNS, FAILS, RELEASABLE = ("pass", ()), ("warn", ()), ("fail", ()), ("fail", ("manager",))


# ---- stage one -------------------------------------------------------------------------------------------------------


def test_a_complete_file_passes(order_at):
    assert verdict(stage_one.customer_file, order_at()) == PASSES


@pytest.mark.parametrize("field", ["industry", "address"])
def test_an_incomplete_file_fails_and_says_what_is_missing(order_at, customer, field):
    setattr(customer, field, "")
    customer.save()
    assert verdict(stage_one.customer_file, order_at()) == FAILS


def test_a_contact_without_phone_fails(order_at, customer):
    customer.contacts.update(phone="")
    assert verdict(stage_one.customer_file, order_at()) == FAILS


def test_complete_lines_pass_and_a_line_without_price_fails(order_at):
    order = order_at()
    assert verdict(stage_one.lines, order) == PASSES
    OrderLine.objects.filter(order=order).update(unit_price=None)
    assert verdict(stage_one.lines, order) == FAILS


def test_an_order_without_lines_fails(order_at):
    order = order_at()
    order.lines.all().delete()
    assert verdict(stage_one.lines, order) == FAILS


def test_amounts_that_add_up_pass(order_at):
    assert verdict(stage_one.amounts, order_at()) == PASSES


@pytest.mark.parametrize("change", [{"net_amount": "9999.99"}, {"tax_amount": "1300.01"}, {"discount": "1"}])
def test_a_line_whose_amount_does_not_follow_fails(order_at, change):
    order = order_at()
    OrderLine.objects.filter(order=order).update(**change)
    assert verdict(stage_one.amounts, order) == FAILS


def test_totals_that_are_not_the_sums_fail(order_at):
    order = order_at()
    Order.objects.filter(pk=order.pk).update(net_total="10000.01", gross_total="11300.01")
    assert verdict(stage_one.amounts, order) == FAILS


def test_delivery_needs_a_date_and_an_address_unless_picked_up(order_at, customer):
    order = order_at()
    assert verdict(stage_one.delivery, order) == PASSES
    for field in ("province", "city", "district", "address"):
        setattr(customer, field, "")
    customer.save()
    assert verdict(stage_one.delivery, order) == FAILS
    Order.objects.filter(pk=order.pk).update(delivery_method="pickup")
    assert verdict(stage_one.delivery, order) == PASSES
    Order.objects.filter(pk=order.pk).update(promised_date=None)
    assert verdict(stage_one.delivery, order) == FAILS


def test_instalments_sum_to_the_whole_order(order_at):
    order = order_at(payment_terms=terms())
    assert verdict(stage_one.instalments, order) == PASSES
    Instalment.objects.filter(order=order, position=1).update(percent=20)
    assert verdict(stage_one.instalments, order) == FAILS


def test_instalments_whose_amounts_miss_the_total_fail(order_at):
    order = order_at(payment_terms=terms())
    Instalment.objects.filter(order=order, position=1).update(amount="1")
    assert verdict(stage_one.instalments, order) == FAILS


# ---- stage two -------------------------------------------------------------------------------------------------------


def test_the_cap_of_the_grade_holds_up_to_the_cent(order_at):
    order = order_at()
    GradePolicy.objects.filter(grade="A").update(order_cap="11300.00")
    assert verdict(stage_two.cap, order) == PASSES
    GradePolicy.objects.filter(grade="A").update(order_cap="11299.99")
    assert verdict(stage_two.cap, order) == RELEASABLE


def test_a_cap_that_is_not_set_is_not_unlimited(order_at):
    GradePolicy.objects.filter(grade="A").update(order_cap=None)
    assert verdict(stage_two.cap, order_at()) == RELEASABLE


def test_credit_holds_up_to_the_cent(order_at, customer):
    order = order_at()
    order_at(Status.APPROVED)
    customer.credit_limit = Decimal("22600.00")
    customer.save()
    assert verdict(stage_two.credit, order) == PASSES
    customer.credit_limit = Decimal("22599.99")
    customer.save()
    assert verdict(stage_two.credit, order) == RELEASABLE


def test_the_customer_s_own_limit_wins_over_the_grade_s(order_at, customer):
    customer.credit_limit = Decimal("0")
    customer.save()
    assert verdict(stage_two.credit, order_at()) == RELEASABLE


def test_credit_that_is_not_set_fails(order_at):
    GradePolicy.objects.filter(grade="A").update(credit_limit=None)
    assert verdict(stage_two.credit, order_at()) == RELEASABLE


def test_credit_shows_the_parts_it_looked_at(order_at, customer):
    order_at(Status.APPROVED)
    late = order_at(Status.APPROVED)
    Instalment.objects.filter(order=late).update(due_date=timezone.localdate() - timedelta(days=3))
    result = stage_two.credit(dossier_of(order_at()))
    figures = {figure.key: figure.amount for figure in result.figures}
    assert figures == {
        "limit": Decimal("500000.00"),
        "not_shipped": Decimal("11300.00"),
        "shipped_unpaid": Decimal("0.00"),
        "overdue": Decimal("11300.00"),
        "this_order": Decimal("11300.00"),
        "available": Decimal("466100.00"),
    }


def test_what_the_order_itself_has_been_paid_needs_no_credit(customer, steps, pay):
    order = steps(make_order(customer=customer), "submit", "rep_approve", "manager_approve")
    pay(order, "3390")
    order.refresh_from_db()
    assert stage_three.credit(dossier_of(order)).figure("this_order") == Decimal("7910.00")


def in_stock(product, quantity):
    record_stock_move(product=product, quantity=Decimal(quantity), reason="opening", by=UserFactory())


def order_for(customer, product, quantity, promised, **more):
    return make_order(
        customer=customer,
        lines=[(product, quantity, "10")],
        order_date=date(2026, 11, 23),
        promised_date=promised,
        payment_terms=terms("100%到货后30天"),
        **more,
    )


@pytest.fixture
def on_the_23rd(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2026, 11, 23))


@pytest.mark.usefixtures("on_the_23rd")
def test_the_promised_date_is_held_against_the_lead_time(customer):
    product = ProductFactory(lead_time=5)
    assert verdict(stage_two.delivery_date, order_for(customer, product, 2, date(2026, 11, 30))) == PASSES
    assert verdict(stage_two.delivery_date, order_for(customer, product, 2, date(2026, 11, 29))) == RELEASABLE


@pytest.mark.usefixtures("on_the_23rd")
def test_what_is_in_stock_can_be_promised_for_today(customer):
    product = ProductFactory(lead_time=5)
    in_stock(product, 2)
    assert verdict(stage_two.delivery_date, order_for(customer, product, 2, date(2026, 11, 23))) == PASSES
    assert verdict(stage_two.delivery_date, order_for(customer, product, 3, date(2026, 11, 23))) == RELEASABLE


def test_an_estimated_date_says_so(customer):
    order = order_for(customer, ProductFactory(lead_time=400), 1, date(2029, 1, 1))
    result = stage_two.delivery_date(dossier_of(order))
    assert result.verdict == "pass"
    assert "估" in result.detail or "Estimated" in result.detail


def test_the_discount_is_held_against_the_grade(order_at):
    order = order_at(lines=[(ProductFactory(list_price="1000"), 1, "900")])
    assert verdict(stage_two.discount, order) == PASSES
    order = order_at(lines=[(ProductFactory(list_price="1000"), 1, "899.99")])
    assert verdict(stage_two.discount, order) == PASSES  # 10.00 % in the figures that people read
    order = order_at(lines=[(ProductFactory(list_price="1000"), 1, "899.90")])
    assert verdict(stage_two.discount, order) == RELEASABLE


@pytest.mark.parametrize(
    ("price", "discount", "list_price", "effective"),
    [
        ("1000", "0", "1000", "0"),
        ("1000", "12", "1000", "12"),
        ("900", "0", "1000", "10"),
        ("900", "10", "1000", "19"),
        ("1200", "10", "1000", "10"),
        ("1000", "7.5", None, "7.5"),
        (None, "7.5", "1000", "7.5"),
        ("5", "0", "0", "0"),
    ],
)
def test_the_effective_discount_is_measured_from_the_list_price(price, discount, list_price, effective):
    def number(text):
        return None if text is None else Decimal(text)

    line = OrderLine(unit_price=number(price), discount=Decimal(discount), list_price=number(list_price))
    assert stage_two.effective_discount(line) == Decimal(effective)


def test_overdue_receivables_are_a_warning(order_at):
    order = order_at()
    assert verdict(stage_two.overdue, order) == PASSES
    late = order_at(Status.APPROVED)
    Instalment.objects.filter(order=late).update(due_date=timezone.localdate() - timedelta(days=12))
    result = stage_two.overdue(dossier_of(order))
    assert result.verdict == "warn"
    assert "11,300.00" in result.sentence
    assert "12" in result.sentence
    assert late.number in result.detail


# ---- stage three -----------------------------------------------------------------------------------------------------


def test_at_stage_three_nobody_releases_credit(order_at, customer):
    order = order_at(Status.FINANCE_REVIEW)
    assert verdict(stage_three.credit, order) == PASSES
    customer.credit_limit = Decimal("1")
    customer.save()
    assert verdict(stage_three.credit, order) == FAILS


def test_terms_must_be_granted_to_the_grade(order_at, rep):
    assert verdict(stage_three.terms, order_at()) == PASSES
    small = CustomerFactory(owner=rep, team=rep.team, grade="C")
    assert verdict(stage_three.terms, order_at(customer=small)) == FAILS


def test_a_grade_without_a_policy_is_granted_nothing(order_at):
    order = order_at()
    GradePolicy.objects.all().delete()
    assert verdict(stage_three.terms, order) == FAILS
    assert verdict(stage_two.cap, order) == RELEASABLE
    assert verdict(stage_two.credit, order) == RELEASABLE
    assert verdict(stage_two.discount, order) == PASSES


def test_the_prepayment_must_be_received_in_full(customer, pay):
    order = make_order(customer=customer, status=Status.FINANCE_REVIEW)
    assert verdict(stage_three.prepayment, order) == FAILS
    pay(order, "3389.99")
    assert verdict(stage_three.prepayment, order) == FAILS
    pay(order, "0.01")
    assert verdict(stage_three.prepayment, order) == PASSES


def test_terms_without_prepayment_ask_for_none(order_at):
    assert verdict(stage_three.prepayment, order_at(Status.FINANCE_REVIEW)) == PASSES


@pytest.mark.parametrize("field", ["invoice_title", "tax_number", "bank_name", "bank_account"])
def test_missing_invoice_data_is_a_warning(order_at, customer, field):
    order = order_at()
    assert verdict(stage_three.invoice_data, order) == PASSES
    setattr(customer, field, "")
    customer.save()
    assert verdict(stage_three.invoice_data, order) == WARNS


# ---- results ---------------------------------------------------------------------------------------------------------


def test_every_stage_has_its_checks():
    names = {stage: [check.__name__ for check in checks] for stage, checks in CHECKS.items()}
    assert names == {
        Stage.REP: ["customer_file", "lines", "amounts", "delivery", "instalments", "requirement"],
        Stage.MANAGER: ["cap", "credit", "delivery_date", "discount", "agreed_prices", "overdue"],
        Stage.FINANCE: ["credit", "terms", "prepayment", "invoice_data"],
    }


def test_failures_come_first(order_at, customer):
    customer.credit_limit = Decimal("1")
    customer.save()
    results = run(Stage.MANAGER, dossier_of(order_at()))
    assert results[0].code == "credit"
    assert [r.verdict for r in results] == ["fail", *["pass"] * 5]
    assert worst_first(reversed(results))[0].code == "credit"


def test_a_result_survives_being_kept(order_at):
    result = stage_two.credit(dossier_of(order_at()))
    kept = from_json(result.as_json())
    assert (kept.code, kept.verdict, kept.sentence, kept.figures) == (
        result.code,
        result.verdict,
        result.sentence,
        result.figures,
    )


def test_a_reason_stays_only_with_what_failed(order_at, customer):
    customer.credit_limit = Decimal("1")
    customer.save()
    results = with_reasons(run(Stage.MANAGER, dossier_of(order_at())), {"credit": "已沟通", "cap": "多余"})
    assert {r.code: r.override for r in results if r.override} == {"credit": "已沟通"}


def test_a_summary_counts_and_names_the_failures(order_at, customer):
    customer.credit_limit = Decimal("1")
    customer.save()
    summary = summary_of(run(Stage.MANAGER, dossier_of(order_at())))
    assert (summary.failed, summary.warned, summary.passed, summary.is_clean) == (1, 0, 5, False)
    assert len(summary.failures) == 1
