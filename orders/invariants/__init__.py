"""What must always hold about orders, their amounts, instalments and numbers, quotations and confirmations."""

from orders.invariants import amounts, confirmations, drafters, figures, lists, quotations, requirements

__all__ = ["amounts", "confirmations", "drafters", "figures", "lists", "quotations", "requirements"]
