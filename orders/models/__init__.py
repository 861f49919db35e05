"""Orders with their lines and instalments, who wrote them, and the quotations that were made from drafts."""

from orders.models.drafter import Drafter
from orders.models.former import FormerHeader
from orders.models.instalment import Instalment
from orders.models.line import OrderLine
from orders.models.nudge import Nudge
from orders.models.order import Order, OrderQuerySet
from orders.models.quotation import Quotation, QuotationAnswer, QuotationState

__all__ = [
    "Drafter",
    "FormerHeader",
    "Instalment",
    "Nudge",
    "Order",
    "OrderLine",
    "OrderQuerySet",
    "Quotation",
    "QuotationAnswer",
    "QuotationState",
]
