"""Proposals for lines of the bank's list, looked up for all of them at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db.models import F, Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from billing.bank.matching import Clues, Debt, Proposal, propose
from billing.bank.texts import name_keys, number_keys, word_keys
from billing.models import BankLine, Receipt
from billing.several_orders import instalments_to_pay
from core.chunks import chunks
from core.money import round_money
from customers.former_names import merged_files
from customers.models import Customer
from orders.models import Order
from orders.statuses import Status

Names = dict[str, dict[int, str]]


def proposals_for(lines: Sequence[BankLine], by: User) -> dict[int, Proposal]:
    """What each line may be, by its id, in a dozen statements however many lines there are.

    What an earlier line certainly pays is not proposed again for a later one.
    """
    clues = _clues(lines, by)
    debts, found = _Debts(clues.values()), {}
    recorded = _recorded_without_reference(lines)
    for line in sorted(lines, key=lambda line: (line.received_on, line.pk)):
        proposal = propose(clues[line.pk], debts.open_to(clues[line.pk]), timezone.localdate())
        if (proposal.customer, line.received_on, line.amount) in recorded:
            doubt = _("A receipt of this amount without bank reference stands on this day.")
            proposal = replace(proposal, doubts=(*proposal.doubts, doubt))
        if proposal.is_certain:
            debts.take(proposal)
        found[line.pk] = proposal
    return found


# ---- whose -----------------------------------------------------------------------------------------------------------


def _clues(lines: Sequence[BankLine], by: User) -> dict[int, Clues]:
    orders = _orders_named({key for line in lines for key in number_keys(line.remarks, line.payer)})
    payers = {line.pk: name_keys(line.payer) for line in lines}
    words = {line.pk: word_keys(line.remarks) for line in lines}
    names = _customers_called({key for keys in (*payers.values(), *words.values()) for key in keys}, by)
    before = _paid_for_before({line.payer_key for line in lines if line.payer_key})
    return {
        line.pk: Clues(
            amount=line.amount,
            orders=dict(orders[key] for key in number_keys(line.remarks, line.payer) if key in orders),
            payers=_first_known(payers[line.pk], names) or before.get(line.payer_key, {}),
            mentioned=_all_known(words[line.pk], names),
            has_payer=bool(line.payer),
        )
        for line in lines
    }


def _first_known(keys: Sequence[str], names: Names) -> dict[int, str]:
    """Whom the whole name means, else whom it means without region and legal form."""
    return next((names[key] for key in keys if key in names), {})


def _all_known(keys: Iterable[str], names: Names) -> dict[int, str]:
    found: dict[int, str] = {}
    for key in sorted(keys):
        found |= names.get(key, {})
    return found


def _orders_named(keys: Collection[str]) -> dict[str, tuple[int, int]]:
    """The orders that have one of these numbers, and their customers, by the key of the number."""
    found: dict[str, tuple[int, int]] = {}
    for some in chunks(sorted(keys)):
        rows = Order.objects.filter(number_key__in=some).exclude(status=Status.CANCELLED).order_by()
        found |= {key or "": (pk, of) for key, pk, of in rows.values_list("number_key", "pk", "customer")}
    return found


def _customers_called(keys: Collection[str], by: User) -> Names:
    """Who is called so: by full name, by short name, else by the name of a file that was merged."""
    seen = Customer.objects.visible_to(by)
    found: Names = defaultdict(dict)
    for key, customer in merged_files(seen, keys).items():
        found[key] = {customer.pk: _("%(customer)s was called so before") % {"customer": customer}}
    for field, said in (
        ("short_name_key", _("%(customer)s by its short name")),
        ("name_key", _("%(customer)s by its full name")),
    ):
        for some in chunks(sorted(keys)):
            rows = seen.filter(merged_into=None, **{f"{field}__in": some}).order_by()
            for key, pk, name in rows.values_list(field, "pk", "short_name"):
                found[key][pk] = said % {"customer": name}
    return dict(found)


def _paid_for_before(payers: Collection[str]) -> Names:
    """Whom a payer paid for the last time, when finance had accepted it."""
    rows = BankLine.objects.filter(receipt__isnull=False, payer_key__in=payers).order_by()
    latest = rows.values("payer_key").annotate(latest=Max("pk")).values("latest")
    accepted = BankLine.objects.filter(pk__in=latest).values_list(
        "payer_key", "receipt__customer", "receipt__customer__short_name"
    )
    said = _("This payer paid for %(customer)s before")
    return {key: {pk: said % {"customer": name}} for key, pk, name in accepted}


def _recorded_without_reference(lines: Sequence[BankLine]) -> set[tuple[int, date, Decimal]]:
    """Customer, day and amount of receipts that somebody recorded without the bank's reference."""
    days, amounts = {line.received_on for line in lines}, {line.amount for line in lines}
    rows = Receipt.objects.filter(reference_key="", is_reversed=False, reverses=None, received_on__in=days)
    same = rows.filter(amount__in=amounts).exclude(method=Receipt.Method.IMPORT).order_by()
    return {(pk, day, round_money(amount)) for pk, day, amount in same.values_list("customer", "received_on", "amount")}


# ---- for what --------------------------------------------------------------------------------------------------------


class _Debts:
    """What waits for money of everybody whom the lines may concern, less what certain proposals take of it."""

    def __init__(self, clues: Iterable[Clues]):
        self.taken: dict[int, Decimal] = defaultdict(Decimal)
        known = list(clues)
        customers = {pk for clue in known for pk in _customers_of(clue)}
        self.by_customer: dict[int, list[Debt]] = defaultdict(list)
        for debt in _debts(instalments_to_pay().filter(order__customer__in=customers)) if customers else ():
            self.by_customer[debt.customer].append(debt)
        self.by_amount: dict[Decimal, list[Debt]] = defaultdict(list)
        if amounts := {clue.amount for clue in known if not _customers_of(clue)}:
            same = instalments_to_pay().annotate(left=F("amount") - F("received")).filter(left__in=amounts)
            for debt in _debts(same):
                self.by_amount[debt.unpaid].append(debt)

    def open_to(self, clues: Clues) -> list[Debt]:
        """What a payment may be for, what is due first, first."""
        customers = _customers_of(clues)
        debts = [debt for pk in sorted(customers) for debt in self.by_customer[pk]]
        left = debts if customers else self.by_amount[clues.amount]
        open_ = [replace(debt, unpaid=debt.unpaid - self.taken[debt.pk]) for debt in left]
        return [debt for debt in open_ if debt.unpaid > 0]

    def take(self, proposal: Proposal) -> None:
        for pk, amount in proposal.shares.items():
            self.taken[pk] += amount


def _customers_of(clues: Clues) -> set[int]:
    """Whom a payment may be of, as far as its words say so."""
    return set(clues.orders.values()) or set(clues.payers) or set(clues.mentioned)


def _debts(parts: QuerySet) -> list[Debt]:
    return [
        Debt(
            part.pk,
            part.order_id,
            str(part.order),
            part.order.customer_id,
            str(part),
            part.unpaid,
            part.due_date,
        )
        for part in parts
    ]
