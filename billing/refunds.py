"""Money given back: of a customer's balance, or of a cancelled order, whose money becomes refund or balance."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.balance import only_finance, reason_in, receipts_with_rest
from billing.customer_facts import refresh_customer
from billing.entries import paid_for, refresh_received, refresh_rest
from billing.models import Receipt, ReceiptAllocation, Refund, RefundPart
from core import periods
from core.events import record
from core.locks import lock_row, lock_rows
from core.money import total
from core.submitted import first_result, refuse_other_content, said_in, scoped
from core.text_key import text_key
from customers.models import Customer
from customers.moving import lock_customer_of, refuse_merged
from orders.models import Order
from orders.statuses import Status

#: What a person writes about a refund.
WRITTEN = ("amount", "refunded_on", "method", "bank_reference", "payee", "note")


def holds_money(order: Order) -> bool:
    """Whether a cancelled order still has money that must become refund or balance."""
    return order.status == Status.CANCELLED and order.received_total > 0


@transaction.atomic
def free_cancelled(*, order: Order, by) -> Decimal:
    """What was received for a cancelled order becomes its customer's balance; returns how much (元).

    Raises PermissionDenied for others than finance, and ValidationError when the order holds no money, or is not
    cancelled.
    """
    only_finance(by)
    lock_customer_of(order)
    order = lock_row(Order, order.pk)
    freed = total(_free(order, by=by).values())
    refresh_customer(order.customer_id)
    return freed


def _free(order: Order, *, by) -> dict[int, Decimal]:
    """Takes back all that was received for the order, under its lock; what it was by the id of the receipt."""
    if not holds_money(order):
        raise ValidationError({NON_FIELD_ERRORS: _("The order is not cancelled, or holds no money any more.")})
    freed: dict[int, Decimal] = {}
    rows = paid_for(order)
    ReceiptAllocation.objects.bulk_create(
        ReceiptAllocation(receipt_id=receipt, instalment_id=instalment, amount=-amount)
        for (receipt, instalment), amount in rows.items()
    )
    for (receipt, _instalment), amount in rows.items():
        freed[receipt] = freed.get(receipt, Decimal(0)) + amount
    refresh_rest(freed)
    refresh_received(order)
    record(order, "money_freed", by=by, amount=f"{total(freed.values()):,.2f}")
    return freed


@transaction.atomic
def record_refund(
    *,
    customer: Customer,
    order: Order | None = None,
    amount: Decimal,
    refunded_on: date,
    method: str,
    bank_reference: str = "",
    payee: str = "",
    note: str = "",
    by,
    token: UUID | None = None,
) -> Refund:
    """Records money (元) given back of a cancelled order, whose other money becomes balance, or else of the balance.

    A second call with the same ``token`` returns what the first recorded, and is refused (SentOtherwise) when it says
    something else. Raises PermissionDenied for others than finance, and ValidationError by field.
    """
    only_finance(by)
    periods.share()
    customer, token = lock_row(Customer, customer.pk), scoped(token, by, order or customer)
    refuse_merged(customer)
    words = {"bank_reference": bank_reference, "payee": payee, "note": note, "recorded_by": by, "submit_token": token}
    refund = Refund(customer=customer, order=order, refunded_on=refunded_on, amount=amount, method=method, **words)
    if first := first_result(Refund, token):
        refuse_other_content(first, said_in(first, WRITTEN), said_in(refund, WRITTEN))
        return first
    freed = _free(lock_row(Order, order.pk), by=by) if order else {}
    held = lock_rows(receipts_with_rest(customer.pk))
    given = [each for each in held if each.pk in freed] if order else held
    _refuse_refund(refund, total(freed.values()) if order else total(receipt.rest for receipt in given))
    _insert(refund)
    _take_from(refund, given, freed)
    _tell(refund, "refunded", by=by)
    refresh_customer(customer.pk)
    return refund


def _refuse_refund(refund: Refund, available: Decimal) -> None:
    """Raises every reason at once, each beside its field."""
    mistakes = {}
    if refund.amount <= 0:
        mistakes["amount"] = _("Enter an amount above zero. A mistake is undone by reversing its refund.")
    elif refund.amount > available:
        mistakes["amount"] = _("Only ¥%(available)s can be given back.") % {"available": f"{available:,.2f}"}
    if refund.refunded_on > timezone.localdate():
        mistakes["refunded_on"] = _("This day has not come yet.")
    elif periods.closed_among([refund.refunded_on]):
        mistakes["refunded_on"] = _("This month is closed. Record the refund on a day of an open month.")
    if taken := reference_taken(refund.bank_reference):
        mistakes["bank_reference"] = taken
    if mistakes:
        raise ValidationError(mistakes)


def reference_taken(bank_reference: str) -> str:
    """A sentence naming the refund that has this bank reference already, or nothing."""
    key = text_key(bank_reference)
    taken = Refund.objects.filter(reference_key=key, is_reversed=False).first() if key else None
    if taken is None:
        return ""
    words = {"amount": f"{taken.amount:,.2f}", "day": taken.refunded_on.isoformat()}
    return _("This bank reference is recorded already: ¥%(amount)s on %(day)s.") % words


def _insert(refund: Refund) -> None:
    """Saves it; a reference that somebody else recorded in the same moment is the same refusal as an old one."""
    order, customer = refund.order, refund.customer
    refund.sold_by_id = (order.sold_by_id or order.rep_id) if order else customer.owner_id
    refund.sold_team_id = (order.sold_team_id or order.team_id) if order else customer.team_id
    refund.full_clean(exclude=["submit_token", "reverses"], validate_constraints=False)
    try:
        with transaction.atomic():
            refund.save(force_insert=True)
    except IntegrityError as error:
        if sentence := reference_taken(refund.bank_reference):
            raise ValidationError({"bank_reference": sentence}) from error
        raise


def _take_from(refund: Refund, receipts: Iterable[Receipt], freed: dict[int, Decimal]) -> None:
    """Says which receipts' money it is, the oldest first; of a cancelled order's receipts only what was its."""
    rest, parts = refund.amount, []
    for receipt in sorted(receipts, key=lambda each: (each.received_on, each.pk)):
        if part := min(rest, freed.get(receipt.pk, receipt.rest), receipt.rest):
            parts.append(RefundPart(refund=refund, receipt=receipt, amount=part))
            rest -= part
    RefundPart.objects.bulk_create(parts)
    refresh_rest([part.receipt_id for part in parts])


def _tell(refund: Refund, verb: str, *, by, note: str = "") -> None:
    data = {"refund": refund.pk, "amount": f"{refund.amount:,.2f}", "bank_reference": refund.bank_reference}
    record(refund.order or refund.customer, verb, by=by, note=note or refund.note, **data)


@transaction.atomic
def reverse_refund(*, refund: Refund, by, reason: str) -> Refund:
    """Undoes a refund by an opposite one of today, and returns that; the money is balance again.

    Raises PermissionDenied for others than finance, and ValidationError without a reason or with a long one, for a
    reversal, and for a refund that is reversed already.
    """
    only_finance(by)
    reason = reason_in(reason)
    lock_customer_of(refund)
    parts = list(refund.parts.all())
    lock_rows(Receipt.objects.filter(pk__in=[part.receipt_id for part in parts]))
    refund = Refund.objects.select_related("order", "customer").get(pk=refund.pk)
    if not refund.counts:
        raise ValidationError({NON_FIELD_ERRORS: _("This refund is reversed already.")})
    opposite = _opposite(refund, by, reason)
    RefundPart.objects.bulk_create(
        RefundPart(refund=opposite, receipt_id=part.receipt_id, amount=-part.amount) for part in parts
    )
    refund.is_reversed = True
    refund.save(update_fields=["is_reversed"])
    refresh_rest([part.receipt_id for part in parts])
    _tell(refund, "refund_reversed", by=by, note=reason)
    refresh_customer(refund.customer_id)
    return opposite


def _opposite(refund: Refund, by, reason: str) -> Refund:
    """Its negative twin, without a bank reference, so that the true one can be recorded again."""
    same = ("customer_id", "order_id", "method", "payee", "sold_by_id", "sold_team_id")
    known = {name: getattr(refund, name) for name in same}
    opposite = Refund(
        **known,
        refunded_on=timezone.localdate(),
        amount=-refund.amount,
        note=reason,
        reverses=refund,
        recorded_by=by,
    )
    opposite.save(force_insert=True)
    return opposite
