"""Every status of a shipment × every verb × every role, written by hand. Nothing here is derived from the table."""

import pytest
from django.db import transaction

from accounts.roles import Role
from core.events import record
from core.files import store_file
from core.workflow import Refused, machine_of, take
from fulfilment.models import Shipment
from fulfilment.statuses import ShipmentStatus
from tests.factories import CarrierFactory, CustomerFactory, make_shipment, released_order, terms
from tests.sample_files import picture

ROLES = ("rep", "manager", "finance", "operations", "service", "admin")

# y allowed · r refused because of the role · s refused because of the state
TABLE = """
                             rep manager finance operations service admin
packing     check_quality    r   r       r       y          r       r
packing     reject_quality   r   r       r       y          r       r
packing     check_packing    r   r       r       y          r       r
packing     ship             r   r       r       s          r       r
packing     allow_unpaid     r   s       r       r          r       r
packing     sign_off         s   r       r       s          r       r
packing     correct_sign_off s  r       r       s          r       r
packing     cancel           r   r       r       y          r       r

ready       check_quality    r   r       r       s          r       r
ready       reject_quality   r   r       r       s          r       r
ready       check_packing    r   r       r       s          r       r
ready       ship             r   r       r       y          r       r
ready       allow_unpaid     r   y       r       r          r       r
ready       sign_off         s   r       r       s          r       r
ready       correct_sign_off s  r       r       s          r       r
ready       cancel           r   r       r       y          r       r

shipped     check_quality    r   r       r       s          r       r
shipped     reject_quality   r   r       r       s          r       r
shipped     check_packing    r   r       r       s          r       r
shipped     ship             r   r       r       s          r       r
shipped     allow_unpaid     r   s       r       r          r       r
shipped     sign_off         y   r       r       y          r       r
shipped     correct_sign_off s  r       r       s          r       r
shipped     cancel           r   r       r       s          r       r

signed_off  check_quality    r   r       r       s          r       r
signed_off  reject_quality   r   r       r       s          r       r
signed_off  check_packing    r   r       r       s          r       r
signed_off  ship             r   r       r       s          r       r
signed_off  allow_unpaid     r   s       r       r          r       r
signed_off  sign_off         s   r       r       s          r       r
signed_off  correct_sign_off y  r       r       y          r       r
signed_off  cancel           r   r       r       s          r       r

cancelled   check_quality    r   r       r       s          r       r
cancelled   reject_quality   r   r       r       s          r       r
cancelled   check_packing    r   r       r       s          r       r
cancelled   ship             r   r       r       s          r       r
cancelled   allow_unpaid     r   s       r       r          r       r
cancelled   sign_off         s   r       r       s          r       r
cancelled   correct_sign_off s  r       r       s          r       r
cancelled   cancel           r   r       r       s          r       r
"""
MEANING = {"y": "allowed", "r": "role", "s": "state"}
ROWS = [line.split() for line in TABLE.strip().splitlines()[1:] if line.strip()]
# Where each verb leads, by hand as well.
TARGET = {
    "check_quality": "packing",
    "reject_quality": "cancelled",
    "check_packing": "ready",
    "ship": "shipped",
    "allow_unpaid": "ready",
    "sign_off": "signed_off",
    "correct_sign_off": "signed_off",
    "cancel": "cancelled",
}


@pytest.fixture
def people(rep, manager, finance, operations, service, admin):
    return dict(zip(ROLES, (rep, manager, finance, operations, service, admin), strict=True))


def shipment_in(status: str, verb: str, rep) -> Shipment:
    """A shipment in which nothing but state and role can stand in the way of the verb."""
    customer = CustomerFactory(owner=rep, team=rep.team)
    # The manager's permission needs money that is missing; every other verb needs none.
    wanted = "50%预付款，50%发货前" if verb == "allow_unpaid" else "30%预付款，70%到货款"
    order = released_order(customer=customer, payment_terms=terms(wanted))
    known = {"carrier": CarrierFactory(), "tracking_number": "YS60012002"}
    shipment = make_shipment(order, status=status, **known)
    if verb == "check_packing" and status == "packing":
        shipment.quality_checked_by = shipment.packed_by
        shipment.save()
    if verb == "sign_off" and status == "shipped":
        shipment.signed_on, shipment.signed_by = shipment.shipped_on, "周建"
        shipment.save()
        for line in shipment.lines.all():
            line.received_quantity, line.condition = line.quantity, "good"
            line.save()
        store_file(subject=shipment, upload=picture(), purpose="sign_off", by=rep)
    if verb == "correct_sign_off" and status == "signed_off":
        record(shipment, "sign_off", by=rep)
        store_file(subject=shipment, upload=picture(), purpose="sign_off", by=rep)
    return shipment


def outcome(shipment, verb, person):
    """What the verb comes to: "allowed" and where to, or the kind of refusal; nothing stays."""
    with transaction.atomic():
        try:
            take(shipment, verb, by=person, note="按客户要求")
            return "allowed", Shipment.objects.get(pk=shipment.pk).status
        except Refused as refused:
            return ", ".join(refused.kinds), shipment.status
        finally:
            transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}-{row[1]}")
def test_states_verbs_and_roles_of_a_shipment_are_as_written_here(row, rep, people):
    status, verb, *cells = row
    shipment = shipment_in(status, verb, rep)
    came_to = {role: outcome(Shipment.objects.get(pk=shipment.pk), verb, people[role]) for role in ROLES}
    expected = {
        role: (MEANING[cell], TARGET[verb] if cell == "y" else status) for role, cell in zip(ROLES, cells, strict=True)
    }
    assert came_to == expected


def test_the_table_leaves_no_cell_out():
    assert set(ROLES) == set(Role.values)
    pairs = {(row[0], row[1]) for row in ROWS}
    assert pairs == {(s, v) for s in ShipmentStatus.values for v in machine_of(Shipment).verbs()}
    assert len(ROWS) == len(ShipmentStatus.values) * len(TARGET)
