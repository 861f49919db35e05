"""What a customer may owe us: its own limit while it is in force, else its grade's."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from customers.models import Customer, GradePolicy


@dataclass(frozen=True)
class CreditLimit:
    """What a customer may owe us (元 with tax); ``amount`` None is "none set", which is never unlimited."""

    amount: Decimal | None
    is_own: bool


def limit_of(customer: Customer, policy: GradePolicy | None, today: date) -> CreditLimit:
    """The customer's own limit, up to and including its last day; else its grade's."""
    if (own := customer.own_limit_on(today)) is not None:
        return CreditLimit(own, is_own=True)
    return CreditLimit(policy.credit_limit if policy else None, is_own=False)
