"""Money that is due: the instalments that wait for finance, and for the rep who looks after the customer."""

from datetime import timedelta

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.roles import Role
from billing.bank.filters import LineState, in_state
from billing.invoice_statuses import InvoiceStatus
from billing.models import BankLine, Invoice
from billing.receivables import with_promises
from core.deadlines import Deadline, counted_from, deadlines_after, end_of, last_closed
from core.templatetags.ui import yuan
from core.worklist import Item, Source, worklist_source
from customers.models import Trigger
from orders.models import FormerHeader, Instalment, Order
from orders.models.order import invoiced_too_much, seen_by
from orders.statuses import Status

DAYS_AHEAD = 7
#: Working days in which the money of a cancelled order becomes refund or balance.
_SETTLE_WITHIN = 5
#: Working days in which a line of the bank's list is matched.
_MATCH_WITHIN = 2
#: Working days in which an invoice that was asked for is issued, and a refused one asked for again.
_ISSUE_WITHIN = 2


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


@worklist_source
class BankLinesToMatch(Source):
    """Lines of the bank's list for which nobody has decided whose money it is."""

    kind = "bank-lines"
    label = gettext_lazy("Bank lines to match")

    def waiting(self, user: User) -> QuerySet:
        if user.role != Role.FINANCE:
            return BankLine.objects.none()
        lines = BankLine.objects.visible_to(user).filter(in_state(LineState.WAITING))
        return lines.order_by("received_on", "id")

    def due_before(self, instants):
        brought = counted_from("brought_at", _MATCH_WITHIN, instants)
        pairs = zip(brought, instants, strict=True)
        again = "put_off_until"
        return [Q(found, put_off_until=None) | Q(**{f"{again}__lte": last_closed(at)}) for found, at in pairs]

    def items_of(self, records):
        deadlines = deadlines_after([line.brought_at for line in records], _MATCH_WITHIN)
        return [_bank_line(line, deadlines[line.brought_at]) for line in records]

    def list_url(self):
        return reverse("billing:bank-lines")


def _bank_line(line: BankLine, deadline: Deadline) -> Item:
    why = _("Two working days after the bank's list was brought.")
    return Item(
        kind=BankLinesToMatch.kind,
        kind_label=str(BankLinesToMatch.label),
        whom=line.payer,
        what=_("%(amount)s of %(day)s: whose is it?") % {"amount": yuan(line.amount), "day": line.received_on},
        detail=line.remarks,
        url=line.get_absolute_url(),
        verb=_("Match it"),
        due=end_of(line.put_off_until) if line.put_off_until else deadline.at,
        why=_("It was left until this day.") if line.put_off_until else why,
        estimated=deadline.counted.estimated,
    )


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


@worklist_source
class InvoicesToIssue(Source):
    """Invoices that were asked for."""

    kind = "invoices"
    label = gettext_lazy("Invoices to be issued")

    def waiting(self, user: User) -> QuerySet:
        if user.role != Role.FINANCE:
            return Invoice.objects.none()
        asked = Invoice.objects.visible_to(user).filter(status=InvoiceStatus.REQUESTED)
        return asked.select_related("customer", "requested_by").order_by("requested_at", "id")

    def due_before(self, instants):
        return counted_from("requested_at", _ISSUE_WITHIN, instants)

    def items_of(self, records):
        deadlines = deadlines_after([invoice.requested_at for invoice in records], _ISSUE_WITHIN)
        return [_of_invoice(self, each, deadlines[each.requested_at]) for each in records]

    def list_url(self):
        return reverse("billing:invoice-list")


@worklist_source
class RefusedInvoices(Source):
    """Requests for an invoice that finance refused: to be asked for again, or given up."""

    kind = "refused-invoices"
    label = gettext_lazy("Refused invoices")

    def waiting(self, user: User) -> QuerySet:
        if user.role != Role.REP:
            return Invoice.objects.none()
        refused = Invoice.objects.visible_to(user).filter(status=InvoiceStatus.REFUSED, next_request=None)
        return refused.select_related("customer", "requested_by").order_by("status_since", "id")

    def due_before(self, instants):
        return counted_from("status_since", _ISSUE_WITHIN, instants)

    def items_of(self, records):
        deadlines = deadlines_after([invoice.status_since for invoice in records], _ISSUE_WITHIN)
        return [_of_invoice(self, each, deadlines[each.status_since]) for each in records]

    def list_url(self):
        return f"{reverse('billing:invoice-list')}?state={InvoiceStatus.REFUSED}"


def _of_invoice(source: Source, invoice: Invoice, deadline: Deadline) -> Item:
    is_refused = invoice.status == InvoiceStatus.REFUSED
    what = _("Invoice over %(amount)s refused") if is_refused else _("Invoice over %(amount)s to be issued")
    why = _("Two working days after the refusal.") if is_refused else _("Two working days after it was asked for.")
    return Item(
        kind=source.kind,
        kind_label=str(source.label),
        whom=invoice.customer.short_name,
        grade=invoice.customer.grade,
        what=what % {"amount": yuan(invoice.gross_total)},
        detail=f"{invoice.get_kind_display()} · {invoice.requested_by}",
        url=invoice.get_absolute_url(),
        verb=_("Ask again or give it up") if is_refused else _("Issue it or refuse it"),
        due=deadline.at,
        why=deadline.explained(why),
        estimated=deadline.counted.estimated,
    )


@worklist_source
class RedInvoicesNeeded(Source):
    """Orders of which more is invoiced than they come to by now."""

    kind = "red-invoices"
    label = gettext_lazy("Red invoices needed")

    def waiting(self, user: User) -> QuerySet:
        if user.role != Role.FINANCE:
            return Order.objects.none()
        replaced = FormerHeader.objects.filter(order=OuterRef("pk")).order_by("-revision").values("replaced_at")[:1]
        # Since it came to less: it was cancelled, or moved to its revision.
        less = Case(When(status=Status.CANCELLED, then="status_since"), default=Subquery(replaced))
        orders = Order.objects.visible_to(user).filter(invoiced_too_much())
        return orders.annotate(less_since=Coalesce(less, "status_since")).order_by("less_since", "id")

    def due_before(self, instants):
        return counted_from("less_since", _SETTLE_WITHIN, instants)

    def items_of(self, records):
        deadlines = deadlines_after([order.less_since for order in records], _SETTLE_WITHIN)
        return [_of_beyond(order, deadlines[order.less_since]) for order in records]

    def list_url(self):
        return f"{reverse('billing:invoice-list')}?state=beyond"


def _of_beyond(order: Order, deadline: Deadline) -> Item:
    words = {"order": order, "amount": yuan(order.invoiced_beyond)}
    return Item(
        kind=RedInvoicesNeeded.kind,
        kind_label=str(RedInvoicesNeeded.label),
        whom=order.customer_name,
        grade=order.grade,
        what=_("%(order)s: %(amount)s invoiced beyond what it comes to") % words,
        detail=_("a red invoice is needed"),
        url=reverse("billing:order-invoices", args=[order.pk]),
        verb=_("Reverse it"),
        due=deadline.at,
        why=deadline.explained(_("Five working days since the order comes to less.")),
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
