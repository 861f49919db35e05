"""Money received for an order: recording it, undoing a mistake by an opposite entry, and what it has paid."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.roles import Role
from core.events import record
from core.locks import lock_row, lock_rows
from core.money import ZERO, round_money, sum_of, total
from customers.models import Customer
from orders.models import Instalment, Order, Receipt, ReceiptAllocation
from orders.statuses import PaymentStatus, Status


def may_record_receipts(user) -> bool:
    """Only finance records and reverses receipts."""
    return user.role == Role.FINANCE


def why_no_receipt(order: Order) -> str:
    """Why no money can be recorded for this order now, as a sentence; empty when it can.

    Money may come from the first submission on, also while the order is sent back for mending and after completion.
    """
    if order.status == Status.CANCELLED:
        return _("The order is cancelled, so no money can be recorded for it.")
    if order.number is None:
        return _("The order was never submitted. Money can be recorded as soon as it has its number.")
    if order.unpaid_total + settled_by_import(order) <= 0:
        return _("The order is paid in full.")
    return ""


@transaction.atomic
def record_receipt(
    *,
    order: Order,
    amount: Decimal,
    received_on: date,
    method: str,
    bank_reference: str = "",
    payer: str = "",
    note: str = "",
    by,
    token: UUID | None = None,
) -> Receipt:
    """Records money (元) received for an order and pays its instalments with it, the first unpaid one first.

    What an import took for paid makes way. A second call with the same ``token`` returns what the first recorded.

    Raises:
        PermissionDenied: when the person is not in finance.
        ValidationError: by field, with sentences; nothing is recorded then.
    """
    _only_finance(by)
    lock_row(Customer, order.customer_id)
    order = lock_row(Order, order.pk)
    if token and (first := Receipt.objects.filter(submit_token=token).first()):
        return first
    _refuse_receipt(order, amount, received_on, bank_reference)
    receipt = Receipt(
        customer_id=order.customer_id,
        received_on=received_on,
        amount=amount,
        method=method,
        bank_reference=bank_reference,
        payer=payer,
        note=note,
        recorded_by=by,
        submit_token=token,
    )
    _book_in_place_of_import(receipt, order, by)
    record(order, "receipt_recorded", by=by, note=note, **_shown(receipt))
    return receipt


def _book(receipt: Receipt, order: Order) -> None:
    _insert(receipt)
    _allocate(receipt, order)
    refresh_received(order)


def _only_finance(by) -> None:
    if not may_record_receipts(by):
        raise PermissionDenied(_("Only finance records and reverses receipts."))


def _refuse_receipt(order: Order, amount: Decimal, received_on: date, bank_reference: str) -> None:
    """Raises every reason at once, each beside its field."""
    if reason := why_no_receipt(order):
        raise ValidationError({NON_FIELD_ERRORS: reason})
    found = {
        "amount": _wrong_amount(amount, order.unpaid_total + settled_by_import(order)),
        "received_on": _("This day has not come yet.") if received_on > timezone.localdate() else "",
        "bank_reference": _reference_taken(bank_reference),
    }
    if mistakes := {field: sentence for field, sentence in found.items() if sentence}:
        raise ValidationError(mistakes)


def _wrong_amount(amount: Decimal, unpaid: Decimal) -> str:
    if amount <= 0:
        return _("Enter an amount above zero. A mistake is undone by reversing its receipt.")
    if amount > unpaid:
        return _("Only ¥%(unpaid)s of this order is unpaid.") % {"unpaid": f"{unpaid:,.2f}"}
    return ""


def _reference_taken(bank_reference: str) -> str:
    """A sentence naming the receipt that has this bank reference already, or nothing."""
    taken = Receipt.objects.filter(bank_reference=bank_reference, is_reversed=False).first() if bank_reference else None
    if taken is None:
        return ""
    return _("This bank reference is recorded already: ¥%(amount)s on %(day)s.") % {
        "amount": f"{taken.amount:,.2f}",
        "day": taken.received_on.isoformat(),
    }


def _insert(receipt: Receipt) -> None:
    """Saves it; a reference that somebody else recorded in the same moment is the same refusal as an old one."""
    receipt.full_clean(exclude=["submit_token", "reverses"], validate_constraints=False)
    try:
        with transaction.atomic():
            receipt.save(force_insert=True)
    except IntegrityError as error:
        if sentence := _reference_taken(receipt.bank_reference):
            raise ValidationError({"bank_reference": sentence}) from error
        raise


def _allocate(receipt: Receipt, order: Order) -> None:
    """Pays the instalments in force in their order. Raises ValidationError when they cannot take the whole amount."""
    paid, rest, parts = paid_by_instalment(order), receipt.amount, []
    for instalment in order.current_instalments():
        part = min(rest, instalment.amount - paid[instalment.pk])
        if part > 0:
            parts.append(ReceiptAllocation(receipt=receipt, instalment=instalment, amount=part))
            rest -= part
    if rest:
        raise ValidationError({"amount": _("The instalments of this order cannot take this amount.")})
    ReceiptAllocation.objects.bulk_create(parts)


@transaction.atomic
def reverse_receipt(*, receipt: Receipt, by, reason: str) -> Receipt:
    """Undoes a receipt by an opposite one of today, and returns that.

    Raises:
        PermissionDenied: when the person is not in finance.
        ValidationError: without a reason, for a reversal, and for a receipt that is reversed already.
    """
    _only_finance(by)
    if not reason.strip():
        raise ValidationError({"reason": _("Please write a reason.")})
    lock_row(Customer, receipt.customer_id)
    orders = lock_rows(Order.objects.filter(pk__in=_paid_orders(receipt)))
    receipt = lock_row(Receipt, receipt.pk)
    if receipt.is_reversed or receipt.reverses_id:
        raise ValidationError({NON_FIELD_ERRORS: _("This receipt is reversed already.")})
    opposite = _write_opposite(receipt, by, reason.strip())
    for order in orders:
        refresh_received(order)
        record(order, "receipt_reversed", by=by, note=reason.strip(), **_shown(receipt))
    return opposite


# ---- what an import took for paid ------------------------------------------------------------------------------------


def _import_entries(order: Order):
    return Receipt.objects.filter(
        allocations__instalment__order=order, method=Receipt.Method.IMPORT, is_reversed=False, reverses__isnull=True
    ).distinct()


def settled_by_import(order: Order) -> Decimal:
    """What of an order (元) counts as paid only because it came completed in an import."""
    return total(entry.amount for entry in _import_entries(order))


def _book_in_place_of_import(receipt: Receipt, order: Order, by) -> None:
    """Books real money; where the order has no room for it, the import entry makes way."""
    replaced = _take_import_entry_back(order, by) if receipt.amount > order.unpaid_total else None
    _book(receipt, order)
    _settle_rest(order, replaced, by)


def _take_import_entry_back(order: Order, by) -> Receipt | None:
    """Reverses the import entry, so that real money can take its place; returns it."""
    entry = _import_entries(order).first()
    if entry:
        _write_opposite(lock_row(Receipt, entry.pk), by, _("Replaced by a receipt"))
    return entry


def _settle_rest(order: Order, entry: Receipt | None, by) -> None:
    """What the real receipts do not cover yet of a replaced import entry counts as paid as before."""
    rest = min(entry.amount, order.gross_total - refresh_received(order)) if entry else ZERO
    if entry and rest > 0:
        rest_entry = Receipt(
            customer_id=order.customer_id,
            received_on=entry.received_on,
            amount=rest,
            method=Receipt.Method.IMPORT,
            payer=entry.payer,
            note=entry.note,
            recorded_by=by,
        )
        _book(rest_entry, order)


def _paid_orders(receipt: Receipt) -> list[int]:
    return list(receipt.allocations.values_list("instalment__order", flat=True))


def _write_opposite(receipt: Receipt, by, reason: str) -> Receipt:
    """The negative twin with its allocations; it carries no bank reference, so the true one can be recorded again."""
    opposite = Receipt(
        customer_id=receipt.customer_id,
        received_on=timezone.localdate(),
        amount=-receipt.amount,
        method=receipt.method,
        payer=receipt.payer,
        note=reason,
        reverses=receipt,
        recorded_by=by,
    )
    opposite.full_clean(exclude=["submit_token"], validate_constraints=False)
    opposite.save(force_insert=True)
    ReceiptAllocation.objects.bulk_create(
        ReceiptAllocation(receipt=opposite, instalment_id=a.instalment_id, amount=-a.amount)
        for a in receipt.allocations.all()
    )
    receipt.is_reversed = True
    receipt.save(update_fields=["is_reversed"])
    return opposite


def _shown(receipt: Receipt) -> dict[str, int | str]:
    """What the history keeps about a receipt; amounts as text, because the history is read, not summed."""
    return {"receipt": receipt.pk, "amount": f"{receipt.amount:,.2f}", "bank_reference": receipt.bank_reference}


def refresh_received(order: Order) -> Decimal:
    """Recomputes what was received (元) and the payment status from the allocations and stores both.

    Call it under the order's lock.
    """
    order.received_total = sum_of(ReceiptAllocation.objects.filter(instalment__order=order), "amount")
    order.payment_status = payment_status_of(order.received_total, order.gross_total)
    Order.objects.filter(pk=order.pk).update(received_total=order.received_total, payment_status=order.payment_status)
    return order.received_total


def payment_status_of(received: Decimal, gross: Decimal) -> PaymentStatus:
    """How far an order over ``gross`` is paid (元, with tax)."""
    if received <= 0:
        return PaymentStatus.UNPAID
    return PaymentStatus.PAID if received >= gross else PaymentStatus.PARTLY_PAID


def paid_by_instalment(order: Order) -> dict[int, Decimal]:
    """What has been received for each instalment of the revision in force, in 元; 0.00 for one without money."""
    rows = Instalment.objects.filter(order=order, revision=order.revision).annotate(paid=Sum("allocations__amount"))
    return {row.pk: round_money(row.paid or ZERO) for row in rows.order_by("position")}


def unpaid_of(order: Order, trigger: str) -> Decimal:
    """What is missing (元, with tax) of the instalments that this trigger makes due.

    Those that the terms put some days after it are not missing yet when it happens.
    """
    paid = paid_by_instalment(order)
    due = order.current_instalments().filter(trigger=trigger, days=0)
    return total(part.amount - paid[part.pk] for part in due)


def receipts_of(order: Order):
    """Every receipt and reversal of an order, the newest first, with who recorded it."""
    paid = ReceiptAllocation.objects.filter(instalment__order=order).values("receipt")
    return Receipt.objects.filter(pk__in=paid).select_related("recorded_by", "reverses").order_by("-received_on", "-id")
