"""What moves of a customer's own file: contacts, changes of grade, and whom it has brought to us."""

from django.db.models import QuerySet

from core.text_key import text_key
from customers.models import Contact, Customer, CustomerMerge, FormerStanding, GradeChange
from customers.moving import Joining, moves, stays
from customers.phones import comparable_numbers

stays(FormerStanding, "customer", "says what that file was, on which orders of its time were counted")
stays(CustomerMerge, "merged", "says which file it was")
stays(CustomerMerge, "into", "says into which file it went first")
stays(Customer, "merged_into", "the merge itself leads it on")
stays(GradeChange, "came_from", "says whose grade it was")


@moves(Contact, "customer")
def unite_contacts(rows: QuerySet, joining: Joining) -> None:
    """People who stand in both files stand in the new one once, with all that either says of them; the other row stays
    for the sake of its orders.
    """
    known = list(joining.into.contacts.all())
    for row in rows.filter(departed=False):
        same = next((contact for contact in known if is_same_person(row, contact)), None)
        if same:
            joining.same_person[row.pk] = same
            _complete(same, row)
            same.is_primary |= row.is_primary and not any(contact.is_primary for contact in known)
    rows.filter(pk__in=joining.same_person).update(departed=True, is_primary=False)
    Contact.objects.bulk_update(known, [*_SAID, "is_primary"])
    if any(contact.is_primary for contact in known):
        rows.update(is_primary=False)


#: What a file says of a contact beside the name.
_SAID = ("job_title", "phone", "email")


def _complete(contact: Contact, other: Contact) -> None:
    """Puts onto a contact (unsaved) what only the other row of the same person says."""
    for name in _SAID:
        setattr(contact, name, getattr(contact, name) or getattr(other, name))


def is_same_person(one: Contact, other: Contact) -> bool:
    """Whether two contacts have one name, and no phone or e-mail says that they are two."""
    if text_key(one.name) != text_key(other.name):
        return False
    phones = [comparable_numbers([each.phone]) for each in (one, other)]
    reached = all(phones) or bool(one.email and other.email)
    return not reached or bool(phones[0] & phones[1]) or bool(one.email and one.email.lower() == other.email.lower())


@moves(GradeChange, "customer", fixed=False)
def mark_grades(rows: QuerySet, joining: Joining) -> None:
    """Each change keeps whose grade it was: the file that stays keeps its own."""
    rows.filter(came_from=None).update(came_from=joining.merged)


@moves(Customer, "customer", field="referred_by", counted=False, fixed=False)
def keep_no_own_referral(rows: QuerySet, joining: Joining) -> None:
    """Nobody refers itself."""
    rows.filter(pk=joining.into.pk).update(referred_by=None)
