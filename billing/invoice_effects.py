"""What a verb of an invoice writes besides the status, inside its transaction and under its locks."""

from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext_noop

from billing.invoiced import GROSS, refresh_invoiced
from billing.models import Invoice
from core.events import record_all
from core.locks import lock_rows
from core.messages import tell
from core.money import round_money
from core.workflow import Attempt
from customers.moving import lock_customer_of
from orders.models import Order


def lock_customer(invoice: Invoice) -> None:
    """The customer's row comes before its orders'."""
    lock_customer_of(invoice)


def lock_orders(invoice: Invoice) -> None:
    """The orders' rows are the locks on what of them can be invoiced."""
    lock_rows(Order.objects.filter(pk__in=invoice.parts.values("order")))


def amounts_by_order(invoice: Invoice) -> dict[int, Decimal]:
    """What stands on it of each order (元 with tax), by the order's id."""
    rows = invoice.parts.order_by("order").values_list("order").annotate(sum=GROSS)
    return {pk: round_money(amount) for pk, amount in rows}


def count_orders(attempt: Attempt) -> None:
    """Its orders know at once what of them is invoiced and asked for."""
    refresh_invoiced(Order.objects.filter(invoice_parts__invoice=attempt.obj).distinct())


def tell_orders(verb: str) -> Callable[[Attempt], None]:
    """An effect that keeps a step in the history of the invoice's orders."""

    def tell_each(attempt: Attempt) -> None:
        record_in_orders(attempt.obj, verb, by=attempt.by, note=attempt.note)

    return tell_each


def record_in_orders(invoice: Invoice, verb: str, *, by, note: str = "") -> None:
    """Keeps in the history of an invoice's orders what happened, with the amount of each."""
    amounts = amounts_by_order(invoice)
    orders = Order.objects.in_bulk(list(amounts))
    words = {"invoice": str(invoice), "reason": note}
    told = [(orders[pk], {**words, "amount": f"{abs(amount):,.2f}"}) for pk, amount in amounts.items()]
    record_all(verb, told, by=by)


def tell_that_it_is_issued(attempt: Attempt) -> None:
    """Its orders' histories keep it, and who asked for it is told; a red one is told of with what it takes back."""
    invoice = attempt.obj
    if invoice.is_red:
        return
    record_in_orders(invoice, "invoice_issued", by=attempt.by)
    sentence = gettext_noop("Invoice %(invoice)s for %(customer)s is issued: ¥%(amount)s")
    _tell_who_asked(attempt, sentence, amount=f"{invoice.gross_total:,.2f}")


def tell_of_refusal(attempt: Attempt) -> None:
    """Its orders' histories keep it, and who asked for it is told why."""
    record_in_orders(attempt.obj, "invoice_refused", by=attempt.by, note=attempt.note)
    sentence = gettext_noop("%(invoice)s for %(customer)s was refused: %(note)s")
    _tell_who_asked(attempt, sentence, note=attempt.note)


def tell_of_reversal(attempt: Attempt) -> None:
    """Its orders' histories keep under which number it was taken back, and who asked for it is told."""
    invoice = attempt.obj
    red = str(invoice.reversal)
    attempt.data["red"] = red
    record_in_orders(invoice, "invoice_reversed", by=attempt.by, note=attempt.note)
    sentence = gettext_noop("Invoice %(invoice)s for %(customer)s was reversed by the red invoice %(red)s: %(note)s")
    _tell_who_asked(attempt, sentence, red=red, note=attempt.note)


def _tell_who_asked(attempt: Attempt, sentence: str, **words: str) -> None:
    invoice = attempt.obj
    if invoice.requested_by != attempt.by:
        known = {"invoice": str(invoice), "customer": invoice.customer.short_name}
        tell(invoice.requested_by, sentence, invoice.get_absolute_url(), **known, **words)
