"""Which team a customer counts to: always its owner's."""

from accounts.ownership import owned
from customers.models import Customer

CUSTOMERS = owned(Customer, "owner")
