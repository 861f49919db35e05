"""A customer's balance (客户余额): money it paid that pays nothing yet, and how it comes to pay instalments.

Allocations are never changed: what is moved is taken back by an opposite one, and is balance until it pays something.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from billing.customer_facts import refresh_customer
from billing.entries import move_allocations, paid_by, pay, refresh_received, refresh_rest, spread
from billing.models import Receipt, ReceiptAllocation
from billing.rights import may_record_receipts
from billing.several_orders import payable_instalments
from core.events import record
from core.locks import lock_row, lock_rows
from core.money import total
from customers.moving import lock_customer_of
from orders.models import Instalment, Order

Shares = Mapping[int, Decimal]
#: What the name of a share's box begins with; the instalment's id follows.
SHARE = "share-"


def receipts_with_rest(customer_id: int) -> QuerySet[Receipt]:
    """The receipts that the customer's balance lies in, the oldest first."""
    unused = Receipt.objects.filter(customer=customer_id, rest__gt=0, is_reversed=False)
    return unused.order_by("received_on", "pk")


def only_finance(by) -> None:
    """Raises PermissionDenied for everybody else."""
    if not may_record_receipts(by):
        raise PermissionDenied(_("Only finance records and reverses receipts."))


def reason_in(text: str) -> str:
    """Why something is undone, as it is kept. Raises ValidationError without a reason and for one that is too long."""
    reason = text.replace("\r\n", "\n").strip()  # a browser counts a line break as one character
    longest = Receipt._meta.get_field("note").max_length or 0
    if not reason:
        raise ValidationError({"reason": _("Please write a reason.")})
    if len(reason) > longest:
        raise ValidationError({"reason": _("At most %(n)s characters, please.") % {"n": longest}})
    return reason


@transaction.atomic
def use_balance(*, order: Order, by) -> Decimal:
    """Pays an order's instalments with its customer's balance, what is due first, and says how much it took (元).

    The oldest money goes first. Pressed twice, the second finds nothing left to pay, or nothing left to pay with.

    Raises:
        PermissionDenied: when the person is not in finance.
        ValidationError: when there is no balance, or the order needs no money now.
    """
    only_finance(by)
    lock_customer_of(order)
    order = lock_row(Order, order.pk)
    receipts = lock_rows(receipts_with_rest(order.customer_id))
    parts = list(payable_instalments(order.customer_id).filter(order=order))
    if not parts:
        raise ValidationError({NON_FIELD_ERRORS: _("This order needs no money now.")})
    if not receipts:
        raise ValidationError({NON_FIELD_ERRORS: _("This customer has no balance.")})
    used = Decimal(0)
    for receipt in sorted(receipts, key=lambda each: (each.received_on, each.pk)):
        shares = spread(receipt.rest, parts)
        for instalment, amount in shares:
            instalment.received += amount
            used += amount
        if shares:
            pay(receipt, shares, from_balance=True)
    refresh_received(order)
    refresh_customer(order.customer_id)
    record(order, "balance_used", by=by, amount=f"{used:,.2f}")
    return used


@transaction.atomic
def allocate_rest(*, receipt: Receipt, shares: Shares, by, seen: Decimal | None = None) -> Decimal:
    """Pays instalments (id → 元) of any orders of the customer with what is left of a receipt; returns their sum.

    ``seen`` is what was left (元) when the person shared it out: sent twice, it pays once.

    Raises:
        PermissionDenied: when the person is not in finance.
        ValidationError: with nothing chosen, more than is left or than an instalment needs, a reversed receipt, or when
            another amount is left than was ``seen``.
    """
    only_finance(by)
    lock_customer_of(receipt)
    orders = lock_orders_of(shares, receipt.customer_id)
    receipt = lock_row(Receipt, receipt.pk)
    if not receipt.counts:
        raise ValidationError({NON_FIELD_ERRORS: _("This receipt is reversed already.")})
    if seen is not None and seen != receipt.rest:
        words = {"seen": f"{seen:,.2f}", "rest": f"{receipt.rest:,.2f}"}
        sentence = _("When you shared it out ¥%(seen)s was left of this receipt, now it is ¥%(rest)s. Look again.")
        raise ValidationError({NON_FIELD_ERRORS: sentence % words})
    given = shares_of(receipt.customer_id, shares)
    if not given:
        raise ValidationError({NON_FIELD_ERRORS: _("Write beside an instalment how much of it is paid.")})
    refuse_more_than(receipt.rest, given)
    pay(receipt, given, from_balance=True)
    told(orders, given, "balance_used", by=by, receipt=receipt.pk)
    refresh_customer(receipt.customer_id)
    return total(amount for _instalment, amount in given)


@transaction.atomic
def take_back(*, receipt: Receipt, instalment: Instalment, by, reason: str) -> Decimal:
    """What a receipt pays of an instalment becomes balance, by an opposite allocation; returns how much (元).

    Raises:
        PermissionDenied: when the person is not in finance.
        ValidationError: without a reason, when it pays nothing of it, and for an import entry, which nobody paid.
    """
    only_finance(by)
    reason = reason_in(reason)
    lock_customer_of(receipt)
    order = lock_row(Order, instalment.order_id)
    receipt = lock_row(Receipt, receipt.pk)
    amount = paid_by(receipt).get(instalment.pk)
    if not receipt.counts or amount is None:
        raise ValidationError({NON_FIELD_ERRORS: _("The receipt pays nothing of this instalment any more.")})
    if receipt.method == Receipt.Method.IMPORT:
        raise ValidationError({NON_FIELD_ERRORS: _("An import entry stands for no money, so nothing can be moved.")})
    ReceiptAllocation.objects.create(receipt=receipt, instalment=instalment, amount=-amount)
    refresh_rest([receipt.pk])
    refresh_received(order)
    refresh_customer(receipt.customer_id)
    record(order, "receipt_taken_back", by=by, note=reason, receipt=receipt.pk, amount=f"{amount:,.2f}")
    return amount


def free_excess(order: Order, instalments: Mapping[int, Instalment], *, by) -> None:
    """Moves what was received for an order to its next revision's instalments, by the id of those before.

    What these cannot take becomes the customer's balance; the customer's facts are the caller's to count anew.
    """
    if excess := move_allocations(instalments):
        words = {"order": str(order), "amount": f"{excess:,.2f}"}
        record(order.customer, "balance_freed", by=by, **words)


# ---- what is paid with it --------------------------------------------------------------------------------------------


def lock_orders_of(shares: Iterable[int], customer_id: int) -> list[Order]:
    """The customer's orders of these instalments, under their locks; call it under the customer's."""
    ids = Order.objects.filter(instalments__in=list(shares), customer=customer_id).order_by().values("pk")
    return lock_rows(Order.objects.filter(pk__in=ids))


def shares_of(customer_id: int, shares: Shares) -> list[tuple[Instalment, Decimal]]:
    """The instalments with their shares (元), what is due first, first; call it under the locks of their orders.

    Raises ValidationError, beside each amount that is more than its instalment needs.
    """
    wanted = {pk: amount for pk, amount in shares.items() if amount}
    parts = list(payable_instalments(customer_id).filter(pk__in=wanted))
    if len(parts) != len(wanted):
        sentence = _("One of the chosen instalments was paid or changed meanwhile. Please choose again.")
        raise ValidationError({NON_FIELD_ERRORS: sentence})
    sentence = _("Only ¥%(unpaid)s of it is unpaid.")
    if beyond := {
        share_name(part.pk): sentence % {"unpaid": f"{part.unpaid:,.2f}"}
        for part in parts
        if wanted[part.pk] > part.unpaid
    }:
        raise ValidationError(beyond)
    return [(part, wanted[part.pk]) for part in parts]


def share_name(instalment: int) -> str:
    """What the box for an instalment's share is called in forms."""
    return f"{SHARE}{instalment}"


def refuse_more_than(amount: Decimal, shares: Iterable[tuple[Instalment, Decimal]]) -> None:
    """Raises ValidationError when the shares are more than there is (元)."""
    given = total(share for _instalment, share in shares)
    if given > amount:
        words = {"given": f"{given:,.2f}", "amount": f"{amount:,.2f}"}
        raise ValidationError({NON_FIELD_ERRORS: _("¥%(given)s is shared out, but there is only ¥%(amount)s.") % words})


def told(orders: Iterable[Order], shares: Iterable[tuple[Instalment, Decimal]], verb: str, *, by, **data) -> None:
    """Counts anew what the orders received, and says in the history of each what it was."""
    given = list(shares)
    for order in orders:
        refresh_received(order)
        amount = total(share for instalment, share in given if instalment.order_id == order.pk)
        record(order, verb, by=by, **data, amount=f"{amount:,.2f}")
