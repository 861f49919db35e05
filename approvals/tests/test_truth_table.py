"""Every status × every verb × every role, written by hand. Nothing here is derived from the table it checks."""

import pytest
from django.db import transaction

from accounts.roles import Role
from core.workflow import Refused, machine_of, take
from customers.models import Grade
from fulfilment.statuses import ShipmentStatus
from orders.models import Order
from orders.statuses import Status
from tests.factories import CustomerFactory, confirmed, make_order, make_shipment, released_order, terms

ROLES = ("rep", "manager", "finance", "operations", "service", "admin")

# y allowed · r refused because of the role · s refused because of the state (or because it is another role's turn)
TABLE = """
                                  rep manager finance operations service admin
draft           submit            y   y       r       r          r       r
draft           write_anew      s   r       r       r          r       r
draft           rep_approve       s   r       r       r          r       r
draft           manager_approve   r   s       r       r          r       r
draft           finance_approve   r   r       s       r          r       r
draft           send_back         s   s       s       r          r       r
draft           withdraw          s   s       r       r          r       r
draft           cancel            y   y       r       r          r       r
draft           close_short       r   s       r       r          r       r
draft           release           r   s       s       s          r       r
draft           complete          r   r       r       r          r       r
draft           reopen            r   r       r       r          r       r

rep_review      submit            s   s       r       r          r       r
rep_review      write_anew      s   r       r       r          r       r
rep_review      rep_approve       y   r       r       r          r       r
rep_review      manager_approve   r   s       r       r          r       r
rep_review      finance_approve   r   r       s       r          r       r
rep_review      send_back         y   s       s       r          r       r
rep_review      withdraw          y   y       r       r          r       r
rep_review      cancel            y   y       r       r          r       r
rep_review      close_short       r   s       r       r          r       r
rep_review      release           r   s       s       s          r       r
rep_review      complete          r   r       r       r          r       r
rep_review      reopen            r   r       r       r          r       r

manager_review  submit            s   s       r       r          r       r
manager_review  write_anew      s   r       r       r          r       r
manager_review  rep_approve       s   r       r       r          r       r
manager_review  manager_approve   r   y       r       r          r       r
manager_review  finance_approve   r   r       s       r          r       r
manager_review  send_back         s   y       s       r          r       r
manager_review  withdraw          y   y       r       r          r       r
manager_review  cancel            y   y       r       r          r       r
manager_review  close_short       r   s       r       r          r       r
manager_review  release           r   s       s       s          r       r
manager_review  complete          r   r       r       r          r       r
manager_review  reopen            r   r       r       r          r       r

finance_review  submit            s   s       r       r          r       r
finance_review  write_anew      s   r       r       r          r       r
finance_review  rep_approve       s   r       r       r          r       r
finance_review  manager_approve   r   s       r       r          r       r
finance_review  finance_approve   r   r       y       r          r       r
finance_review  send_back         s   s       y       r          r       r
finance_review  withdraw          y   y       r       r          r       r
finance_review  cancel            y   y       r       r          r       r
finance_review  close_short       r   s       r       r          r       r
finance_review  release           r   s       s       s          r       r
finance_review  complete          r   r       r       r          r       r
finance_review  reopen            r   r       r       r          r       r

approved        submit            s   s       r       r          r       r
approved        write_anew      s   r       r       r          r       r
approved        rep_approve       s   r       r       r          r       r
approved        manager_approve   r   s       r       r          r       r
approved        finance_approve   r   r       s       r          r       r
approved        send_back         s   s       s       r          r       r
approved        withdraw          s   s       r       r          r       r
approved        cancel            s   y       r       r          r       r
approved        close_short       r   y       r       r          r       r
approved        release           r   y       y       y          r       r
approved        complete          r   r       r       r          r       r
approved        reopen            r   r       r       r          r       r

completed       submit            s   s       r       r          r       r
completed       write_anew      s   r       r       r          r       r
completed       rep_approve       s   r       r       r          r       r
completed       manager_approve   r   s       r       r          r       r
completed       finance_approve   r   r       s       r          r       r
completed       send_back         s   s       s       r          r       r
completed       withdraw          s   s       r       r          r       r
completed       cancel            s   s       r       r          r       r
completed       close_short       r   s       r       r          r       r
completed       release           r   s       s       s          r       r
completed       complete          r   r       r       r          r       r
completed       reopen            r   r       r       r          r       r

cancelled       submit            s   s       r       r          r       r
cancelled       write_anew      s   r       r       r          r       r
cancelled       rep_approve       s   r       r       r          r       r
cancelled       manager_approve   r   s       r       r          r       r
cancelled       finance_approve   r   r       s       r          r       r
cancelled       send_back         s   s       s       r          r       r
cancelled       withdraw          s   s       r       r          r       r
cancelled       cancel            s   s       r       r          r       r
cancelled       close_short       r   s       r       r          r       r
cancelled       release           r   s       s       s          r       r
cancelled       complete          r   r       r       r          r       r
cancelled       reopen            r   r       r       r          r       r
"""
MEANING = {"y": "allowed", "r": "role", "s": "state"}
ROWS = [line.split() for line in TABLE.strip().splitlines()[1:] if line.strip()]
# Where each verb leads, by hand as well.
TARGET = {
    "submit": "rep_review",
    "write_anew": "draft",
    "rep_approve": "manager_review",
    "manager_approve": "finance_review",
    "finance_approve": "approved",
    "send_back": "draft",
    "withdraw": "draft",
    "cancel": "cancelled",
    "close_short": "approved",
    "release": "approved",
    "complete": "completed",
    "reopen": "approved",
}


@pytest.fixture
def people(rep, manager, finance, operations, service, admin):
    return dict(zip(ROLES, (rep, manager, finance, operations, service, admin), strict=True))


def outcome(order, verb, person):
    """What the verb comes to: "allowed" and where to, or the kind of refusal; nothing stays."""
    with transaction.atomic():
        try:
            take(order, verb, by=person, note="按客户要求")
            return "allowed", Order.objects.get(pk=order.pk).status
        except Refused as refused:
            return ", ".join(refused.kinds), order.status
        finally:
            transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}-{row[1]}")
def test_the_order_of_states_verbs_and_roles_is_as_written_here(row, rep, people):
    status, verb, *cells = row
    # Every check passes: a granted customer, terms without prepayment.
    customer = CustomerFactory(owner=rep, team=rep.team, grade=Grade.A)
    order = make_order(customer=customer, status=status, payment_terms=terms("100%到货后30天"))
    if verb == "release":
        confirmed(order)
    if verb == "close_short" and status == Status.APPROVED:
        order = released_order(customer=customer, payment_terms=terms("100%到货后30天"))
        make_shipment(order, status=ShipmentStatus.SHIPPED, parts=[4])
    came_to = {role: outcome(Order.objects.get(pk=order.pk), verb, people[role]) for role in ROLES}
    expected = {
        role: (MEANING[cell], TARGET[verb] if cell == "y" else status) for role, cell in zip(ROLES, cells, strict=True)
    }
    assert came_to == expected


def test_the_table_leaves_no_cell_out():
    assert set(ROLES) == set(Role.values)
    assert {(row[0], row[1]) for row in ROWS} == {(s, v) for s in Status.values for v in machine_of(Order).verbs()}
    assert len(ROWS) == len(Status.values) * len(TARGET)
