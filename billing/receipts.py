"""Money received for an order: recording it, undoing a mistake by an opposite entry, and who may when."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from billing.balance import only_finance, reason_in
from billing.customer_facts import refresh_customer
from billing.customer_receipts import WRITTEN, why_not_received
from billing.entries import enter_opposite, refresh_received
from billing.import_entries import enter_in_place_of_import, settled_by_import
from billing.models import Receipt, ReceiptAllocation
from billing.several_orders import chosen_among, enter_for, why_not_enough_chosen
from core.events import record
from core.locks import lock_row, lock_rows
from core.money import sum_of
from core.submitted import first_result, refuse_other_content, said_in, scoped
from customers.moving import lock_customer_of
from orders.models import Instalment, Order
from orders.statuses import Status


def why_no_receipt(order: Order) -> str:
    """Why no money can be recorded for this order now, as a sentence; empty when it can.

    Money may come from the first submission on, also while the order is sent back for mending and after completion.
    """
    if order.status == Status.CANCELLED:
        return _("The order is cancelled, so no money can be recorded for it.")
    if order.number is None:
        return _("The order was never submitted. Money can be recorded as soon as it has its number.")
    if order.unpaid_total + settled_by_import(order) <= 0:
        return _("The order is paid in full.") if order.gross_total else _("The order costs nothing.")
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
    chosen: Sequence[int] = (),
) -> Receipt:
    """Records money (元) received for an order and pays its instalments with it, the first unpaid one first.

    With ``chosen`` instalments (ids, of any orders of the customer) it pays those and no others. What an import took
    for paid makes way. A second call with the same ``token`` returns what the first recorded.

    Raises:
        core.submitted.SentOtherwise: when that call said something else.
        PermissionDenied: when the person is not in finance.
        ValidationError: by field, with sentences; nothing is recorded then.
    """
    only_finance(by)
    orders = _lock_orders(order, chosen)
    order, token = orders[order.pk], scoped(token, by, order)
    words = {"bank_reference": bank_reference, "payer": payer, "note": note, "recorded_by": by, "submit_token": token}
    receipt = Receipt(customer_id=order.customer_id, received_on=received_on, amount=amount, method=method, **words)
    if first := first_result(Receipt, token):
        refuse_other_content(first, said_in(first, WRITTEN), said_in(receipt, WRITTEN))
        return first
    parts = chosen_among(order.customer_id, chosen) if chosen else []
    _refuse_receipt(order, amount, received_on, bank_reference, parts)
    paid = enter_for(receipt, parts, list(orders.values())) if parts else {order.pk: amount}
    if not parts:
        enter_in_place_of_import(receipt, order, by=by)
    for pk, part in paid.items():
        record(orders[pk], "receipt_recorded", by=by, note=note, **_shown(receipt) | {"amount": f"{part:,.2f}"})
    refresh_customer(order.customer_id)
    return receipt


def _lock_orders(order: Order, chosen: Sequence[int]) -> dict[int, Order]:
    """The order and those of the chosen instalments of its customer, locked after the customer, by id."""
    customer = lock_customer_of(order)
    concerned = Q(pk=order.pk) | Q(instalments__in=chosen, customer=customer)
    ids = list(Order.objects.filter(concerned).order_by().values_list("pk", flat=True).distinct()) if chosen else []
    return {found.pk: found for found in lock_rows(Order.objects.filter(pk__in=ids or [order.pk]))}


def _refuse_receipt(
    order: Order, amount: Decimal, received_on: date, bank_reference: str, parts: Sequence[Instalment]
) -> None:
    """Raises every reason at once, each beside its field; ``parts`` are the instalments that were chosen, if any."""
    if not parts and (reason := why_no_receipt(order)):
        raise ValidationError({NON_FIELD_ERRORS: reason})
    unpaid = order.unpaid_total + settled_by_import(order)
    mistakes = why_not_received(amount=amount, received_on=received_on, bank_reference=bank_reference)
    if parts and (sentence := why_not_enough_chosen(amount, parts)):
        mistakes.setdefault("amount", sentence)
    elif not parts and amount > unpaid:
        beyond = _("Only ¥%(unpaid)s of this order is unpaid. Record it for the customer to keep the rest as balance.")
        mistakes["amount"] = beyond % {"unpaid": f"{unpaid:,.2f}"}
    if mistakes:
        raise ValidationError(mistakes)


@transaction.atomic
def reverse_receipt(*, receipt: Receipt, by, reason: str) -> Receipt:
    """Undoes a receipt by an opposite one of today, and returns that.

    Raises:
        PermissionDenied: when the person is not in finance.
        ValidationError: without a reason or with a long one, for a reversal, and for a receipt reversed already.
    """
    only_finance(by)
    reason = reason_in(reason)
    lock_customer_of(receipt)
    paid = list(receipt.allocations.values_list("instalment__order", flat=True))
    orders = lock_rows(Order.objects.filter(pk__in=paid))
    receipt = lock_row(Receipt, receipt.pk)
    if receipt.is_reversed or receipt.reverses_id:
        raise ValidationError({NON_FIELD_ERRORS: _("This receipt is reversed already.")})
    if sum_of(receipt.refund_parts.all(), "amount"):
        sentence = _("Part of this receipt was given back to the customer: reverse that refund first.")
        raise ValidationError({NON_FIELD_ERRORS: sentence})
    opposite = enter_opposite(receipt, by=by, reason=reason)
    for order in orders:
        refresh_received(order)
        record(order, "receipt_reversed", by=by, note=reason, **_shown(receipt))
    if receipt.rest:
        rest = {"receipt": receipt.pk, "amount": f"{receipt.rest:,.2f}"}
        record(receipt.customer, "balance_reversed", by=by, note=reason, **rest)
    refresh_customer(receipt.customer_id)
    return opposite


def _shown(receipt: Receipt) -> dict[str, int | str]:
    """What the history keeps about a receipt; amounts as text, because the history is read, not summed."""
    return {"receipt": receipt.pk, "amount": f"{receipt.amount:,.2f}", "bank_reference": receipt.bank_reference}


def receipts_of(order: Order) -> QuerySet[Receipt]:
    """Every receipt and reversal of an order, the newest first, who recorded it, and ``part``, the order's of it."""
    paid = ReceiptAllocation.objects.filter(instalment__order=order)
    part = paid.filter(receipt=OuterRef("pk")).order_by().values("receipt").annotate(part=Sum("amount")).values("part")
    found = Receipt.objects.filter(pk__in=paid.values("receipt")).annotate(part=Subquery(part))
    return found.select_related("recorded_by", "reverses").order_by("-received_on", "-id")
