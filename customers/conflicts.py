"""Two people changed one file: what stands there now beside what was just typed."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from customers.contacts import ContactInput, line_of
from customers.models import Customer
from customers.services import FIELDS


@dataclass(frozen=True)
class Difference:
    """One part of the file as it is stored now and as this person typed it."""

    label: str
    theirs: str
    mine: str


def differences(current: Customer, values: dict, contacts: list[ContactInput]) -> list[Difference]:
    """Every part of the file in which the two differ."""
    typed = [(name, getattr(current, name), values[name]) for name in FIELDS]
    found = [_of_field(name, theirs, mine) for name, theirs, mine in typed if theirs != mine]
    return found + _of_contacts([line_of(row) for row in current.contacts.all()], [line_of(c) for c in contacts])


def _of_field(name: str, theirs, mine) -> Difference:
    field: Any = Customer._meta.get_field(name)
    labels = dict(field.flatchoices)
    shown = [str(labels.get(value, "" if value is None else value)) for value in (theirs, mine)]
    return Difference(str(field.verbose_name), *shown)


def _of_contacts(theirs: list[str], mine: list[str]) -> list[Difference]:
    if sorted(theirs) == sorted(mine):
        return []
    only_theirs = [line for line in theirs if line not in mine]
    only_mine = [line for line in mine if line not in theirs]
    return [Difference(_("Contacts"), "; ".join(only_theirs), "; ".join(only_mine))]
