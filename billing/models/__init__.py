"""The money side of orders: what customers pay, and what it was received for."""

from billing.models.counted_day import CountedDay
from billing.models.dunning import Dunning
from billing.models.receipt import Receipt, ReceiptAllocation
from billing.models.refund import Refund, RefundPart
from billing.models.statement import Statement

__all__ = ["CountedDay", "Dunning", "Receipt", "ReceiptAllocation", "Refund", "RefundPart", "Statement"]
