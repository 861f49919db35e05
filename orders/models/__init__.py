"""Orders with lines and instalments, who wrote them, quotations, and what customers sent and confirmed."""

from orders.models.confirmation import ConfirmationAnswer, ConfirmationSheet, ConfirmationWithdrawal
from orders.models.drafter import Drafter
from orders.models.former import FormerHeader
from orders.models.instalment import Instalment
from orders.models.line import OrderLine
from orders.models.nudge import Nudge
from orders.models.order import Order, OrderQuerySet
from orders.models.quotation import Quotation, QuotationAnswer, QuotationState
from orders.models.read_order import ReadOrder

__all__ = [
    "ConfirmationAnswer",
    "ConfirmationSheet",
    "ConfirmationWithdrawal",
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
    "ReadOrder",
]
