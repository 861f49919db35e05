"""When an order breaks a rule of a grade: asked by the review's checks, and for what another grade would change."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from approvals.credit_limit import CreditLimit
from billing.exposure import Exposure
from core.money import ZERO
from customers.models import GradePolicy, PaymentTerms
from orders.models import Order, OrderLine

_HUNDRED = Decimal(100)


def breaks_cap(order: Order, policy: GradePolicy | None) -> bool:
    """Whether the total with tax is above the single-order cap; where none is set, nothing is below it."""
    cap = policy.order_cap if policy else None
    return cap is None or order.gross_total > cap


def credit_left(order: Order, limit: CreditLimit, exposure: Exposure) -> Decimal:
    """What remains of the limit (none set: nothing) after the other orders and this one's unpaid part, in 元."""
    return (limit.amount or ZERO) - exposure.total - order.unpaid_total


def breaks_credit(order: Order, limit: CreditLimit, exposure: Exposure) -> bool:
    """Whether the limit does not suffice; where none is set, it never does."""
    return limit.amount is None or credit_left(order, limit, exposure) < 0


def effective_discount(line: OrderLine) -> Decimal:
    """Percentage points off: the larger of the line's discount and what its net price is below the list price.

    Without a list price only the line's own discount is known.
    """
    if not line.list_price or line.unit_price is None:
        return line.discount
    paid = line.unit_price * (_HUNDRED - line.discount) / line.list_price
    return max(line.discount, (_HUNDRED - paid).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


def allowed_discount(policy: GradePolicy | None) -> Decimal:
    """The largest discount that a grade grants, in percentage points."""
    return policy.max_discount if policy else Decimal(0)


def breaks_discount(lines: Iterable[OrderLine], policy: GradePolicy | None) -> bool:
    """Whether a line is given cheaper than the grade allows."""
    return any(effective_discount(line) > allowed_discount(policy) for line in lines)


def allows_terms(policy: GradePolicy | None, terms: PaymentTerms | None) -> bool:
    """Whether the payment terms are among those that a grade grants."""
    return bool(policy and terms) and terms in policy.allowed_terms.all()  # type: ignore[union-attr]
