"""Two people changed one file: what stands there now beside what was just typed."""

from django.utils.translation import gettext as _

from core.stale import Difference, differences_between
from customers.contacts import ContactInput, line_of
from customers.models import Customer
from customers.services import FIELDS


def differences(current: Customer, values: dict, contacts: list[ContactInput]) -> list[Difference]:
    """Every part of the file in which the two differ."""
    found = differences_between(current, {name: values[name] for name in FIELDS})
    theirs, mine = [line_of(row) for row in current.contacts.all()], [line_of(row) for row in contacts]
    if sorted(theirs) != sorted(mine):
        only_theirs = [line for line in theirs if line not in mine]
        only_mine = [line for line in mine if line not in theirs]
        found.append(Difference(_("Contacts"), "; ".join(only_theirs), "; ".join(only_mine)))
    return found
