"""Orders sent back or waiting for their release, what people who left leave behind, who should order again, and what
customers said about quotations."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.rights import has_role, teams_of
from accounts.roles import Role
from core.deadlines import Deadline, counted_from, deadlines_after, end_of
from core.models import Event
from core.templatetags.ui import when
from core.worklist import STRETCHES, Item, Source, stretch_of, worklist_source
from customers.models import Customer
from orders.models import Order, Quotation, QuotationAnswer
from orders.rhythm import Expected, expected_orders, how_known
from orders.statuses import FINISHED, Status
from orders.turn import ROLE_OF, Task, stage_days
from orders.waiting import waits_for


@worklist_source
class SentBack(Source):
    """The person's own orders that were sent back, due within the working days of a stage."""

    kind = "returned"
    label = gettext_lazy("Sent back")

    def waiting(self, user: User) -> QuerySet:
        if user.role != ROLE_OF[Task.CORRECT]:
            return Order.objects.none()
        orders = Order.objects.visible_to(user).filter(waits_for(Task.CORRECT), rep=user)
        return orders.select_related("customer").order_by("status_since", "id")

    def due_before(self, instants):
        return counted_from("status_since", stage_days(), instants)

    def items_of(self, records):
        days = stage_days()
        deadlines = deadlines_after([order.status_since for order in records], days)
        sent_back = Event.objects.filter(
            subject_type=ContentType.objects.get_for_model(Order),
            subject_id__in=[order.pk for order in records],
            verb="send_back",
        ).select_related("actor")
        reasons = {
            event.subject_id: _("%(who)s: %(note)s") % {"who": event.actor, "note": event.note}
            for event in sent_back.order_by("id")
        }
        return [_item(order, deadlines[order.status_since], days, reasons.get(order.pk, "")) for order in records]

    def list_url(self):
        return f"{reverse('orders:list')}?status=sent_back"


def _item(order: Order, deadline: Deadline, days: int, reason: str) -> Item:
    why = ngettext(
        "Sent back %(when)s, to be submitted again within %(days)s working day.",
        "Sent back %(when)s, to be submitted again within %(days)s working days.",
        days,
    )
    return Item(
        kind=SentBack.kind,
        kind_label=str(SentBack.label),
        whom=order.customer_name,
        grade=order.customer.grade,
        what=_("%(order)s was sent back for changes") % {"order": order},
        detail=reason,
        url=reverse("orders:edit", args=[order.pk]),
        verb=_("Mend it"),
        due=deadline.at,
        why=why % {"when": when(order.status_since), "days": days},
        estimated=deadline.counted.estimated,
    )


class Unreleased(Source):
    """Approved orders that are not released yet, for want of one ``task``; due within a stage's working days."""

    kind = "release"
    task: Task
    what: Any
    verb: Any
    url_name = "fulfilment:delivery"

    def waiting(self, user: User) -> QuerySet:
        if user.role != ROLE_OF[self.task]:
            return Order.objects.none()
        orders = Order.objects.visible_to(user).filter(waits_for(self.task))
        return orders.select_related("customer").order_by("status_since", "id")

    def due_before(self, instants):
        return counted_from("status_since", stage_days(), instants)

    def items_of(self, records):
        days = stage_days()
        deadlines = deadlines_after([order.status_since for order in records], days)
        return [self._item(order, deadlines[order.status_since], days) for order in records]

    def _item(self, order: Order, deadline: Deadline, days: int) -> Item:
        why = ngettext(
            "Approved %(when)s, to be released within %(days)s working day.",
            "Approved %(when)s, to be released within %(days)s working days.",
            days,
        )
        return Item(
            kind=self.kind,
            kind_label=str(self.label),
            whom=order.customer_name,
            grade=order.grade,
            what=self.what % {"order": order},
            url=reverse(self.url_name, args=[order.pk]),
            verb=str(self.verb),
            due=deadline.at,
            why=deadline.explained(why % {"when": when(order.status_since), "days": days}),
            estimated=deadline.counted.estimated,
        )

    def list_url(self):
        return f"{reverse('orders:list')}?status=mine"


@worklist_source
class Unconfirmed(Unreleased):
    """For reps: their approved orders without the customer's signed confirmation, where the policy asks for it."""

    label = gettext_lazy("Confirmation missing")
    task = Task.CONFIRM
    what = gettext_lazy("%(order)s is approved: have the confirmation signed and attach it")
    verb = gettext_lazy("Attach it")


@worklist_source
class ReadyToRelease(Unreleased):
    """For operations: approved orders of which nothing is missing any more."""

    label = gettext_lazy("To be released")
    task = Task.RELEASE
    what = gettext_lazy("%(order)s is approved and can be released")
    verb = gettext_lazy("Release for delivery")
    url_name = "orders:detail"


@worklist_source
class LeftWithWork(Source):
    """For managers and administrators: people who work here no more and still own customers or open orders."""

    kind = "left"
    label = gettext_lazy("Left with work open")

    def waiting(self, user: User) -> QuerySet:
        if not has_role(user, Role.MANAGER, Role.ADMIN):
            return User.objects.none()
        gone = User.objects.filter(is_active=False)
        if user.role == Role.MANAGER:
            gone = gone.filter(team__in=teams_of(user))
        customers = Customer.objects.filter(owner=OuterRef("pk"))
        orders = Order.objects.filter(rep=OuterRef("pk")).exclude(status__in=FINISHED)
        return gone.filter(Exists(customers) | Exists(orders)).order_by("id")

    def due_before(self, instants):
        return [Q() if end_of(timezone.localdate()) < instant else Q(pk__in=[]) for instant in instants]

    def items(self, user: User, limit: int) -> list[Item]:
        records = list(self.waiting(user)[:limit])
        customers = _number_of(Customer.objects.filter(owner__in=records).values_list("owner"))
        unfinished = Order.objects.filter(rep__in=records).exclude(status__in=FINISHED)
        orders = _number_of(unfinished.values_list("rep"))
        # A manager gives them away many at a time; an administrator sees whose they are.
        page = reverse("customers:unassigned" if user.role == Role.MANAGER else "customers:list")
        return [
            _left(person, customers.get(person.pk, 0), orders.get(person.pk, 0), f"{page}?owner={person.pk}")
            for person in records
        ]

    def list_url(self):
        return reverse("customers:list")


def _number_of(owners: QuerySet) -> dict[int, int]:
    return dict(owners.order_by().annotate(n=Count("pk")))


def _left(person: User, customers: int, orders: int, url: str) -> Item:
    return Item(
        kind=LeftWithWork.kind,
        kind_label=str(LeftWithWork.label),
        whom=str(person),
        what=_("%(customers)s customers and %(orders)s open orders need another owner")
        % {"customers": customers, "orders": orders},
        url=url if customers else f"{reverse('orders:list')}?rep={person.pk}",
        verb=_("Hand over"),
        due=end_of(timezone.localdate()),
        why=_("Whoever works here no more cannot look after customers; it is due every day until somebody else does."),
    )


DAYS_TO_ASK = 30


@worklist_source
class Repurchases(Source):
    """For reps: customers who should order again within a week, or were to within the last month."""

    kind = "repurchase"
    label = gettext_lazy("Repurchase")

    def items(self, user: User, limit: int) -> list[Item]:
        return [_repurchase(each) for each in self._expected(user)[:limit]]

    def counts(self, user: User, now: datetime) -> dict[str, int]:
        found = Counter(stretch_of(end_of(each.day), now) for each in self._expected(user))
        return dict.fromkeys(STRETCHES, 0) | found

    def list_url(self):
        return reverse("customers:list")

    def _expected(self, user: User) -> list[Expected]:
        if user.role != Role.REP:
            return []
        since = timezone.localdate() - timedelta(days=DAYS_TO_ASK)
        return [each for each in expected_orders(user) if each.day >= since]


def _repurchase(expected: Expected) -> Item:
    customer = expected.customer
    return Item(
        kind=Repurchases.kind,
        kind_label=str(Repurchases.label),
        whom=customer.short_name,
        grade=customer.grade,
        what=_("%(customer)s should order again: ask what is needed") % {"customer": customer},
        url=customer.get_absolute_url(),
        verb=_("Get in touch"),
        due=end_of(expected.day),
        why=how_known(expected),
    )


ANSWER_DAYS = 1  # working day to go on from what a customer said about an offer


@worklist_source
class QuotationAnswers(Source):
    """For reps: what customers said about quotations, until somebody has read it, while there is only a draft."""

    kind = "quotations"
    label = gettext_lazy("Answers to quotations")

    def waiting(self, user: User) -> QuerySet:
        if user.role != Role.REP:
            return QuotationAnswer.objects.none()
        unread = QuotationAnswer.objects.filter(noted_at=None, quotation__order__rep=user)
        unread = unread.filter(quotation__order__status=Status.DRAFT, quotation__in=Quotation.objects.in_force())
        return unread.select_related("quotation__order__customer").order_by("at", "id")

    def due_before(self, instants):
        return counted_from("at", ANSWER_DAYS, instants)

    def items_of(self, records):
        deadlines = deadlines_after([answer.at for answer in records], ANSWER_DAYS)
        return [self._item(answer, deadlines[answer.at]) for answer in records]

    def list_url(self):
        return f"{reverse('orders:list')}?status=unsent"

    def _item(self, answer: QuotationAnswer, deadline: Deadline) -> Item:
        quotation, order = answer.quotation, answer.quotation.order
        what = (
            _("%(quotation)s is accepted: submit the order")
            if answer.accepts
            else _("%(quotation)s: the customer wrote")
        )
        return Item(
            kind=self.kind,
            kind_label=str(self.label),
            whom=order.customer_name,
            grade=order.customer.grade,
            what=what % {"quotation": quotation},
            detail=answer.words[:80] or answer.who,
            url=quotation.get_absolute_url(),
            verb=_("Look at it"),
            due=deadline.at,
            why=deadline.explained(_("One working day after the customer answered.")),
            estimated=deadline.counted.estimated,
        )
