"""Customers that nobody owns wait for the managers, who give each to a rep."""

from datetime import date, datetime, time

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.workdays import Due, add_workdays
from core.worklist import Item
from customers.models import Customer
from customers.rights import may_choose_owner

DAYS_TO_ASSIGN = 1  # working days
END_OF_DAY = time(18)
FEW = 5  # as many as are looked at one by one
MOST_COUNTED = 500


def unassigned(user) -> list[Item]:
    """The unassigned customers a manager sees, the oldest first, due one working day after they were opened.

    More than a few, as an import brings them, are one item that leads to the page where many are given away at once.
    """
    if not may_choose_owner(user):
        return []
    waiting = Customer.objects.visible_to(user).open().filter(owner__isnull=True).order_by("id")
    first, count = list(waiting[:FEW]), waiting[: MOST_COUNTED + 1].count()
    if count > FEW:
        return [_crowd(first[0], count)]
    dues: dict[date, Due] = {}
    return [_item(customer, _due(customer, dues)) for customer in first]


def _crowd(oldest: Customer, count: int) -> Item:
    due = _due(oldest, {})
    number = f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)
    return Item(
        kind="unassigned",
        kind_label=_("Unassigned"),
        whom=_("%(n)s customers") % {"n": number},
        what=_("Choose who owns these customers"),
        url=reverse("customers:unassigned"),
        verb=_("Assign"),
        due=_moment(due),
        why=_("One working day after the oldest file was opened"),
        estimated=due.estimated,
    )


def _due(customer: Customer, known: dict[date, Due]) -> Due:
    """Customers imported together share their day, so the calendar is asked once."""
    opened = timezone.localdate(customer.created_at)
    if opened not in known:
        known[opened] = add_workdays(opened, DAYS_TO_ASSIGN)
    return known[opened]


def _moment(due: Due) -> datetime:
    return timezone.make_aware(datetime.combine(due.day, END_OF_DAY))


def _item(customer: Customer, due: Due) -> Item:
    return Item(
        kind="unassigned",
        kind_label=_("Unassigned"),
        whom=customer.short_name,
        grade=customer.grade,
        what=_("Choose who owns this customer"),
        detail=" · ".join(part for part in (customer.number, customer.province, customer.industry) if part),
        url=customer.get_absolute_url(),
        verb=_("Assign"),
        due=_moment(due),
        why=_("One working day after the file was opened"),
        estimated=due.estimated,
    )
