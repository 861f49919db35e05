"""A customer's account of a period: opening, what became due, receipts, refunds, closing; in 元 with tax.

What became due adds to what the customer owes, receipts take from it, refunds add again. Below zero the customer has
paid more than was due: its balance, or money for what is not due yet.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.models import Receipt, Refund, Statement
from billing.rights import may_dun
from core.events import record
from core.money import ZERO, round_money
from customers.models import Customer
from customers.moving import lock_customer_of
from orders.models import Instalment
from orders.statuses import EXPOSED

#: The kinds of lines.
DUE, RECEIVED, REFUNDED = "due", "received", "refunded"


@dataclass(frozen=True)
class Line:
    """One thing that happened: what became due or was refunded (``owed``), or was received (``paid``), in 元."""

    day: date
    kind: str
    what: str
    owed: Decimal = ZERO
    paid: Decimal = ZERO
    left: Decimal = ZERO


@dataclass(frozen=True)
class Account:
    """The account of a period with the sums of its kinds."""

    first: date
    last: date
    opening: Decimal
    lines: list[Line]

    def sum_of(self, kind: str) -> Decimal:
        return sum((line.owed + line.paid for line in self.lines if line.kind == kind), ZERO)

    @property
    def became_due(self) -> Decimal:
        return self.sum_of(DUE)

    @property
    def received(self) -> Decimal:
        return self.sum_of(RECEIVED)

    @property
    def refunded(self) -> Decimal:
        return self.sum_of(REFUNDED)

    @property
    def closing(self) -> Decimal:
        return self.lines[-1].left if self.lines else self.opening


def account_of(customer: Customer, first: date, last: date) -> Account:
    """The customer's account from ``first`` to ``last``, both included, in six statements."""
    before, within = {"lt": first}, {"range": (first, last)}
    due = _due(customer).order_by("pk")
    receipts = _receipts(customer).order_by("pk")
    refunds = Refund.objects.filter(customer=customer).order_by("pk")
    opening = _sum(due.filter(**_when("due_date", before))) + _sum(refunds.filter(**_when("refunded_on", before)))
    opening -= _sum(receipts.filter(**_when("received_on", before)))
    became_due = due.filter(**_when("due_date", within)).select_related("order")
    lines = [
        *(Line(each.due_date, DUE, f"{each.order} {each}", owed=each.amount) for each in became_due if each.due_date),
        *(_received(each) for each in receipts.filter(**_when("received_on", within))),
        *(_refunded(each) for each in refunds.filter(**_when("refunded_on", within)).select_related("order")),
    ]
    return Account(first, last, opening, list(_running(opening, lines)))


def _due(customer: Customer) -> QuerySet[Instalment]:
    """Whatever became due of the customer's orders, paid or not."""
    in_force = Instalment.objects.filter(order__customer=customer, order__status__in=EXPOSED, due_date__isnull=False)
    return in_force.filter(revision=F("order__revision"))


def _receipts(customer: Customer) -> QuerySet[Receipt]:
    """The customer's receipts and their reversals.

    An import entry that made way for real money, which counts by its own day, is left out together with its reversal.
    """
    made_way = Q(method=Receipt.Method.IMPORT) & (Q(is_reversed=True) | Q(reverses__isnull=False))
    return Receipt.objects.filter(customer=customer).exclude(made_way)


def _when(field: str, lookups: dict[str, Any]) -> dict[str, Any]:
    return {f"{field}__{lookup}": value for lookup, value in lookups.items()}


def _sum(rows: QuerySet) -> Decimal:
    return round_money(rows.order_by().aggregate(sum=Sum("amount"))["sum"] or ZERO)


def _received(receipt: Receipt) -> Line:
    what = _("Reversal of a receipt") if receipt.reverses_id else receipt.get_method_display()
    return Line(receipt.received_on, RECEIVED, f"{what} {receipt.bank_reference}".strip(), paid=receipt.amount)


def _refunded(refund: Refund) -> Line:
    what = _("Reversal of a refund") if refund.reverses_id else _("Refund")
    about = str(refund.order) if refund.order else refund.bank_reference
    return Line(refund.refunded_on, REFUNDED, f"{what} {about}".strip(), owed=refund.amount)


def _running(opening: Decimal, lines: Iterable[Line]) -> Iterable[Line]:
    """The lines by day, each with what is owed after it."""
    order, left = (DUE, RECEIVED, REFUNDED), opening
    for line in sorted(lines, key=lambda each: (each.day, order.index(each.kind))):
        left += line.owed - line.paid
        yield Line(line.day, line.kind, line.what, line.owed, line.paid, left)


def last_month(today: date) -> tuple[date, date]:
    """First and last day of the month before."""
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


# ---- given to the customer -------------------------------------------------------------------------------------------


def as_json(account: Account) -> dict[str, Any]:
    """The account as a statement keeps it; amounts as text."""
    lines = [[str(li.day), li.kind, li.what, str(li.owed), str(li.paid), str(li.left)] for li in account.lines]
    return {"opening": str(account.opening), "lines": lines}


def from_json(statement: Statement) -> Account:
    """The account as it was given to the customer."""
    kept = statement.content
    lines = [
        Line(date.fromisoformat(day), kind, what, Decimal(owed), Decimal(paid), Decimal(left))
        for day, kind, what, owed, paid, left in kept["lines"]
    ]
    return Account(statement.first_day, statement.last_day, Decimal(kept["opening"]), lines)


@transaction.atomic
def give_statement(*, customer: Customer, first: date, last: date, by) -> Statement:
    """Keeps the account as it is now, to be shown to the customer by a private link.

    Raises PermissionDenied for whom it is not, and ValidationError for days in the wrong order or to come.
    """
    if not may_dun(by):
        raise PermissionDenied(_("Your role may not do this."))
    if first > last or last > timezone.localdate():
        raise ValidationError(_("The period must lie in the past, its first day before its last."))
    account = account_of(customer, first, last)
    statement = Statement.objects.create(
        customer=customer, first_day=first, last_day=last, content=as_json(account), closing=account.closing, made_by=by
    )
    words = {"first": str(first), "last": str(last), "amount": f"{account.closing:,.2f}"}
    record(customer, "statement_given", by=by, **words)
    return statement


@transaction.atomic
def answer_statement(*, statement: Statement, who: str, objection: str = "", address: str = "") -> Statement:
    """The customer agrees, or says what is wrong; the first answer counts.

    Raises ValidationError when it was answered before.
    """
    lock_customer_of(statement)
    statement = Statement.objects.select_related("customer").get(pk=statement.pk)
    if statement.answered_at:
        raise ValidationError(_("This statement is answered already."))
    statement.answered_by, statement.answered_at, statement.objection = who, timezone.now(), objection
    statement.save(update_fields=["answered_by", "answered_at", "objection"])
    verb = "statement_refused" if objection else "statement_confirmed"
    words = {"first": str(statement.first_day), "last": str(statement.last_day), "who": who, "address": address}
    record(statement.customer, verb, by=None, note=objection, **words)
    return statement
