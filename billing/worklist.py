"""Money that is due: the instalments that wait for finance, and for the rep who looks after the customer."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.roles import Role
from billing.receivables import with_promises
from core.deadlines import Deadline, counted_from, deadlines_after, end_of, last_closed
from core.templatetags.ui import yuan
from core.worklist import Item, Source, worklist_source
from customers.models import Trigger
from orders.models import Instalment, Order
from orders.models.order import seen_by
from orders.statuses import Status

DAYS_AHEAD = 7
#: Working days in which the money of a cancelled order becomes refund or balance.
_SETTLE_WITHIN = 5


def open_instalments(user: User) -> QuerySet[Instalment]:
    """The instalments of orders that this person may see which have a due date and are not paid in full."""
    return Instalment.objects.owed().filter(seen_by(user, "order__"), due_date__isnull=False)


@worklist_source
class DueInstalments(Source):
    """Instalments that are overdue or due within a week."""

    kind = "money"
    label = gettext_lazy("Due payments")

    def waiting(self, user: User) -> QuerySet:
        if user.role not in (Role.FINANCE, Role.REP):
            return Instalment.objects.none()
        today = timezone.localdate()
        due = with_promises(open_instalments(user)).filter(due_date__lte=today + timedelta(days=DAYS_AHEAD))
        if user.role == Role.REP:  # what a customer has promised comes back when the promise has passed
            due = due.filter(Q(promised_on=None) | Q(promised_on__lt=today))
        return due.select_related("order__customer").order_by("due_date", "id")

    def due_before(self, instants):
        return [Q(due_date__lte=last_closed(instant)) for instant in instants]

    def items(self, user: User, limit: int) -> list[Item]:
        records = self.waiting(user)[:limit]
        if user.role == Role.FINANCE:
            verb = _("Record a receipt")
            return [_item(each, verb, reverse("billing:receipts", args=[each.order_id])) for each in records]
        return [_item(each, _("Chase it"), reverse("billing:owing", args=[each.order.customer_id])) for each in records]

    def list_url(self):
        return f"{reverse('orders:list')}?status=overdue"


@worklist_source
class CancelledMoney(Source):
    """Cancelled orders for which money was received: it must become refund or balance."""

    kind = "cancelled-money"
    label = gettext_lazy("Money of cancelled orders")

    def waiting(self, user: User) -> QuerySet:
        if user.role != Role.FINANCE:
            return Order.objects.none()
        held = Order.objects.visible_to(user).filter(status=Status.CANCELLED, received_total__gt=0)
        return held.order_by("status_since", "id")

    def due_before(self, instants):
        return counted_from("status_since", _SETTLE_WITHIN, instants)

    def items_of(self, records):
        deadlines = deadlines_after([order.status_since for order in records], _SETTLE_WITHIN)
        return [_cancelled(order, deadlines[order.status_since]) for order in records]

    def list_url(self):
        return f"{reverse('orders:list')}?status={Status.CANCELLED}"


def _cancelled(order: Order, deadline: Deadline) -> Item:
    words = {"order": order, "amount": yuan(order.received_total)}
    return Item(
        kind=CancelledMoney.kind,
        kind_label=str(CancelledMoney.label),
        whom=order.customer_name,
        grade=order.grade,
        what=_("%(order)s is cancelled, %(amount)s was received") % words,
        detail=_("to be given back or kept as balance"),
        url=reverse("billing:receipts", args=[order.pk]),
        verb=_("Decide"),
        due=deadline.at,
        why=_("Five working days after the cancellation."),
        estimated=deadline.counted.estimated,
    )


def _item(instalment: Instalment, verb: str, url: str) -> Item:
    order, due = instalment.order, instalment.due_date
    assert due is not None  # as open_instalments asks
    trigger = instalment.get_trigger_display()
    if instalment.days:
        after = ngettext("%(days)s day after that", "%(days)s days after that", instalment.days)
        trigger = f"{trigger} {after % {'days': instalment.days}}"
    why = _("Due on %(day)s: %(trigger)s.") % {"day": due.isoformat(), "trigger": trigger}
    detail = str(instalment)
    if promised := getattr(instalment, "promised_on", None):
        broken = _("promised for %(day)s and not paid") % {"day": promised.isoformat()}
        detail = f"{detail} · {broken}" if promised < timezone.localdate() else detail
    if instalment.trigger == Trigger.BEFORE_PRODUCTION and not instalment.days and order.released_at is None:
        why = f"{why} {_('The order is released once it is received.')}"
    return Item(
        kind=DueInstalments.kind,
        kind_label=str(DueInstalments.label),
        whom=order.customer_name,
        grade=order.grade,
        what=_("%(order)s: %(amount)s to be received") % {"order": order, "amount": yuan(instalment.unpaid)},
        detail=detail,
        url=url,
        verb=verb,
        due=end_of(due),
        why=why,
    )
