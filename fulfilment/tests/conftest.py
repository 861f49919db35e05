"""A released order of the rep's customer, a second person in operations, and a folder for files."""

from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.roles import Role
from billing.receipts import record_receipt
from fulfilment.statuses import ShipmentStatus
from tests.factories import CarrierFactory, CustomerFactory, UserFactory, make_shipment, released_order


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def other_operations(db):
    return UserFactory(username="other_operations", name="李仓", role=Role.OPERATIONS)


@pytest.fixture
def as_other_operations(browser_of, other_operations):
    return browser_of(other_operations)


@pytest.fixture
def customer(rep):
    return CustomerFactory(owner=rep, team=rep.team, short_name="海雅装备")


@pytest.fixture
def order(customer):
    """One line: 10 × 控制柜."""
    return released_order(customer=customer)


@pytest.fixture
def carrier(db):
    return CarrierFactory()


@pytest.fixture
def on_the_way(order, carrier):
    return make_shipment(order, status=ShipmentStatus.SHIPPED, carrier=carrier, tracking_number="YS60012002")


@pytest.fixture
def transport(carrier):
    """How goods usually travel."""
    return {"method": "logistics", "carrier": carrier, "tracking_number": "YS 6001 2002", "expected_on": None}


@pytest.fixture
def pay(finance):
    """A function: order, amount → a receipt recorded by finance today."""

    def receive(order, amount):
        return record_receipt(
            order=order, amount=Decimal(amount), received_on=timezone.localdate(), method="transfer", by=finance
        )

    return receive
