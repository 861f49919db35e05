"""Whose requirements they are: they follow their customer's owner, and unfinished ones the owner's team."""

from django.db.models import Q

from accounts.ownership import owned
from customers.models import Customer
from requirements.models import Requirement
from requirements.statuses import FINISHED

REQUIREMENTS = owned(Requirement, "owner", finished=Q(status__in=FINISHED), parent=Customer, path="customer")
