"""What the database itself refuses about orders, tried with plain SQL updates past every rule in Python."""

import datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Team
from core.workflow import born
from customers.models import PaymentTerms
from orders import protections
from orders.models import Instalment, Order, OrderLine
from orders.statuses import Status
from tests.factories import CustomerFactory, ProductFactory, UserFactory, make_order

pytestmark = pytest.mark.django_db

SUBMITTED = [s for s in Status if s != Status.DRAFT]
TOMORROW = timezone.localtime() + datetime.timedelta(days=1)


def refused(action, sentence="guard"):
    """The database refuses the action, and says why."""
    with pytest.raises(DatabaseError, match=sentence), transaction.atomic():
        action()


def update(row, **values):
    return type(row)._base_manager.filter(pk=row.pk).update(**values)


def other_value(order, field):
    """A value that differs from the order's own."""
    return {
        "customer_id": lambda: CustomerFactory().pk,
        "order_date": lambda: order.order_date + datetime.timedelta(days=1),
        "promised_date": lambda: order.promised_date + datetime.timedelta(days=1),
        "delivery_method": lambda: Order.DeliveryMethod.PICKUP,
        "delivery_address": lambda: "别处",
        "payment_terms_id": lambda: PaymentTerms.objects.exclude(pk=order.payment_terms_id).first().pk,
        "special_requirements": lambda: "蓝色外观",
        "liability_clauses": lambda: "无",
        "buyer_name": lambda: "别的公司",
        "recipient_name": lambda: "别人",
        "recipient_phone": lambda: "021-5550",
        "ship_to": lambda: "别处",
    }[field]()


COMMERCIAL = [c for c in protections._COMMERCIAL_ORDER if not c.endswith("_total")]


# ---- the order -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", COMMERCIAL)
@pytest.mark.parametrize("status", SUBMITTED)
def test_what_was_agreed_cannot_be_changed_after_the_draft(status, field):
    order = make_order(status=status)
    refused(lambda: update(order, **{field: other_value(order, field)}))


@pytest.mark.parametrize("status", SUBMITTED)
def test_totals_cannot_be_changed_after_the_draft(status):
    order = make_order(status=status)
    refused(lambda: update(order, net_total=F("net_total") + 1, gross_total=F("gross_total") + 1))
    refused(lambda: update(order, tax_total=F("tax_total") + 1, gross_total=F("gross_total") + 1))


@pytest.mark.parametrize("field", COMMERCIAL)
def test_everything_agreed_can_be_changed_in_a_draft(field):
    order = make_order()
    assert update(order, **{field: other_value(order, field)}) == 1


@pytest.mark.parametrize("field", [f for f in COMMERCIAL if f != "customer_id"])
def test_an_order_sent_back_can_be_changed_again(field):
    order = make_order(number="202611海雅装备001")
    assert update(order, **{field: other_value(order, field)}) == 1


def test_an_amendment_changes_the_order_by_moving_it_to_the_next_revision():
    order = make_order(status=Status.APPROVED)
    assert update(order, revision=2, promised_date=order.promised_date + datetime.timedelta(days=5)) == 1


@pytest.mark.parametrize("revision", [0, 3])
def test_no_revision_is_left_out_or_gone_back_to(revision):
    order = make_order(status=Status.APPROVED)
    refused(lambda: update(order, revision=revision))
    refused(lambda: update(order, revision=revision, delivery_address="别处"))


def test_what_is_not_commercial_can_change_at_any_time():
    order = make_order(status=Status.APPROVED)
    assert update(order, remarks="先打电话", received_total=Decimal("1"), customer_reference="HY-1") == 1
    assert update(order, team=Team.objects.create(name="新组"), version=F("version") + 1) == 1


@pytest.mark.parametrize("status", Status)
def test_a_number_is_never_changed_or_taken_away(status):
    order = make_order(status=status, number="202611海雅装备001")
    refused(lambda: update(order, number="202611海雅装备002"), "never change")
    refused(lambda: update(order, number=None))


def test_the_customer_of_a_numbered_draft_never_changes():
    order = make_order(number="202611海雅装备001")
    refused(lambda: update(order, customer_id=CustomerFactory().pk), "never change")


def test_a_draft_gets_its_number_once():
    order = make_order()
    assert update(order, number="202611海雅装备001") == 1


BEFORE_APPROVAL = [Status.DRAFT, Status.REP_REVIEW, Status.MANAGER_REVIEW, Status.FINANCE_REVIEW]


@pytest.mark.parametrize("back", BEFORE_APPROVAL)
@pytest.mark.parametrize("status", [Status.APPROVED, Status.COMPLETED, Status.CANCELLED])
def test_there_is_no_way_back_from_approved_completed_or_cancelled(status, back):
    order = make_order(status=status, number="202611海雅装备001")
    refused(lambda: born([order], back))


@pytest.mark.parametrize("status", [Status.APPROVED, Status.COMPLETED])
def test_a_cancelled_order_stays_cancelled(status):
    order = make_order(status=Status.CANCELLED, number="202611海雅装备001")
    update(order, approved_at=timezone.now())
    refused(lambda: born([order], status), "stays cancelled")


STEPS = [
    (Status.REP_REVIEW, Status.DRAFT),
    (Status.REP_REVIEW, Status.MANAGER_REVIEW),
    (Status.FINANCE_REVIEW, Status.CANCELLED),
    (Status.APPROVED, Status.COMPLETED),
    (Status.APPROVED, Status.CANCELLED),
]


@pytest.mark.parametrize(("source", "target"), STEPS)
def test_an_order_moves_by_a_step(source, target):
    assert update(make_order(status=source), status=target) == 1


@pytest.mark.parametrize("target", [Status.FINANCE_REVIEW, Status.APPROVED, Status.COMPLETED])
def test_an_order_leaves_no_step_out(target):
    order = make_order(status=Status.REP_REVIEW)
    day = order.order_date
    update(order, approved_at=timezone.now(), booking_date=day, first_promised_date=day)
    refused(lambda: update(order, status=target), "by a step")


def test_a_completed_order_is_never_cancelled():
    refused(lambda: update(make_order(status=Status.COMPLETED), status=Status.CANCELLED), "by a step")


def test_who_drafted_a_submitted_order_stays_known():
    refused(lambda: update(make_order(status=Status.MANAGER_REVIEW), drafted_by=UserFactory()), "stays known")
    assert update(make_order(), drafted_by=UserFactory()) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("approved_at", None),
        ("approved_at", TOMORROW),
        ("grade", "X"),
        ("province", "别处"),
        ("first_promised_date", TOMORROW.date()),
        ("booking_date", TOMORROW.date()),
        ("sold_by", None),
        ("sold_team", None),
    ],
)
def test_what_was_frozen_at_approval_never_changes(field, value):
    order = make_order(status=Status.APPROVED)
    refused(lambda: update(order, **{field: value}))


def test_before_approval_nothing_is_frozen_yet():
    order = make_order(status=Status.FINANCE_REVIEW)
    assert update(order, approved_at=TOMORROW, grade="A", province="云汀省", first_promised_date=TOMORROW.date()) == 1


@pytest.mark.parametrize("status", Status)
def test_a_numbered_order_is_never_deleted(status):
    order = make_order(status=status, number="202611海雅装备001")
    refused(lambda: Order.objects.filter(pk=order.pk)._raw_delete("default"), "never deleted")


def test_a_draft_that_never_had_a_number_can_be_deleted_with_its_parts():
    order = make_order()
    order.delete()
    assert not OrderLine.objects.exists()
    assert not Instalment.objects.exists()


# ---- lines and instalments -------------------------------------------------------------------------------------------

LINE_CHANGES = {
    "revision": 2,
    "position": 9,
    "product_id": None,
    "name": "别的",
    "specification": "别的",
    "unit": "箱",
    "quantity": Decimal("99"),
    "unit_price": Decimal("0.5"),
    "list_price": Decimal("1"),
    "discount": Decimal("50"),
    "tax_rate": Decimal("6"),
    "net_amount": Decimal("1"),
    "tax_amount": Decimal("1"),
    "special_demand": "红色外观",
}
INSTALMENT_CHANGES = {
    "revision": 2,
    "position": 9,
    "percent": Decimal("99"),
    "trigger": "acceptance",
    "days": 90,
    "amount": Decimal("1"),
}
CHANGES = [("lines", *c) for c in LINE_CHANGES.items()] + [("instalments", *c) for c in INSTALMENT_CHANGES.items()]


def test_every_protected_column_of_the_parts_is_tried():
    assert {"order_id", *LINE_CHANGES} == set(protections._COMMERCIAL_LINE)
    assert {"order_id", *INSTALMENT_CHANGES} == set(protections._COMMERCIAL_INSTALMENT)


@pytest.mark.parametrize(("parts", "field", "value"), CHANGES)
def test_parts_of_a_submitted_order_cannot_be_changed(parts, field, value):
    part = getattr(make_order(status=Status.MANAGER_REVIEW), parts).last()
    refused(lambda: update(part, **{field: value}), "only by a new revision")


@pytest.mark.parametrize("status", SUBMITTED)
@pytest.mark.parametrize("parts", ["lines", "instalments"])
def test_parts_are_closed_in_every_status_but_draft(parts, status):
    part = getattr(make_order(status=status), parts).last()
    refused(lambda: update(part, position=9))
    refused(lambda: type(part).objects.filter(pk=part.pk)._raw_delete("default"))
    part.pk, part.position = None, 9
    refused(lambda: part.save(force_insert=True))


@pytest.mark.parametrize(("parts", "field", "value"), CHANGES)
def test_parts_of_a_draft_can_be_changed(parts, field, value):
    part = getattr(make_order(), parts).last()
    assert update(part, **{field: value}) == 1


@pytest.mark.parametrize("parts", ["lines", "instalments"])
def test_parts_do_not_move_into_or_out_of_a_submitted_order(parts):
    draft, submitted = make_order(), make_order(status=Status.APPROVED)
    part = getattr(draft, parts).last()
    refused(lambda: update(part, order_id=submitted.pk, revision=2))
    refused(lambda: update(getattr(submitted, parts).last(), order_id=draft.pk, revision=2))


@pytest.mark.parametrize("parts", ["lines", "instalments"])
def test_parts_of_a_draft_can_be_deleted(parts):
    order = make_order()
    getattr(order, parts).all().delete()
    assert not getattr(order, parts).exists()


@pytest.mark.parametrize("parts", ["lines", "instalments"])
def test_an_amendment_adds_parts_of_the_next_revision_only(parts):
    part = getattr(make_order(status=Status.APPROVED), parts).last()
    part.pk, part.revision = None, 2
    part.save(force_insert=True)
    part.pk, part.revision = None, 0
    refused(lambda: part.save(force_insert=True))


def test_the_day_an_instalment_becomes_due_is_set_once_and_taken_away_when_nothing_is_due():
    instalment = make_order(status=Status.FINANCE_REVIEW).instalments.get(trigger="prepayment")
    assert update(instalment, due_date=timezone.localdate()) == 1
    refused(lambda: update(instalment, due_date=TOMORROW.date()), "reckoned")
    assert update(instalment, due_date=None) == 1


def test_the_day_of_arrival_can_be_corrected():
    instalment = make_order(status=Status.APPROVED).instalments.get(trigger="arrival")
    assert update(instalment, due_date=timezone.localdate()) == 1
    assert update(instalment, due_date=TOMORROW.date()) == 1


def test_a_product_of_a_draft_line_can_be_taken():
    line = make_order(lines=[("自由行", 1, "1")]).lines.get()
    assert update(line, product_id=ProductFactory().pk) == 1
