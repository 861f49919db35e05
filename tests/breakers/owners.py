"""Whose records are, and what figures count them by."""

from datetime import timedelta

from accounts.models import User
from accounts.roles import Role
from orders.statuses import Status
from tests.breakers.kit import (
    YESTERDAY,
    approved_here,
    arrived_order,
    breaks,
    closed_month,
    damage,
)
from tests.factories import (
    CustomerFactory,
    TeamFactory,
    UserFactory,
    make_order,
)


@breaks("teams")
def an_order_of_another_team():
    order = make_order()
    yield
    damage(order, team=TeamFactory())


@breaks("teams")
def an_order_of_no_team():
    order = make_order()
    yield
    damage(order, team=None)


@breaks("teams")
def a_team_that_its_rep_has_left():
    order = make_order()
    yield
    User.objects.filter(pk=order.rep_id).update(team=None, role=Role.FINANCE)


@breaks("reps")
def an_order_left_with_the_rep_of_before():
    order = make_order()
    yield
    damage(order.customer, owner=UserFactory())


@breaks("reps")
def an_order_left_with_nobody():
    order = make_order(status=Status.CANCELLED)
    yield
    damage(order, rep=None, team=None)


@breaks("completion")
def a_completed_order_that_never_arrived():
    order = approved_here()
    yield
    damage(order, status=Status.COMPLETED)


@breaks("completion")
def a_completed_order_that_arrived_on_no_day():
    order = arrived_order()
    damage(order, status=Status.COMPLETED)
    yield
    damage(order, signed_off_on=None)


@breaks("frozen")
def an_approved_order_without_a_grade():
    order = approved_here()
    yield
    damage(order, grade="")


@breaks("frozen")
def an_approved_order_sold_by_no_team():
    order = approved_here()
    yield
    damage(order, sold_team=None)


@breaks("frozen")
def a_first_promise_that_nobody_gave():
    order = approved_here()
    yield
    damage(order, first_promised_date=order.promised_date + timedelta(days=9))


@breaks("frozen")
def a_draft_that_is_booked():
    order = make_order()
    yield
    damage(order, booking_date=order.order_date)


@breaks("frozen")
def a_draft_that_was_promised():
    order = make_order()
    yield
    damage(order, first_promised_date=order.promised_date)


@breaks("frozen")
def a_draft_that_somebody_sold():
    order = make_order()
    yield
    damage(order, sold_by=order.rep)


@breaks("frozen")
def a_draft_that_a_team_sold():
    order = make_order()
    yield
    damage(order, sold_team=order.team)


@breaks("frozen")
def a_draft_with_the_province_of_its_approval():
    order = make_order()
    yield
    damage(order, province="云汀省")


@breaks("frozen")
def a_cancelled_order_promised_for_no_day():
    order = approved_here()
    damage(order, status=Status.CANCELLED)
    yield
    damage(order, first_promised_date=None, promised_date=None)


@breaks("frozen")
def an_approved_order_back_in_review():
    order = approved_here()
    yield
    damage(order, status=Status.FINANCE_REVIEW)


@breaks("frozen")
def a_cancelled_order_booked_nowhere():
    order = approved_here()
    damage(order, status=Status.CANCELLED)
    yield
    damage(order, booking_date=None)


@breaks("booking")
def an_order_booked_before_its_date():
    order = approved_here()
    yield
    damage(order, booking_date=order.order_date - timedelta(days=1))


@breaks("booking")
def an_order_booked_in_a_month_closed_before():
    order = approved_here(order_date=closed_month().first_day)
    yield
    damage(order, booking_date=order.order_date)


@breaks("booking")
def an_order_booked_later_than_it_had_to_be():
    order = approved_here(order_date=closed_month().first_day)
    yield
    damage(order, booking_date=order.booking_date + timedelta(days=1))


@breaks("customer teams")
def a_customer_of_another_team():
    customer = CustomerFactory()
    yield
    damage(customer, team=TeamFactory())


@breaks("customer teams")
def a_customer_of_no_team():
    customer = CustomerFactory()
    yield
    damage(customer, team=None)


@breaks("customer teams")
def a_customer_of_nobody_with_a_team():
    customer = CustomerFactory(owner=None)
    yield
    damage(customer, team=TeamFactory())


@breaks("primary contacts")
def contacts_without_a_primary_one():
    customer = CustomerFactory()
    CustomerFactory(contact=None)
    yield
    customer.contacts.update(is_primary=False)


@breaks("cooperation")
def a_last_cooperation_that_never_was():
    customer = CustomerFactory()
    yield
    damage(customer, last_cooperation_on=YESTERDAY)


@breaks("cooperation")
def a_last_cooperation_that_nobody_noted():
    order = arrived_order()
    yield
    damage(order, status=Status.COMPLETED)
