"""The contacts of a customer as one whole: checked together, saved together, their changes in one history line."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from customers.models import Contact, Customer

FIELDS = ("name", "job_title", "phone", "email", "is_primary")


@dataclass(frozen=True)
class ContactInput:
    """One contact as somebody wrote it; ``pk`` names the row it replaces, None makes a new one."""

    name: str
    job_title: str = ""
    phone: str = ""
    email: str = ""
    is_primary: bool = False
    pk: int | None = None


def check_contacts(contacts: list[ContactInput]) -> None:
    """Raises ValidationError unless every contact is in order and exactly one of them, if any, is primary."""
    for contact in contacts:
        _row(contact).full_clean(exclude=["customer"], validate_constraints=False)
    if contacts and sum(contact.is_primary for contact in contacts) != 1:
        raise ValidationError(_("Exactly one contact is the primary one."))


def replace_contacts(customer: Customer, contacts: list[ContactInput]) -> list[list[str]]:
    """Makes these the customer's contacts and returns the changes for the history; who is not named has left."""
    before = {row.pk: row for row in customer.contacts.all()}
    lines = {pk: line_of(row) for pk, row in before.items()}
    kept = {contact.pk: contact for contact in contacts if contact.pk in before}
    # Nobody is primary for a moment, or the new one would stand beside the old one.
    customer.contacts.filter(is_primary=True).update(is_primary=False)
    customer.contacts.exclude(pk__in=kept).update(departed=True)
    for pk, contact in kept.items():
        Contact.objects.filter(pk=pk).update(**_values(contact))
    added = [_row(contact, customer) for contact in contacts if contact.pk not in before]
    Contact.objects.bulk_create(added)
    after = {pk: line_of(_row(contact)) for pk, contact in kept.items()}
    changed = [["contacts", line, after.get(pk, "")] for pk, line in lines.items() if after.get(pk, "") != line]
    return changed + [["contacts", "", line_of(row)] for row in added]


def line_of(contact) -> str:
    """A contact in one line: ``★ 李强 采购经理 0000-8016``; the star marks the primary one."""
    star = "★" if contact.is_primary else ""
    return " ".join(part for part in (star, contact.name, contact.job_title, contact.phone, contact.email) if part)


def _values(contact: ContactInput) -> dict:
    return {name: getattr(contact, name) for name in FIELDS}


def _row(contact: ContactInput, customer: Customer | None = None) -> Contact:
    return Contact(customer=customer, **_values(contact)) if customer else Contact(**_values(contact))
