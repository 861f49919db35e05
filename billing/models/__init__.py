"""The money side of orders: what customers pay, what it was received for, and what they are invoiced for."""

from billing.models.bank_line import BankLine
from billing.models.counted_day import CountedDay
from billing.models.dunning import Dunning
from billing.models.invoice import INVOICE_FILE, Invoice, InvoicePart
from billing.models.receipt import Receipt, ReceiptAllocation
from billing.models.refund import Refund, RefundPart
from billing.models.statement import Statement

__all__ = [
    "INVOICE_FILE",
    "BankLine",
    "CountedDay",
    "Dunning",
    "Invoice",
    "InvoicePart",
    "Receipt",
    "ReceiptAllocation",
    "Refund",
    "RefundPart",
    "Statement",
]
