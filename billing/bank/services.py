"""What finance decides about a line of the bank's list: whose money it is, not now, or nobody's of ours."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.balance import Shares, lock_orders_of, only_finance, reason_in
from billing.customer_receipts import receive
from billing.models import BankLine, Receipt
from core.events import record, record_all
from core.locks import lock_row
from customers.models import Customer
from customers.moving import lock_customer_of


def bring(lines: Iterable[BankLine], *, by, file: str) -> None:
    """Keeps new lines, each with the file that it came from in its history; ``by`` None is the system."""
    made = BankLine.objects.bulk_create(lines)
    record_all("bank_line_brought", [(line, {"file": file}) for line in made], by=by)


@transaction.atomic
def accept_line(*, line: BankLine, customer: Customer, shares: Shares, by) -> Receipt:
    """The line's money becomes a receipt of the customer that pays these instalments (id → 元); the rest is balance.

    Raises:
        PermissionDenied: when the person is not in finance.
        ValidationError: when it is decided already, or ``customer_receipts.receive`` refuses.
    """
    only_finance(by)
    lock_row(Customer, customer.pk)
    lock_orders_of(shares, customer.pk)
    line = _lock_waiting(line)
    receipt = receive(
        customer=customer,
        amount=line.amount,
        received_on=line.received_on,
        method=line.method,
        shares=shares,
        bank_reference=line.bank_reference,
        payer=line.payer,
        note=line.remarks[:_LONGEST_NOTE],
        by=by,
    )
    line.receipt, line.put_off_until = receipt, None
    line.save(update_fields=["receipt", "put_off_until"])
    record(line, "bank_line_accepted", by=by, customer=str(customer), receipt=receipt.pk)
    return receipt


_LONGEST_NOTE = Receipt._meta.get_field("note").max_length or 0


@transaction.atomic
def join_receipt(*, line: BankLine, receipt: Receipt, by) -> BankLine:
    """Says that the line is the money of a receipt that somebody has recorded by hand. Raises as ``accept_line``."""
    only_finance(by)
    lock_customer_of(receipt)
    receipt = lock_row(Receipt, receipt.pk)
    line = _lock_waiting(line)
    if not receipts_like(line).filter(pk=receipt.pk).exists():
        raise ValidationError({NON_FIELD_ERRORS: _("This receipt is other money than the line.")})
    line.receipt, line.put_off_until = receipt, None
    line.save(update_fields=["receipt", "put_off_until"])
    record(line, "bank_line_joined", by=by, customer=str(receipt.customer), receipt=receipt.pk)
    return line


def receipts_like(line: BankLine) -> QuerySet[Receipt]:
    """The receipts that may be the line's money, recorded by hand: of its reference, or of its day without one."""
    same = Q(reference_key=line.reference_key) | Q(reference_key="", received_on=line.received_on)
    real = Receipt.objects.filter(same, amount=line.amount, is_reversed=False, reverses=None, bank_line=None)
    return real.exclude(method=Receipt.Method.IMPORT).select_related("customer", "recorded_by")


@transaction.atomic
def put_off(*, line: BankLine, until: date | None, by) -> BankLine:
    """Leaves a line until a day; until then it does not press. Raises as ``accept_line``."""
    only_finance(by)
    line = _lock_waiting(line)
    if until is None or until <= timezone.localdate():
        raise ValidationError({"until": _("Choose a day that is still to come.")})
    line.put_off_until = until
    line.save(update_fields=["put_off_until"])
    record(line, "bank_line_put_off", by=by, until=until.isoformat())
    return line


@transaction.atomic
def set_aside(*, line: BankLine, reason: str, by) -> BankLine:
    """Says that it is no customer's money, and why. Raises as ``accept_line``, and without a reason."""
    only_finance(by)
    reason = reason_in(reason)
    line = _lock_waiting(line)
    line.foreign_reason, line.put_off_until = reason, None
    line.save(update_fields=["foreign_reason", "put_off_until"])
    record(line, "bank_line_set_aside", by=by, note=reason)
    return line


@transaction.atomic
def take_up(*, line: BankLine, by) -> BankLine:
    """A line that was put off, or taken for nobody's, waits again. Raises ValidationError for one that is a receipt."""
    only_finance(by)
    line = lock_row(BankLine, line.pk)
    if line.receipt_id is not None:
        raise ValidationError({NON_FIELD_ERRORS: _why_decided(line)})
    line.foreign_reason, line.put_off_until = "", None
    line.save(update_fields=["foreign_reason", "put_off_until"])
    record(line, "bank_line_taken_up", by=by)
    return line


def free_line_of(receipt: Receipt, *, by) -> None:
    """The line whose receipt was reversed waits again; call it under the customer's lock."""
    line = BankLine.objects.select_for_update(no_key=True).filter(receipt=receipt).first()
    if line is not None:
        line.receipt = None
        line.save(update_fields=["receipt"])
        record(line, "bank_line_freed", by=by, receipt=receipt.pk)


def _lock_waiting(line: BankLine) -> BankLine:
    """The line under its lock. Raises ValidationError when somebody has decided about it."""
    line = lock_row(BankLine, line.pk)
    if not line.waits:
        raise ValidationError({NON_FIELD_ERRORS: _why_decided(line)})
    return line


def _why_decided(line: BankLine) -> str:
    if line.receipt is None:
        return _("This line was set aside already: it is not from a customer.")
    words = {"who": line.receipt.recorded_by or _("the system"), "customer": line.receipt.customer}
    return _("%(who)s has recorded this line already, as a receipt of %(customer)s.") % words
