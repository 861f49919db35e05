"""What must always hold about orders, their amounts, instalments and numbers, and about quotations."""

from orders.invariants import amounts, drafters, figures, lists, quotations, requirements

__all__ = ["amounts", "drafters", "figures", "lists", "quotations", "requirements"]
