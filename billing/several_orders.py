"""One transfer that pays several orders of a customer: finance chooses the instalments that it pays."""

from collections.abc import Sequence
from decimal import Decimal

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from billing.entries import allocate, insert, refresh_received
from billing.models import Receipt
from core.money import ZERO, total
from orders.models import Instalment, Order
from orders.statuses import Status


def payable_instalments(customer_id: int) -> QuerySet[Instalment]:
    """What a customer's submitted orders still have to pay, with the orders: what is due first, first."""
    of_customer = Instalment.objects.filter(order__customer=customer_id, order__number__isnull=False)
    parts = of_customer.unpaid().filter(revision=F("order__revision")).exclude(order__status=Status.CANCELLED)
    return parts.select_related("order").order_by(F("due_date").asc(nulls_last=True), "order_id", "position")


def choices_beside(order: Order) -> list[Instalment]:
    """What a receipt of this order's customer can pay; nothing when this order alone has something to pay."""
    parts = list(payable_instalments(order.customer_id))
    return parts if any(part.order_id != order.pk for part in parts) else []


def chosen_among(customer_id: int, chosen: Sequence[int]) -> list[Instalment]:
    """The chosen instalments, under the locks of their orders. Raises ValidationError when one needs no money now."""
    parts = list(payable_instalments(customer_id).filter(pk__in=chosen))
    if len(parts) != len(set(chosen)):
        sentence = _("One of the chosen instalments was paid or changed meanwhile. Please choose again.")
        raise ValidationError({NON_FIELD_ERRORS: sentence})
    return parts


def why_not_enough_chosen(amount: Decimal, parts: Sequence[Instalment]) -> str:
    """Why the chosen instalments cannot take an amount (元); empty when they can."""
    unpaid = total(part.unpaid for part in parts)
    if amount <= unpaid:
        return ""
    return _("Only ¥%(unpaid)s of what you chose is unpaid.") % {"unpaid": f"{unpaid:,.2f}"}


def enter_for(receipt: Receipt, parts: Sequence[Instalment], orders: Sequence[Order]) -> dict[int, Decimal]:
    """Enters a receipt, pays these instalments with it in their order, and says how much (元) each order got."""
    insert(receipt)
    paid: dict[int, Decimal] = {}
    for instalment, amount in allocate(receipt, parts):
        paid[instalment.order_id] = paid.get(instalment.order_id, ZERO) + amount
    for each in orders:
        refresh_received(each)
    return paid
