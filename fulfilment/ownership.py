"""Whose shipments they are: they follow their order's rep, as the order does (orders.ownership)."""

from django.db.models import Q

from accounts.ownership import owned
from customers.models import Customer
from fulfilment.models import Shipment
from orders.statuses import FINISHED

SHIPMENTS = owned(Shipment, "rep", finished=Q(order__status__in=FINISHED), parent=Customer, path="order__customer")
