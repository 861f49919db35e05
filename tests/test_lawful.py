"""What may happen to records, through the services: after each of these every rule of ``check_invariants`` holds."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.roles import Role
from accounts.services import update_person
from analytics.archive.closing import request_closing
from analytics.figures.months import Month
from approvals.imports.columns import COLUMNS
from approvals.invariants import exceeded_credit
from approvals.sweeps import complete_due, release_due
from billing.models import Receipt
from billing.receipts import record_receipt, reverse_receipt
from core.events import record
from core.invariants import examine
from core.jobs import runner
from core.periods import close_month
from core.workflow import take
from customers.models import Customer, Grade, GradePolicy
from customers.services import change_owner, update_customer
from fulfilment.models import Shipment
from fulfilment.services import Part, plan_shipment
from fulfilment.sign_off import Arrival, correct_sign_off, sign_off_shipment
from orders.models import Order
from orders.statuses import Status
from products.models import Product
from tests import sample_files as sample
from tests.factories import CarrierFactory, CustomerFactory, ProductFactory, UserFactory, confirmed, make_order, terms
from tests.workbooks import imported, saved, table, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_sound")]
LIFE = ("submit", "rep_approve", "manager_approve", "finance_approve")


@pytest.fixture
def customer(rep):
    return CustomerFactory(owner=rep, grade=Grade.A, short_name="海雅装备", credit_limit=Decimal("20000"))


@pytest.fixture
def go(rep, manager, finance):
    """A function that takes verbs one after the other, each by the person whose verb it is."""
    whose = {"submit": rep, "rep_approve": rep, "manager_approve": manager, "finance_approve": finance}

    def take_each(order: Order, *verbs: str, **answers) -> Order:
        for verb in verbs:
            take(order, verb, by=whose[verb], answers=answers)
        return order

    return take_each


@pytest.fixture
def approved(customer, go):
    """A function: an order over 11,300.00, due after its arrival, that passed all reviews."""

    def make(**more) -> Order:
        more = {"customer": customer, "payment_terms": terms("100%到货后30天"), **more}
        return confirmed(go(make_order(**more), *LIFE))

    return make


def pay(order, finance, amount="11300") -> Receipt:
    return record_receipt(
        order=order, amount=Decimal(amount), received_on=timezone.localdate(), method="transfer", by=finance
    )


def deliver(order: Order, by, checker, rep, quantity="10", received=None) -> Shipment:
    """Everything, or so much, from packing to the signature."""
    release_due()
    order.refresh_from_db()
    shipment = plan(order, by, quantity)
    take(shipment, "check_quality", by=checker)
    take(shipment, "check_packing", by=checker)
    take(shipment, "ship", by=by)
    return sign(shipment, rep, received)


def plan(order: Order, by, quantity="10") -> Shipment:
    parts = {line.pk: Part(Decimal(quantity)) for line in order.current_lines()}
    transport = {"method": "logistics", "carrier": CarrierFactory(), "tracking_number": "YS1", "expected_on": None}
    return plan_shipment(order=order, parts=parts, transport=transport, by=by)


def sign(shipment: Shipment, by, received=None, call=sign_off_shipment, **more) -> Shipment:
    """All of it arrived, or so much of it."""
    whole = {line.pk: Arrival(line.quantity, "good") for line in shipment.lines.all()}
    short = {pk: Arrival(Decimal(received), "short") for pk in whole} if received else whole
    known = {"signed_on": timezone.localdate(), "signed_by": "周建", "proof": sample.picture()}
    return call(shipment=shipment, arrivals=short, by=by, **known, **more)


def broken() -> list:
    return [(finding.invariant.name, finding.examples) for finding in examine() if not finding.holds]


def set_limit(customer: Customer, limit: int | None) -> None:
    """There is no verb for a customer's own limit yet, only the mark that it was changed."""
    Customer.objects.filter(pk=customer.pk).update(credit_limit=limit)
    record(Customer.objects.get(pk=customer.pk), "customer_changed", by=None)


# ---- credit ----------------------------------------------------------------------------------------------------------


def test_a_limit_is_lowered_after_the_approval(approved, customer):
    approved()
    set_limit(customer, 5000)


def test_the_limit_of_a_grade_is_lowered_or_taken_away_after_the_approval(approved, customer):
    set_limit(customer, None)
    approved()
    GradePolicy.objects.filter(grade=Grade.A).update(credit_limit=None)


def test_a_receipt_is_reversed_after_another_order_used_the_credit(approved, finance):
    first = approved()
    receipt = pay(first, finance)
    approved()
    reverse_receipt(receipt=receipt, by=finance, reason="退票")


def test_an_open_order_is_imported_after_another_one_used_the_credit(approved, tmp_path, customer):
    approved()
    bring(tmp_path, customer, 订单编号="H2", 订单状态="已审核")


def test_credit_is_released_with_a_reason(approved, customer, go):
    approved()
    order = go(make_order(customer=customer, payment_terms=terms("100%到货后30天")), *LIFE[:2])
    take_it = {"override-credit": "老客户"}
    go(order, "manager_approve", **take_it)


def test_a_limit_that_was_lowered_grants_no_more_than_before(approved, customer):
    """What came in past the check is found, also below a limit that once was higher."""
    approved()
    set_limit(customer, 5000)
    order = make_order(customer=customer, status=Status.FINANCE_REVIEW, payment_terms=terms("100%到货后30天"))
    assert list(exceeded_credit()) == [f"{customer.number}: exposure 22600.00, limit 5000.00"]
    take(order, "cancel", by=UserFactory(role=Role.MANAGER, team=order.team), note="重复")


# ---- the order's life ------------------------------------------------------------------------------------------------


def test_an_order_is_cancelled_after_its_approval_and_release(approved, manager):
    order = approved()
    release_due()
    take(order, "cancel", by=manager, note="客户取消")
    assert Order.objects.get().released_at


def test_an_order_is_sent_back_after_its_prepayment_and_submitted_again(customer, go, finance):
    order = go(make_order(customer=customer), *LIFE[:3])
    pay(order, finance, "3390")
    take(order, "send_back", by=finance, note="开票资料不对")
    go(order, *LIFE)


def test_an_order_is_delivered_in_parts_paid_and_completed(approved, operations, rep, finance):
    order = approved()
    checker = UserFactory(role=Role.OPERATIONS)
    deliver(order, operations, checker, rep, "4")
    deliver(order, operations, checker, rep, "6")
    pay(order, finance, "5000")
    complete_due()
    order.refresh_from_db()
    assert order.status == Status.COMPLETED
    assert order.customer.last_cooperation_on == timezone.localdate()
    pay(order, finance, "6300")


def test_what_is_missing_is_sent_again(approved, operations, rep):
    order, checker = approved(), UserFactory(role=Role.OPERATIONS)
    deliver(order, operations, checker, rep, received="8")
    deliver(order, operations, checker, rep, "2")
    complete_due()
    assert Order.objects.get().status == Status.COMPLETED


def test_what_is_left_is_closed_short_and_paid(approved, operations, rep, manager, finance):
    order = approved()
    receipt = pay(order, finance, "4000")
    deliver(order, operations, UserFactory(role=Role.OPERATIONS), rep, received="8")
    take(order, "close_short", by=manager, note="客户不再要其余")
    complete_due()
    order.refresh_from_db()
    assert (order.status, order.gross_total) == (Status.COMPLETED, 9040)
    reverse_receipt(receipt=receipt, by=finance, reason="录错")
    pay(order, finance, "9040")


def test_a_sign_off_is_corrected_after_completion(approved, operations, rep):
    order = approved()
    shipment = deliver(order, operations, UserFactory(role=Role.OPERATIONS), rep)
    complete_due()
    sign(shipment, operations, "8", call=correct_sign_off, note="少点了两台")
    assert Order.objects.get().status == Status.APPROVED


def test_an_order_that_was_wholly_lost_is_cancelled(approved, operations, rep, manager):
    order = approved()
    deliver(order, operations, UserFactory(role=Role.OPERATIONS), rep, received="0")
    take(order, "cancel", by=manager, note="全部丢失，客户不再要")


def test_a_receipt_is_reversed_after_completion(approved, operations, rep, finance):
    order = approved()
    deliver(order, operations, UserFactory(role=Role.OPERATIONS), rep)
    receipt = pay(order, finance)
    complete_due()
    reverse_receipt(receipt=receipt, by=finance, reason="录错")


@pytest.fixture
def submitted(customer, go):
    """A function: the same order, only submitted so far."""

    def make(**more) -> Order:
        return go(make_order(customer=customer, payment_terms=terms("100%到货后30天"), **more), "submit")

    return make


def test_an_order_of_a_closed_month_is_approved_later_and_its_month_closed_then(submitted, go):
    last = Month.current().shifted(-1)
    order = submitted(order_date=last.last, promised_date=timezone.localdate() + timedelta(days=60))
    close_month(month=last.first, by=None)
    go(order, *LIFE[1:])
    assert order.booking_date == Month.current().first


def test_a_month_is_closed_after_its_orders_were_booked(approved):
    last = Month.current().shifted(-1)
    order = approved(order_date=last.last, promised_date=timezone.localdate() + timedelta(days=60))
    close_month(month=last.first, by=None)
    assert order.booking_date == last.last


def test_an_order_that_was_late_for_one_month_stays_in_the_next_when_that_is_closed_too(submitted, go):
    last = Month.current().shifted(-1)
    order = submitted(order_date=last.shifted(-1).last, promised_date=timezone.localdate() + timedelta(days=60))
    close_month(month=last.shifted(-1).first, by=None)
    go(order, *LIFE[1:])
    close_month(month=last.first, by=None)
    assert order.booking_date == last.first


def test_an_order_is_cancelled_after_its_month_was_archived(approved, manager):
    last = Month.current().shifted(-1)
    order = approved(order_date=last.last, promised_date=timezone.localdate() + timedelta(days=60))
    assert runner.run_job(request_closing(month=last, by=None).pk)
    take(order, "cancel", by=manager, note="客户取消")


def test_a_shipment_is_cancelled_planned_again_and_cancelled_with_its_order(approved, operations, manager):
    order = approved()
    release_due()
    for _again in range(2):
        order.refresh_from_db()
        take(plan(order, operations), "cancel", by=operations, note="改期")
    take(order, "cancel", by=manager, note="客户取消")


# ---- imported history ------------------------------------------------------------------------------------------------


def bring(folder, customer: Customer, **cells) -> Order:
    product = Product.objects.filter(code="H-1").first() or ProductFactory(code="H-1")
    row = {
        "订单编号": "H1",
        "客户编号": customer.number,
        "订单日期": "2025-09-01",
        "商品编号": product.code,
        "商品名称": product.name,
        "数量": 2,
        "单价": 8600,
        "付款方式": "30%预付款，70%到货款",
        "预计交付日期": "2025-10-08",
        "订单状态": "已审核",
        **cells,
    }
    heads = [column.name for column in COLUMNS]
    imported("orders", saved(folder, workbook(table(heads, row))))
    return Order.objects.get(number=row["订单编号"])


def test_an_imported_order_is_delivered_and_completed_later(tmp_path, customer, operations, rep, finance):
    order = bring(tmp_path, customer, 订单状态="已审核")
    deliver(order, operations, UserFactory(role=Role.OPERATIONS), rep, "2")
    complete_due()
    order.refresh_from_db()
    assert order.status == Status.COMPLETED
    pay(order, finance, "10000")


def test_an_imported_order_on_its_way_is_signed_for_later(tmp_path, customer, rep):
    order = bring(tmp_path, customer, 订单状态="已审核", 实际发货日期="2025-10-05", 物流单号="SF1")
    sign(order.shipments.get(), rep)
    complete_due()
    order.refresh_from_db()
    assert order.status == Status.COMPLETED


def test_real_receipts_replace_an_import_entry_and_are_reversed(tmp_path, customer, finance):
    order = bring(tmp_path, customer, 订单状态="已完成", 签收日期="2025-10-07")
    first = pay(order, finance, "10000")
    pay(order, finance, "9436")
    reverse_receipt(receipt=first, by=finance, reason="录错")


def test_the_imported_orders_of_nobody_follow_the_first_owner(tmp_path, manager, rep):
    customer = CustomerFactory(owner=None, number="K9")
    bring(tmp_path, customer, 订单编号="H1", 订单状态="已完成", 签收日期="2025-10-07")
    bring(tmp_path, customer, 订单编号="H2", 订单状态="已审核", 实际发货日期="2025-10-05")
    assert broken() == []
    change_owner(customer=customer, owner=rep, by=manager)
    assert set(Order.objects.values_list("rep", flat=True)) == {rep.pk}


# ---- people and names ------------------------------------------------------------------------------------------------


def test_a_customer_is_handed_over_taken_away_and_handed_over_again(approved, customer, manager, operations, rep):
    set_limit(customer, 100_000)
    other = UserFactory(role=Role.REP, team=manager.team)
    done = approved()
    deliver(done, operations, UserFactory(role=Role.OPERATIONS), rep)
    complete_due()
    approved()
    make_order(customer=customer)
    for owner in (other, None, rep, other):
        change_owner(customer=customer, owner=owner, by=manager)


def test_a_rep_changes_to_another_team_and_then_leaves_sales(approved, customer, operations, rep, other_team):
    set_limit(customer, 100_000)
    done = approved()
    deliver(done, operations, UserFactory(role=Role.OPERATIONS), rep)
    complete_due()
    order = approved()
    deliver(order, operations, UserFactory(role=Role.OPERATIONS), rep, "4")
    rep.team = other_team
    update_person(person=rep, by=None)
    rep.team, rep.role = None, Role.FINANCE
    update_person(person=rep, by=None)


def test_a_customer_is_renamed_and_its_orders_keep_the_old_name(approved, customer, go, rep):
    order, draft = approved(), make_order(customer=customer)
    update_customer(
        customer=customer, values={"name": "云汀新雅装备有限公司", "short_name": "新雅装备"}, contacts=[], by=rep
    )
    order.refresh_from_db()
    assert (order.customer_name, order.customer.short_name) == ("海雅装备", "新雅装备")
    draft.refresh_from_db()
    go(draft, "submit")
    assert draft.number.startswith(f"{timezone.localdate():%Y%m}新雅装备")
