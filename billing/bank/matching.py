"""Which customer and which instalments a payment is meant for, as far as its words and its amount tell. No database.

Only what leaves no doubt is certain: one customer, named as payer or by its order, and an amount that fits one thing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import combinations

from django.utils.translation import gettext as _

from core.money import total
from core.templatetags.ui import money

#: Sums are looked for among so many of a customer's debts, of at most so many parts.
_MOST_DEBTS, _MOST_PARTS = 12, 4


@dataclass(frozen=True)
class Debt:
    """An instalment that waits for money: what is unpaid of it (元); ``label`` and ``number`` are for people."""

    pk: int
    order: int
    number: str
    customer: int
    label: str
    unpaid: Decimal
    due: date | None = None


@dataclass(frozen=True)
class Clues:
    """What a payment says: its amount (元), the orders that it names, and whose name it bears.

    ``payers`` are customers, each with the words that say how it is known; ``mentioned`` the same of the remarks.
    """

    amount: Decimal
    orders: Mapping[int, int] = field(default_factory=dict)
    payers: Mapping[int, str] = field(default_factory=dict)
    mentioned: Mapping[int, str] = field(default_factory=dict)
    has_payer: bool = False


@dataclass(frozen=True)
class Proposal:
    """Whose money it may be and what it pays (id of the instalment → 元); the rest is balance.

    ``reasons`` say why, ``doubts`` why not; without a customer there is nothing to propose.
    """

    customer: int | None = None
    shares: Mapping[int, Decimal] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    fits: bool = False

    @property
    def is_certain(self) -> bool:
        """Whether it can be accepted without looking further."""
        return self.customer is not None and self.fits and not self.doubts


@dataclass(frozen=True)
class Fit:
    """What an amount pays, and why; ``exact`` when it leaves no rest and no choice."""

    parts: tuple[tuple[Debt, Decimal], ...]
    reason: str = ""
    doubt: str = ""


def propose(clues: Clues, debts: Sequence[Debt], today: date) -> Proposal:
    """The proposal for a payment; ``debts`` are those of every customer it may be of, what is due first, first."""
    if clues.orders:
        return _for_orders(clues, debts, today)
    if clues.payers or clues.mentioned:
        return _for_names(clues, debts, today)
    return _by_amount_alone(clues, debts)


def _for_orders(clues: Clues, debts: Sequence[Debt], today: date) -> Proposal:
    """It names orders: of one customer they are what it pays."""
    owners = set(clues.orders.values())
    if len(owners) > 1:
        return Proposal(doubts=(_("It names orders of several customers."),))
    (customer,) = owners
    numbers = sorted({debt.number for debt in debts if debt.order in clues.orders})
    reasons = [_("names %(orders)s") % {"orders": _(", ").join(numbers)}] if numbers else []
    doubts = [] if numbers else [_("The order that it names needs no money.")]
    if customer in clues.payers:
        reasons.append(clues.payers[customer])
    elif clues.payers:
        doubts.append(_("The payer is another customer."))
    elif clues.has_payer:
        doubts.append(_("The payer is not known by this name."))
    own = [debt for debt in debts if debt.order in clues.orders]
    rest = [debt for debt in debts if debt.customer == customer and debt.order not in clues.orders]
    fit = _fit(clues.amount, own, today) if own else Fit(())
    if own and fit.doubt and clues.amount > total(debt.unpaid for debt in own):
        fit = _in_order(clues.amount, [*own, *rest])
    return _proposal(customer, fit, reasons, doubts)


def _for_names(clues: Clues, debts: Sequence[Debt], today: date) -> Proposal:
    """It bears the name of customers: of several, the one whose debts the amount fits."""
    known = clues.payers or clues.mentioned
    fits = {pk: _fit(clues.amount, [debt for debt in debts if debt.customer == pk], today) for pk in known}
    exact = [pk for pk, fit in fits.items() if not fit.doubt]
    if len(known) > 1 and len(exact) != 1:
        return Proposal(doubts=(_("Several customers are called so."),))
    customer = exact[0] if len(known) > 1 else next(iter(known))
    doubts = [_("Several customers are called so.")] if len(known) > 1 else []
    if not clues.payers and clues.has_payer:
        doubts.append(_("The payer is not known by this name."))
    return _proposal(customer, fits[customer], [known[customer]], doubts)


def _by_amount_alone(clues: Clues, debts: Sequence[Debt]) -> Proposal:
    """Nothing names anybody: the only instalment of this amount, if there is one, is worth a look."""
    same = [debt for debt in debts if debt.unpaid == clues.amount]
    if len(same) != 1:
        return Proposal()
    fit = Fit(((same[0], clues.amount),), _is_instalment(same[0]))
    return _proposal(same[0].customer, fit, [], [_("Only the amount says so.")])


def _proposal(customer: int, fit: Fit, reasons: Iterable[str], doubts: Iterable[str]) -> Proposal:
    why = tuple(filter(None, (*reasons, fit.reason)))
    against = tuple(filter(None, (*doubts, fit.doubt)))
    shares = {debt.pk: amount for debt, amount in fit.parts}
    return Proposal(customer, shares, why, against, fits=bool(shares) and not fit.doubt)


# ---- what an amount fits ---------------------------------------------------------------------------------------------


def _fit(amount: Decimal, debts: Sequence[Debt], today: date) -> Fit:
    """What the amount pays of one customer's debts: an instalment, an order's rest, what is due, all, or a sum."""
    return (
        _one_instalment(amount, debts)
        or _one_order(amount, debts)
        or _all_of(amount, [d for d in debts if d.due and d.due <= today], _("is all that is due"))
        or _all_of(amount, debts, _("is all that is unpaid"))
        or _some(amount, debts)
        or _in_order(amount, debts)
    )


def _is_instalment(debt: Debt) -> str:
    return _("is %(part)s of %(order)s") % {"part": debt.label, "order": debt.number}


def _one_instalment(amount: Decimal, debts: Sequence[Debt]) -> Fit | None:
    same = [debt for debt in debts if debt.unpaid == amount]
    if not same:
        return None
    words = {"n": len(same)}
    doubt = "" if len(same) == 1 else _("%(n)s instalments have this amount; the first due is proposed.") % words
    return Fit(((same[0], amount),), _is_instalment(same[0]), doubt)


def _one_order(amount: Decimal, debts: Sequence[Debt]) -> Fit | None:
    by_order: dict[int, list[Debt]] = {}
    for debt in debts:
        by_order.setdefault(debt.order, []).append(debt)
    same = [parts for parts in by_order.values() if total(part.unpaid for part in parts) == amount]
    if not same:
        return None
    doubt = "" if len(same) == 1 else _("Several orders have this rest; the first due is proposed.")
    return Fit(_whole(same[0]), _("is the rest of %(order)s") % {"order": same[0][0].number}, doubt)


def _all_of(amount: Decimal, debts: Sequence[Debt], reason: str) -> Fit | None:
    return Fit(_whole(debts), reason) if debts and total(debt.unpaid for debt in debts) == amount else None


def _some(amount: Decimal, debts: Sequence[Debt]) -> Fit | None:
    """Several instalments that come to the amount; to be looked at where other ones do, too."""
    few = debts[:_MOST_DEBTS]
    found: list[tuple[Debt, ...]] = []
    for number in range(2, min(_MOST_PARTS, len(few)) + 1):
        found += [some for some in combinations(few, number) if sum(debt.unpaid for debt in some) == amount]
    if not found:
        return None
    words = {"parts": " + ".join(money(debt.unpaid) for debt in found[0])}
    doubt = "" if len(found) == 1 else _("Other instalments come to this sum, too.")
    return Fit(_whole(found[0]), _("is the sum of %(parts)s") % words, doubt)


def _in_order(amount: Decimal, debts: Sequence[Debt]) -> Fit:
    """What is due first, first, as far as the amount goes."""
    parts, left = [], amount
    for debt in debts:
        if share := min(left, debt.unpaid):
            parts.append((debt, share))
            left -= share
    if left:
        return Fit(
            tuple(parts), doubt=_("%(amount)s more than is unpaid: it would be balance.") % {"amount": money(left)}
        )
    return Fit(tuple(parts), doubt=_("The amount fits nothing; what is due first is proposed."))


def _whole(debts: Iterable[Debt]) -> tuple[tuple[Debt, Decimal], ...]:
    return tuple((debt, debt.unpaid) for debt in debts)
