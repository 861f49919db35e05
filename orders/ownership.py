"""Whose orders they are: they follow their customer's owner, and unfinished ones their rep's team."""

from django.db.models import Q

from accounts.ownership import owned
from customers.models import Customer
from orders.models import Order
from orders.statuses import FINISHED

ORDERS = owned(Order, "rep", finished=Q(status__in=FINISHED), parent=Customer, path="customer")
