"""A purchase order of a customer becomes a draft: read, written down as far as it is understood, its file beside it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.rights import demand
from core.events import record
from core.files import check_file, store_file
from core.imports.book import Refusal
from core.locks import lock_row
from core.sentences import stored_sentence, translated
from core.submitted import first_result, scoped
from customers.models import Customer
from customers.moving import lock_customer_of
from orders.content import plain_text
from orders.entry.draft import NotADraft, save_draft
from orders.entry.forms import brought_by
from orders.entry.grid import rows_of
from orders.lines import LineInput
from orders.models import Order, ReadOrder
from orders.reading.buyers import named_in
from orders.reading.document import KINDS, Document, read_document
from orders.reading.grid import GridReader, ReadRow
from orders.reading.header import ReadHeader, ask_whether_known, fill_in, read_header
from orders.reading.marks import PURPOSE
from orders.reading.prices import FOREIGN, comes_to
from orders.rights import may_write_orders
from orders.totals import order_amounts

_NAMED_ROWS = 10
_LEFT_OUT = gettext_noop("Row %(row)s of the file was left out, as no line can be seen in it: “%(text)s”.")
_MORE_LEFT_OUT = gettext_noop("%(count)s more rows were left out.")
_OTHER_TOTAL = gettext_noop(
    "The file's own total is %(theirs)s; these lines come to %(net)s without tax, %(gross)s with it. Compare them."
)
_OTHER_CUSTOMER = gettext_noop("The file names %(named)s.")


@dataclass
class _Reading:
    """Everything that a file says for one customer, as the draft takes it."""

    header: ReadHeader
    rows: list[ReadRow]
    remarks: list[dict]


def open_file(upload: UploadedFile) -> Document:
    """What stands in a purchase order. Raises ValidationError with a sentence when it cannot be read."""
    kind = check_file(upload)
    if kind not in KINDS:
        raise ValidationError(
            _("An order can be read from an Excel workbook (.xlsx, .xls) or a PDF with text in it, not from this file.")
        )
    try:
        return read_document(upload, kind)
    except Refusal as why:
        raise ValidationError(translated(why.sentence)) from why


def customer_of(document: Document, *, by: User) -> Customer:
    """The one customer of this person that the file names. Raises ValidationError when it names none, or several."""
    found = named_in(document.facts, by)
    if not found:
        raise ValidationError(_("The file names no customer of yours. Choose whose order it is; the file is kept."))
    if len(found) > 1:
        names = _(", ").join(str(customer) for customer in found[:_NAMED_ROWS])
        sentence = _("The file names several customers: %(names)s. Choose whose order it is; the file is kept.")
        raise ValidationError(sentence % {"names": names})
    return found[0]


def read_into_new_draft(
    *, document: Document, customer: Customer, upload: UploadedFile, by: User, token: UUID | None = None
) -> Order:
    """A draft that says what the file says, as far as it is understood; a second call with the token finds the first.

    Raises:
        PermissionDenied: when this role writes no orders, or not for this customer.
        ValidationError: when the file cannot be kept. DraftRefused: when no draft can be made of it.
    """
    demand(may_write_orders(by))
    demand(Customer.objects.visible_to(by).filter(pk=customer.pk).exists())
    if first := first_result(Order, scoped(token, by)):
        return first
    today = timezone.localdate()
    read = _read(document, customer, by, today)
    ask_whether_known(read.header, None, customer, by)
    _name_other_customer(read, document, customer, by)
    header = brought_by(customer) | {"payment_terms": customer.payment_terms, "customer": customer}
    header |= {"order_date": today, **read.header.values, "as_typed": read.header.as_typed}
    with transaction.atomic():
        order = save_draft(order=None, header=header, lines=_inputs(read), by=by, token=token)
        _keep(order, read, [], upload, by)
    return order


def read_into_draft(*, order: Order, document: Document, upload: UploadedFile, by: User) -> Order:
    """The draft with the lines of the file behind its own, and of the header what was empty.

    The same file is read into a draft once; asked again, the draft stays as it is.

    Raises:
        PermissionDenied: when the draft is not this person's to write. NotADraft: when it was submitted meanwhile.
        ValidationError: when the file cannot be kept. DraftRefused: when the lines are too many or too much.
    """
    demand(may_write_orders(by))
    if not Order.objects.visible_to(by).filter(pk=order.pk).exists():
        raise PermissionDenied(_("This order is not yours."))
    read = _read(document, order.customer, by, timezone.localdate())
    ask_whether_known(read.header, order, order.customer, by)
    _name_other_customer(read, document, order.customer, by)
    with transaction.atomic():
        lock_customer_of(order)
        order = lock_row(Order, order.pk)
        if not order.is_draft:
            raise NotADraft(order)
        if ReadOrder.objects.filter(order=order, sha256=_digest(upload)).exists():
            return order
        present = [row.as_input() for row in rows_of(order.current_lines().select_related("product"))]
        header = fill_in(order, read.header)
        order = save_draft(order=order, header=header, lines=[*present, *_inputs(read)], by=by)
        _keep(order, read, present, upload, by)
    return order


@transaction.atomic
def check_read(*, order: Order, by: User) -> int:
    """Says that somebody has looked at everything that was read into a draft; how many files that was.

    Raises:
        PermissionDenied: when the draft is not this person's to write.
    """
    demand(may_write_orders(by))
    order = lock_row(Order, order.pk)
    demand(Order.objects.visible_to(by).filter(pk=order.pk).exists())
    count = ReadOrder.objects.filter(order=order, checked_at=None).update(checked_at=timezone.now(), checked_by=by)
    if count:
        record(order, "purchase_order_checked", by=by)
    return count


# ---- what the file says ----------------------------------------------------------------------------------------------


def _read(document: Document, customer: Customer, by: User, today: date) -> _Reading:
    reader = GridReader(document, customer, by, today)
    header = read_header(document.facts, reader.wanted_days, customer, today)
    rows = reader.rows()
    return _Reading(header, rows, [*_about_prices(reader), *_about_total(document, rows), *_left_out(document)])


def _about_prices(reader: GridReader) -> list[dict]:
    basis = reader.basis
    if basis.currency:
        return [stored_sentence(FOREIGN, currency=basis.currency)]
    return [stored_sentence(basis.remark)] if basis.remark else []


def _about_total(document: Document, rows: Sequence[ReadRow]) -> list[dict]:
    amounts, theirs = order_amounts(each.row.amounts for each in rows), document.total
    if not theirs or comes_to(theirs, amounts, len(rows)):
        return []
    return [stored_sentence(_OTHER_TOTAL, theirs=_money(theirs), net=_money(amounts.net), gross=_money(amounts.gross))]


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def _left_out(document: Document) -> list[dict]:
    rows = document.table.left_out
    said = [stored_sentence(_LEFT_OUT, row=line.row, text=line.original[:200]) for line in rows[:_NAMED_ROWS]]
    more = len(rows) - _NAMED_ROWS
    return [*said, stored_sentence(_MORE_LEFT_OUT, count=more)] if more > 0 else said


def _name_other_customer(read: _Reading, document: Document, customer: Customer, by: User) -> None:
    """Marks the customer where the file names another one of this person's."""
    named = named_in(document.facts, by)
    if named and customer.pk not in {each.pk for each in named}:
        read.header.marks.add("customer", _OTHER_CUSTOMER, named=_(", ").join(map(str, named[:_NAMED_ROWS])))


def _inputs(read: _Reading) -> list[LineInput]:
    return [each.row.as_input() for each in read.rows]


# ---- what is kept ----------------------------------------------------------------------------------------------------


def _keep(order: Order, read: _Reading, present: Sequence[LineInput], upload: UploadedFile, by: User) -> None:
    """The file beside the order, and the marks of the cells as order entry shows them."""
    digest = _digest(upload)
    if ReadOrder.objects.filter(order=order, sha256=digest).exists():
        return
    file = store_file(subject=order, upload=upload, purpose=PURPOSE, by=by)
    stored = rows_of(order.current_lines().select_related("product"))[len(present) :]
    said = {name: order.as_typed.get(name) or plain_text(getattr(order, name)) for name in read.header.marks.by_cell}
    ReadOrder.objects.create(
        order=order,
        file=file,
        sha256=digest,
        read_by=by,
        header=read.header.marks.kept(said),
        lines=[
            {
                "row": each.line.row,
                "original": each.line.original,
                "cells": {name: row.cells.get(name, "") for name in ("product", "name")},
                "marks": each.marks.kept(row.cells),
            }
            for each, row in zip(read.rows, stored, strict=True)
        ],
        remarks=read.remarks,
    )
    record(order, "purchase_order_read", by=by, file=file.name)


def _digest(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest()
