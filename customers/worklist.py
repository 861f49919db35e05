"""Customers that nobody owns wait for the managers, who give each to a rep."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.deadlines import CLOSING, Deadline, counted_from, deadlines_after
from core.worklist import STRETCHES, Item, Source, stretch_of, worklist_source
from customers.models import Customer
from customers.rights import may_choose_owner

DAYS_TO_ASSIGN = 1  # working days
FEW = 5  # as many as are looked at one by one
MOST_COUNTED = 500


@worklist_source
class Unassigned(Source):
    """The unassigned customers a manager sees, the oldest first, due one working day after they were opened.

    More than a few, as an import brings them, are one item that leads to the page where many are given away at once.
    """

    kind = "unassigned"
    label = gettext_lazy("Unassigned")

    def waiting(self, user: User) -> QuerySet:
        if not may_choose_owner(user):
            return Customer.objects.none()
        return Customer.objects.visible_to(user).open().filter(owner__isnull=True).order_by("id")

    def due_before(self, instants):
        return counted_from("created_at", DAYS_TO_ASSIGN, instants, CLOSING)

    def items_of(self, records):
        deadlines = _deadlines_of(records)
        return [_item(customer, deadlines[customer.created_at]) for customer in records]

    def items(self, user: User, limit):
        first = list(self.waiting(user)[: FEW + 1])
        if len(first) <= FEW:
            return self.items_of(first)
        count = self.waiting(user)[: MOST_COUNTED + 1].count()
        number = f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)
        oldest = first[0]
        deadline = _deadlines_of([oldest])[oldest.created_at]
        crowd = Item(
            kind=self.kind,
            kind_label=str(self.label),
            whom=_("%(n)s customers") % {"n": number},
            what=_("Choose who owns these customers"),
            url=reverse("customers:unassigned"),
            verb=_("Assign"),
            due=deadline.at,
            why=_("One working day after the oldest file was opened"),
            estimated=deadline.counted.estimated,
        )
        return [crowd]

    def counts(self, user: User, now):
        if len(self.waiting(user).values_list("pk")[: FEW + 1]) <= FEW:
            return super().counts(user, now)
        (crowd,) = self.items(user, FEW)
        return dict.fromkeys(STRETCHES, 0) | {stretch_of(crowd.due, now): 1}

    def list_url(self):
        return reverse("customers:unassigned")


def _deadlines_of(customers: list[Customer]) -> dict[datetime, Deadline]:
    return deadlines_after([customer.created_at for customer in customers], DAYS_TO_ASSIGN, CLOSING)


def _item(customer: Customer, deadline: Deadline) -> Item:
    return Item(
        kind=Unassigned.kind,
        kind_label=str(Unassigned.label),
        whom=customer.short_name,
        grade=customer.grade,
        what=_("Choose who owns this customer"),
        detail=" · ".join(part for part in (customer.number, customer.province, customer.industry) if part),
        url=customer.get_absolute_url(),
        verb=_("Assign"),
        due=deadline.at,
        why=_("One working day after the file was opened"),
        estimated=deadline.counted.estimated,
    )
