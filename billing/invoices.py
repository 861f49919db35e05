"""Asking for an invoice, issuing it, and taking it back by a red one.

Refusing and withdrawing need nothing but the verb (``billing.workflow``).
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rights import demand
from billing.balance import reason_in
from billing.invoice_effects import amounts_by_order, lock_orders, record_in_orders
from billing.invoice_split import split
from billing.invoice_statuses import InvoiceStatus
from billing.invoiced import rates_left, refresh_invoiced
from billing.models import INVOICE_FILE, Invoice, InvoicePart
from billing.rights import may_request_invoices
from core.events import record
from core.files import store_file
from core.locks import lock_row, lock_rows
from core.money import total
from core.submitted import first_result, refuse_other_content, said_in, scoped
from core.templatetags.ui import yuan
from core.text_key import half_width, text_key, written_line
from core.workflow import Attempt, Refused, machine_of, obstacles_before_input, take
from customers.invoice_data import missing_invoice_data
from customers.models import Customer
from customers.moving import lock_customer_of, refuse_merged
from orders.models import Order
from orders.statuses import EFFECTIVE

#: What the name of the box beside an order begins with; the order's id follows.
AMOUNT = "amount-"
_NUMBER = re.compile(r"[0-9A-Za-z]+(-[0-9A-Za-z]+)*")
_WRITTEN = ("kind", "note", "gross_total")
#: Who is invoiced, on the invoice and in the customer's file.
_BUYER = {
    "buyer_name": "invoice_title",
    "tax_number": "tax_number",
    "buyer_address": "full_address",
    "bank_name": "bank_name",
    "bank_account": "bank_account",
}


def amount_name(order_id: int) -> str:
    """The name of the box beside an order."""
    return f"{AMOUNT}{order_id}"


@transaction.atomic
def request_invoice(
    *,
    customer: Customer,
    amounts: Mapping[int, Decimal],
    kind: str = Invoice.Kind.SPECIAL,
    note: str = "",
    by: User,
    token: UUID | None = None,
    instead_of: Invoice | None = None,
) -> Invoice:
    """Asks finance for an invoice over these amounts (元 with tax, by the id of the order).

    Each amount falls on the tax rates of what is left of its order. ``instead_of`` is a refused request that this one
    takes the place of. A second call with the same ``token`` returns what the first made, and is refused
    (SentOtherwise) when it says something else.

    Raises:
        PermissionDenied: for others than sales people.
        ValidationError: by field; ``amount-<order id>`` for an order; without a field when the customer's file lacks
            something.
    """
    demand(may_request_invoices(by))
    customer, token = lock_row(Customer, customer.pk), scoped(token, by, customer)
    refuse_merged(customer)
    gross = total(amounts.values())
    now = timezone.now()
    known = {"kind": kind, "note": written_line(note), "requested_by": by, "submit_token": token}
    known |= {"requested_at": now, "status_since": now}
    invoice = Invoice(customer=customer, gross_total=gross, **known)
    if first := first_result(Invoice, token):
        refuse_other_content(first, _said(first, amounts_by_order(first)), _said(invoice, amounts))
        return first
    orders = lock_rows(Order.objects.visible_to(by).filter(customer=customer, pk__in=amounts))
    _refuse_request(customer, orders, amounts)
    invoice.instead_of = _place_of(instead_of, customer)
    _insert_request(invoice, orders, amounts)
    refresh_invoiced(orders)
    record(invoice, "invoice_requested", by=by, note=invoice.note, amount=f"{gross:,.2f}")
    record_in_orders(invoice, "invoice_requested", by=by)
    return invoice


def _said(invoice: Invoice, amounts: Mapping[int, Decimal]) -> dict[str, object]:
    """What a request says, by label."""
    orders = {str(order): amounts[order.pk] for order in Order.objects.filter(pk__in=amounts)}
    parts = _(", ").join(f"{order} {yuan(amount)}" for order, amount in sorted(orders.items()))
    return said_in(invoice, _WRITTEN) | {_("orders"): parts}


def _refuse_request(customer: Customer, orders: list[Order], amounts: Mapping[int, Decimal]) -> None:
    """Raises everything at once, each beside its box."""
    mistakes: dict[str, str] = {}
    if missing := missing_invoice_data(customer):
        words = {"customer": customer, "what": _(", ").join(missing)}
        sentence = _("The file of %(customer)s lacks what an invoice needs: %(what)s. Add it there, then ask again.")
        mistakes[NON_FIELD_ERRORS] = sentence % words
    elif not amounts:
        mistakes[NON_FIELD_ERRORS] = _("Choose at least one order, and write how much of it is invoiced.")
    elif len(orders) != len(amounts):
        mistakes[NON_FIELD_ERRORS] = _("One of the chosen orders is not this customer's any more. Please choose again.")
    for order in orders:
        if sentence := _wrong_amount(order, amounts[order.pk]):
            mistakes[amount_name(order.pk)] = sentence
    if mistakes:
        raise ValidationError(mistakes)


def _wrong_amount(order: Order, amount: Decimal) -> str:
    if order.status not in EFFECTIVE:
        return _("It is “%(status)s”: only what is approved is invoiced.") % {"status": order.status_label}
    if amount <= 0:
        return _("Enter an amount above zero.")
    if amount > order.invoiceable:
        return _("Only %(left)s of it can still be invoiced.") % {"left": yuan(max(order.invoiceable, Decimal(0)))}
    return ""


def _place_of(refused: Invoice | None, customer: Customer) -> Invoice | None:
    """The refused request that is asked for again, unless that has happened already, or it is another customer's."""
    held = lock_row(Invoice, refused.pk) if refused else None
    if held is None or held.status != InvoiceStatus.REFUSED or held.customer_id != customer.pk:
        return None
    return None if Invoice.objects.filter(instead_of=held).exists() else held


def _insert_request(invoice: Invoice, orders: list[Order], amounts: Mapping[int, Decimal]) -> None:
    """Saves it with its parts: what of each order falls on which tax rate."""
    left = rates_left(orders)
    found = {order.pk: split(amounts[order.pk], left[order.pk]) for order in orders}
    invoice.net_total = total(part.net for parts in found.values() for part in parts.values())
    invoice.tax_total = total(part.tax for parts in found.values() for part in parts.values())
    for name, of_file in _BUYER.items():
        setattr(invoice, name, getattr(invoice.customer, of_file))
    invoice.full_clean(exclude=["submit_token", "instead_of", "reverses"], validate_constraints=False)
    invoice.save(force_insert=True)
    InvoicePart.objects.bulk_create(
        InvoicePart(invoice=invoice, order_id=order, tax_rate=rate, net_amount=part.net, tax_amount=part.tax)
        for order, parts in found.items()
        for rate, part in parts.items()
    )


@transaction.atomic
def issue_invoice(
    *, invoice: Invoice, number: str, issued_on: date | None, upload: UploadedFile | None, by: User, version=None
) -> Invoice:
    """Writes down under which number and on which day it was issued, keeps its file, and takes the verb.

    Raises:
        core.workflow.Refused: when the person may not, it waits no more, or its orders do not take it any more.
        ValidationError: by field: number, issued_on, file.
    """
    invoice = _held(invoice, "issue", by)
    earliest = min(invoice.parts.values_list("order__order_date", flat=True))
    _refuse_paper(number, issued_on, upload, earliest)
    _write_paper(invoice, number, issued_on, upload, by)
    take(invoice, "issue", by=by, version=version, data=_paper(invoice))
    return invoice


@transaction.atomic
def reverse_invoice(
    *,
    invoice: Invoice,
    number: str,
    issued_on: date | None,
    reason: str,
    upload: UploadedFile | None,
    by: User,
    version=None,
) -> Invoice:
    """Takes an issued invoice back by a red one with opposite amounts and a number of its own, and returns that.

    What it took of its orders can be invoiced again. Raises as ``issue_invoice``, ``reason`` being a field too.
    """
    invoice = _held(invoice, "reverse", by)
    _refuse_paper(number, issued_on, upload, invoice.issued_on, reason)
    red = _opposite(invoice, reason_in(reason), by)
    _write_paper(red, number, issued_on, upload, by)
    take(red, "issue", by=by, data=_paper(red))
    take(invoice, "reverse", by=by, note=red.note, version=version, data={"red": str(red)})
    return red


def _held(invoice: Invoice, verb: str, by: User) -> Invoice:
    """The invoice with its customer and orders under their locks. Raises Refused when the verb is closed."""
    lock_customer_of(invoice)
    lock_orders(invoice)
    invoice = lock_row(Invoice, invoice.pk)
    if obstacles := obstacles_before_input(machine_of(invoice).transition(verb), Attempt(invoice, by)):
        raise Refused(obstacles)
    return invoice


def _refuse_paper(
    number: str, issued_on: date | None, upload: UploadedFile | None, earliest: date | None, reason: str = "-"
) -> None:
    """Raises every mistake at once, each beside its field."""
    found = {
        "number": _wrong_number(plain_number(number)),
        "issued_on": _wrong_day(issued_on, earliest),
        "file": "" if upload else _("Attach the invoice: its PDF, or a scan."),
        "reason": "" if reason.strip() else _("Please write a reason."),
    }
    if mistakes := {field: sentence for field, sentence in found.items() if sentence}:
        raise ValidationError(mistakes)


def plain_number(text: str) -> str:
    """A number as it is kept: in half width, without the blanks that people put between its digits."""
    return half_width(text).replace(" ", "")


def _wrong_number(number: str) -> str:
    if not number:
        return _("Write the number that stands on the invoice.")
    if not _NUMBER.fullmatch(number):
        return _("An invoice number has only digits and letters.")
    longest = Invoice._meta.get_field("number").max_length or 0
    if len(number) > longest:
        return _("At most %(n)s characters, please.") % {"n": longest}
    return number_taken(number)


def number_taken(number: str) -> str:
    """A sentence naming the invoice that has this number already, or nothing."""
    taken = Invoice.objects.filter(number_key=text_key(number)).select_related("customer").first()
    if taken is None:
        return ""
    words = {"customer": taken.customer, "amount": yuan(taken.gross_total), "day": taken.issued_on}
    return _("This number is recorded already: %(customer)s, %(amount)s, %(day)s.") % words


def _wrong_day(day: date | None, earliest: date | None) -> str:
    if day is None:
        return _("Write the day that stands on the invoice.")
    if day > timezone.localdate():
        return _("This day has not come yet.")
    if earliest and day < earliest:
        return _("It cannot be before %(day)s.") % {"day": earliest.isoformat()}
    return ""


def _write_paper(invoice: Invoice, number: str, issued_on, upload, by: User) -> None:
    """Writes number and day, keeps the file; a number that somebody recorded just now is refused like an old one."""
    invoice.number, invoice.issued_on, invoice.issued_by = plain_number(number), issued_on, by
    try:
        with transaction.atomic():
            invoice.save(update_fields=["number", "number_key", "issued_on", "issued_by"])
    except IntegrityError as error:
        if sentence := number_taken(invoice.number):
            raise ValidationError({"number": sentence}) from error
        raise
    try:
        store_file(subject=invoice, upload=upload, purpose=INVOICE_FILE, by=by)
    except ValidationError as refused:
        raise ValidationError({"file": refused.messages}) from refused


def _paper(invoice: Invoice) -> dict[str, str]:
    return {"number": invoice.number, "day": f"{invoice.issued_on}", "amount": f"{invoice.gross_total:,.2f}"}


def _opposite(invoice: Invoice, reason: str, by: User) -> Invoice:
    """Its negative twin, which has no number yet."""
    same = ("customer_id", "kind", *_BUYER)
    sums = {name: -getattr(invoice, name) for name in ("net_total", "tax_total", "gross_total")}
    known = {name: getattr(invoice, name) for name in same}
    red = Invoice.objects.create(**known, **sums, reverses=invoice, note=reason, requested_by=by)
    InvoicePart.objects.bulk_create(
        InvoicePart(
            invoice=red,
            order_id=part.order_id,
            tax_rate=part.tax_rate,
            net_amount=-part.net_amount,
            tax_amount=-part.tax_amount,
        )
        for part in invoice.parts.order_by("pk")
    )
    record(red, "red_invoice_made", by=by, note=reason, invoice=str(invoice))
    return red
