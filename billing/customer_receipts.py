"""Money from a customer, for instalments of one or many of its orders, or for none: the rest is its balance."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.balance import Shares, lock_orders_of, only_finance, refuse_more_than, shares_of, told
from billing.customer_facts import refresh_customer
from billing.entries import insert, pay, reference_taken, spread
from billing.models import Receipt
from core.events import record
from core.locks import lock_row
from core.money import total
from core.submitted import first_result, refuse_other_content, said_in, scoped
from customers.models import Customer
from customers.moving import refuse_merged
from orders.models import Instalment

#: What a person writes about a receipt.
WRITTEN = ("amount", "received_on", "method", "bank_reference", "payer", "note")


def propose(amount: Decimal, parts: Sequence[Instalment]) -> dict[int, Decimal]:
    """How an amount (元) would pay a customer's instalments, what is due first, first; by their ids."""
    return {instalment.pk: share for instalment, share in spread(amount, parts)}


def why_not_received(*, amount: Decimal, received_on: date, bank_reference: str) -> dict[str, str]:
    """What is wrong with money that is said to have come, by field; empty when nothing is."""
    mistakes = {}
    if amount <= 0:
        mistakes["amount"] = _("Enter an amount above zero. A mistake is undone by reversing its receipt.")
    if received_on > timezone.localdate():
        mistakes["received_on"] = _("This day has not come yet.")
    if taken := reference_taken(bank_reference):
        mistakes["bank_reference"] = taken
    return mistakes


@transaction.atomic
def receive(
    *,
    customer: Customer,
    amount: Decimal,
    received_on: date,
    method: str,
    shares: Shares,
    bank_reference: str = "",
    payer: str = "",
    note: str = "",
    by,
    token: UUID | None = None,
) -> Receipt:
    """Records money (元) of a customer and pays instalments with it (id → 元); what is left is the customer's balance.

    A second call with the same ``token`` returns what the first recorded, and is refused (SentOtherwise) when it says
    something else. Raises PermissionDenied for others than finance, and ValidationError by field; nothing is recorded.
    """
    only_finance(by)
    customer, token = lock_row(Customer, customer.pk), scoped(token, by, customer)
    refuse_merged(customer)
    words = {"bank_reference": bank_reference, "payer": payer, "note": note, "recorded_by": by, "submit_token": token}
    receipt = Receipt(customer=customer, received_on=received_on, amount=amount, method=method, **words)
    if first := first_result(Receipt, token):
        refuse_other_content(first, said_in(first, WRITTEN), said_in(receipt, WRITTEN))
        return first
    orders = lock_orders_of(shares, customer.pk)
    if mistakes := why_not_received(amount=amount, received_on=received_on, bank_reference=bank_reference):
        raise ValidationError(mistakes)
    given = shares_of(customer.pk, shares)
    refuse_more_than(amount, given)
    insert(receipt)
    pay(receipt, given)
    told(orders, given, "receipt_recorded", by=by, receipt=receipt.pk, bank_reference=bank_reference, note=note)
    if rest := amount - total(share for _instalment, share in given):
        record(customer, "balance_received", by=by, note=note, receipt=receipt.pk, amount=f"{rest:,.2f}")
    refresh_customer(customer.pk)
    return receipt
