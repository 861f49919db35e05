"""What must always hold about orders, their amounts, instalments, receipts and numbers."""

from orders.invariants import amounts, figures, lists, money

INVARIANTS = [*amounts.RULES, *money.RULES, *lists.RULES, *figures.RULES]
