"""What the database itself refuses about shipments, tried with plain SQL updates past every rule in Python."""

import datetime

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from fulfilment.models import Shipment
from fulfilment.statuses import ShipmentStatus
from tests.factories import UserFactory, make_shipment

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.localdate() - datetime.timedelta(days=1)


def refused(shipment, sentence, **values):
    with pytest.raises(DatabaseError, match=sentence), transaction.atomic():
        Shipment.objects.filter(pk=shipment.pk).update(**values)


@pytest.mark.parametrize("who", ["packed_by", "quality_checked_by", "packing_checked_by", "unpaid_allowed_by"])
@pytest.mark.parametrize("status", [ShipmentStatus.SHIPPED, ShipmentStatus.SIGNED_OFF])
def test_who_packed_and_checked_what_has_left_stays_known(status, who):
    refused(make_shipment(status=status), "stays known", **{who: UserFactory()})


@pytest.mark.parametrize("day", [None, YESTERDAY])
def test_the_day_on_which_it_left_never_changes(day):
    refused(make_shipment(status=ShipmentStatus.SHIPPED), "never changes", shipped_on=day)


def test_a_shipment_moves_by_a_step():
    shipment = make_shipment(status=ShipmentStatus.READY)
    refused(shipment, "by a step", status=ShipmentStatus.PACKING)
    assert Shipment.objects.filter(pk=shipment.pk).update(status=ShipmentStatus.CANCELLED) == 1


def test_a_shipment_is_never_deleted():
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
        Shipment.objects.filter(pk=make_shipment().pk)._raw_delete("default")
