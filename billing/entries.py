"""Entering money received: what a receipt pays of an order's instalments, its opposite, and what counts as received.

The verbs and what they refuse are in ``billing.receipts``; they hold the locks of customer and order.
"""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.models import Receipt, ReceiptAllocation, RefundPart
from core.money import ZERO, round_money, total
from core.text_key import text_key
from orders.instalments import payment_status_of
from orders.models import Instalment, Order


def enter(receipt: Receipt, order: Order) -> None:
    """Enters a receipt and pays the order's instalments in force with it, in their order.

    Raises:
        ValidationError: when they cannot take the whole amount, or its bank reference was recorded just now.
    """
    insert(receipt)
    allocate(receipt, order.current_instalments())
    refresh_received(order)


def spread(amount: Decimal, instalments: Iterable[Instalment]) -> list[tuple[Instalment, Decimal]]:
    """What an amount (元) pays of instalments in their order, each as far as it goes; it may be more than needed."""
    shares = []
    for instalment in instalments:
        part = min(amount, instalment.unpaid)
        if part > 0:
            shares.append((instalment, part))
            amount -= part
    return shares


def allocate(receipt: Receipt, instalments: Iterable[Instalment]) -> list[tuple[Instalment, Decimal]]:
    """Pays instalments with a receipt, in their order. Raises ValidationError when they cannot take all of it."""
    shares = spread(receipt.amount, instalments)
    if total(part for _instalment, part in shares) != receipt.amount:
        raise ValidationError({"amount": _("The instalments of this order cannot take this amount.")})
    pay(receipt, shares)
    return shares


def pay(receipt: Receipt, shares: Iterable[tuple[Instalment, Decimal]], *, from_balance: bool = False) -> None:
    """Gives each instalment its share (元) of a receipt; what is left of it is the customer's balance."""
    ReceiptAllocation.objects.bulk_create(
        ReceiptAllocation(receipt=receipt, instalment=instalment, amount=amount, from_balance=from_balance)
        for instalment, amount in shares
    )
    refresh_rest([receipt.pk])


def refresh_rest(receipts: Collection[int]) -> None:
    """Counts anew what of receipts pays nothing and was not given back; call it under their customer's lock."""
    allocated = ReceiptAllocation.objects.filter(receipt__in=receipts).order_by().values_list("receipt")
    paid = dict(allocated.annotate(amount=Sum("amount")))
    given_back = RefundPart.objects.filter(receipt__in=receipts).order_by().values_list("receipt")
    refunded = dict(given_back.annotate(amount=Sum("amount")))
    found = list(Receipt.objects.filter(pk__in=receipts))
    for receipt in found:
        used = paid.get(receipt.pk, ZERO) + refunded.get(receipt.pk, ZERO)
        receipt.rest = receipt.amount - round_money(used)
    Receipt.objects.bulk_update(found, ["rest"])


def insert(receipt: Receipt) -> None:
    """Saves it; a reference that somebody else recorded in the same moment is the same refusal as an old one."""
    receipt.full_clean(exclude=["submit_token", "reverses", "recorded_by"], validate_constraints=False)
    receipt.rest = receipt.amount
    try:
        with transaction.atomic():
            receipt.save(force_insert=True)
    except IntegrityError as error:
        if sentence := reference_taken(receipt.bank_reference):
            raise ValidationError({"bank_reference": sentence}) from error
        raise


def reference_taken(bank_reference: str) -> str:
    """A sentence naming the receipt that has this bank reference already, or nothing."""
    key = text_key(bank_reference)
    taken = Receipt.objects.filter(reference_key=key, is_reversed=False).first() if key else None
    if taken is None:
        return ""
    return _("This bank reference is recorded already: ¥%(amount)s on %(day)s.") % {
        "amount": f"{taken.amount:,.2f}",
        "day": taken.received_on.isoformat(),
    }


def enter_opposite(receipt: Receipt, *, by, reason: str) -> Receipt:
    """Enters the negative twin of a receipt with its allocations, and returns it.

    It carries no bank reference, so that the true one can be recorded again.
    """
    opposite = Receipt(
        customer_id=receipt.customer_id,
        received_on=timezone.localdate(),
        amount=-receipt.amount,
        rest=-receipt.rest,
        method=receipt.method,
        payer=receipt.payer,
        note=reason,
        reverses=receipt,
        recorded_by=by,
    )
    opposite.full_clean(exclude=["submit_token"], validate_constraints=False)
    opposite.save(force_insert=True)
    ReceiptAllocation.objects.bulk_create(
        ReceiptAllocation(receipt=opposite, instalment_id=instalment, amount=-amount)
        for instalment, amount in paid_by(receipt).items()
    )
    receipt.is_reversed = True
    receipt.save(update_fields=["is_reversed"])
    return opposite


def paid_by(receipt: Receipt) -> dict[int, Decimal]:
    """What a receipt pays now (元) by the id of the instalment; what was taken back from one is left out."""
    rows = receipt.allocations.order_by("instalment").values_list("instalment").annotate(amount=Sum("amount"))
    return {pk: round_money(amount) for pk, amount in rows if round_money(amount)}


def paid_for(order: Order) -> dict[tuple[int, int], Decimal]:
    """What an order has received now (元), by the ids of receipt and instalment."""
    rows = ReceiptAllocation.objects.filter(instalment__order=order, receipt__is_reversed=False, receipt__reverses=None)
    sums = rows.order_by("receipt", "instalment").values_list("receipt", "instalment").annotate(amount=Sum("amount"))
    return {(receipt, part): round_money(amount) for receipt, part, amount in sums if round_money(amount)}


def refresh_received(order: Order) -> Decimal:
    """Counts anew what was received for the order and each of its instalments (元), and stores it.

    Its payment status follows. Call it under the order's lock.
    """
    allocated = ReceiptAllocation.objects.filter(instalment__order=order).order_by().values_list("instalment")
    sums = {pk: round_money(amount) for pk, amount in allocated.annotate(amount=Sum("amount"))}
    changed = [part for part in order.instalments.all() if part.received != sums.get(part.pk, ZERO)]
    for part in changed:
        part.received = sums.get(part.pk, ZERO)
    Instalment.objects.bulk_update(changed, ["received"])
    order.received_total = total(sums.values())
    order.payment_status = payment_status_of(order.received_total, order.gross_total)
    Order.objects.filter(pk=order.pk).update(received_total=order.received_total, payment_status=order.payment_status)
    return order.received_total


def move_allocations(instalments: Mapping[int, Instalment]) -> Decimal:
    """What was received for instalments is received for those of the order's next revision, by the id of those before.

    Nothing is changed: an opposite allocation takes it from the one, another gives it to the other. What the next ones
    cannot take becomes the customer's balance, the latest money first; returns how much that is (元).
    """
    live = Q(receipt__is_reversed=False, receipt__reverses=None)
    rows = ReceiptAllocation.objects.filter(live, instalment__in=instalments).order_by("receipt", "instalment")
    moved, room = [], {pk: each.amount for pk, each in instalments.items()}
    for receipt, instalment, paid in rows.values_list("receipt", "instalment").annotate(sum=Sum("amount")):
        if not (amount := round_money(paid)):
            continue
        moved.append(ReceiptAllocation(receipt_id=receipt, instalment_id=instalment, amount=-amount))
        if part := min(amount, room[instalment]):
            room[instalment] -= part
            moved.append(ReceiptAllocation(receipt_id=receipt, instalment=instalments[instalment], amount=part))
    ReceiptAllocation.objects.bulk_create(moved)
    refresh_rest({row.receipt_id for row in moved})
    return -total(row.amount for row in moved)
