"""Writing orders down: saving a draft with its lines and instalments, and what it lacks to be submitted."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.events import changes_between, record
from core.locks import lock_row, lock_rows
from core.stale import Stale
from core.submitted import first_result, scoped
from core.workflow import take
from customers.models import Customer
from orders.content import HEADER, HEADER_NAMES, WRITTEN_HEADER, line_changes, written_on
from orders.drafters import note_drafter
from orders.entry.dates import odd_year, wrong_dates
from orders.findable import KEYS, make_findable
from orders.instalments import payment_status_of
from orders.lines import LineFaults, LineInput, build_lines, too_many_lines
from orders.models import Instalment, Order, OrderLine
from orders.rights import may_write_orders
from orders.terms import booked_by_position, plan_instalments, why_not_planned, write_instalments
from orders.totals import LARGEST_AMOUNT, Amounts, order_amounts

_DERIVED = (
    "rep",
    "team",
    "customer_name",
    "grade",
    *KEYS,
    *(field.name for field in HEADER if field.is_derived),
    "payment_status",
    "as_typed",
    "version",
)
#: A part of an order: a header field's name, or ``lines-<place>-<field>`` with the line's place counted from 0.
Part = str


class DraftRefused(Exception):
    """A draft that cannot be kept: sentences by header field (or ``__all__``), and by line and field."""

    def __init__(self, header: dict[str, str], lines: LineFaults | None = None):
        self.header, self.lines = header, lines or {}
        super().__init__(f"{self.header} {self.lines}")


class NotADraft(Exception):
    """The order has been submitted or cancelled, so nothing in it can be edited; carries the order."""

    def __init__(self, order: Order):
        self.order = order
        super().__init__(
            _("This order is no longer a draft, its state is “%(state)s”.") % {"state": order.get_status_display()}
        )


class SubmittedOtherwise(NotADraft):
    """The form was sent before, and the order that it made was submitted with other content."""

    def __str__(self):
        return _("This form was sent before and is submitted as it stands here. What you changed since was not kept.")


class NotReady(Exception):
    """An order that lacks something to be submitted: ``missing`` as of ``missing_for_submission``."""

    def __init__(self, missing: list[tuple[Part, str]]):
        self.missing = missing
        super().__init__(" ".join(sentence for _part, sentence in missing))


@transaction.atomic
def save_draft(
    *,
    order: Order | None,
    header: dict,
    lines: Sequence[LineInput],
    by,
    token: UUID | None = None,
    version: int | None = None,
) -> Order:
    """Creates a draft (``order`` None), or replaces what an existing one says, with its lines and instalments.

    ``header`` holds values for ``HEADER_NAMES``, in ``as_typed`` what cannot be read; a new one needs ``customer``
    and ``order_date``, the rest may wait. A second call with the same ``token`` writes to the first call's order. An
    order that says it all already, submitted or not, is returned untouched: the form arrived twice. ``version`` is the
    one that the person was looking at. Customer and order are locked; no query depends on the lines.

    Raises:
        PermissionDenied: when the order or the customer is not this person's to write for.
        NotADraft: when the order has been submitted or cancelled.
        Stale: when the draft has been saved since ``version``.
        DraftRefused: with sentences by field and line; nothing is written then.
    """
    if not may_write_orders(by):
        raise PermissionDenied(_("Your role may not do this."))
    token = scoped(token, by)
    order, header = order or first_result(Order, token), dict(header)
    header["customer"] = _lock_customer(order, header.get("customer"), by)
    if order is None:
        return _create(header, lines, by, token)
    stored, by_token = lock_row(Order, order.pk), token is not None and order.submit_token == token
    seen = 0 if by_token else version
    if not Order.objects.visible_to(by).filter(pk=stored.pk).exists():
        raise PermissionDenied(_("This order is not yours."))
    if (not stored.is_draft or seen not in (None, stored.version)) and _says(stored, header, lines):
        return stored
    if not stored.is_draft:
        raise SubmittedOtherwise(stored) if by_token else NotADraft(stored)
    if seen not in (None, stored.version):
        raise Stale(stored)
    return _replace(stored, header, lines, by)


@transaction.atomic
def save_and_submit(*, order: Order | None, header: dict, lines: Sequence[LineInput], by, token=None, version=None):
    """Saves a draft and submits it, both or neither; returns the order.

    Raises:
        NotReady: with everything that is missing.
        core.workflow.Refused: when the machine refuses the verb.
        Whatever ``save_draft`` raises.
    """
    order = save_draft(order=order, header=header, lines=lines, by=by, token=token, version=version)
    if not order.is_draft:
        return order
    if missing := missing_for_submission(order):
        raise NotReady(missing)
    take(order, "submit", by=by)
    return order


def clear_draft(*, order: Order, by) -> None:
    """Takes everything out of a draft but its customer and its number; the caller has locked it and asked for rights.

    The history keeps what it said. Raises DraftRefused while money is booked on its instalments.
    """
    blank = {field.name: field.get_default() for field in Order._meta.concrete_fields if field.name in HEADER_NAMES}
    _replace(order, {**blank, "customer": order.customer, "order_date": timezone.localdate()}, (), by)


def missing_for_submission(order: Order) -> list[tuple[Part, str]]:
    """What an order needs before it can be submitted, as ``(part, sentence)`` pairs; empty when it is ready."""
    return missing_in(order, list(order.current_lines().select_related("product")))


def missing_in(order: Order, lines: list[OrderLine]) -> list[tuple[Part, str]]:
    """The same for an order and lines that are only in memory; the order must have its customer and its date."""
    missing: list[tuple[Part, str]] = []
    if not order.customer.active:
        missing.append(("customer", order.customer.why_no_order))
    missing += [(name, _unread(name)) for name in order.as_typed]
    dates = wrong_dates(order.order_date, order.promised_date)
    missing += [(name, sentence) for name, sentence in dates if name not in order.as_typed]
    if order.payment_terms is None and "payment_terms" not in order.as_typed:
        missing.append(("payment_terms", _("Choose how the customer pays.")))
    if not lines:
        missing.append(("lines", _("An order needs at least one line.")))
    for place, line in enumerate(lines):
        if line.as_typed:
            unread = _("Line %(n)s cannot be read as it was typed: open the draft and mend it.") % {"n": place + 1}
            missing.append((f"lines-{place}-name", unread))
            continue
        if line.quantity is None:
            missing.append((f"lines-{place}-quantity", _("Line %(n)s has no quantity.") % {"n": place + 1}))
        if line.unit_price is None:
            missing.append((f"lines-{place}-unit_price", _("Line %(n)s has no price.") % {"n": place + 1}))
        if line.product and not line.product.active:
            gone = _("Line %(n)s: “%(product)s” is no longer sold.") % {"n": place + 1, "product": line.product}
            missing.append((f"lines-{place}-name", gone))
    return missing


def _unread(name: str) -> str:
    label = Order._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    return _("“%(label)s” cannot be read as it was typed: open the draft and mend it.") % {"label": label}


# ---- who and when ----------------------------------------------------------------------------------------------------


def _says(order: Order, header: dict, given: Sequence[LineInput]) -> bool:
    """Whether the order says what is given; what was left blank is filled in when an order is submitted."""
    lines, _faults = build_lines(order, given)
    if [written_on(line) for line in lines] != [written_on(line) for line in order.current_lines()]:
        return False
    said = {name: getattr(order, name) for name in header}
    return all(
        value == said[name] or (value in ("", None) and (said[name] in ("", None) or not order.is_draft))
        for name, value in header.items()
    )


def _lock_customer(order: Order | None, customer: Customer | None, by) -> Customer:
    """Locks the customer the order is for, and the one it was for; returns the former as it is under the lock."""
    before = {order.customer_id} if order else set()
    wanted = customer.pk if customer else next(iter(before), None)
    if wanted is None:
        raise DraftRefused({"customer": _("Choose the customer first.")})
    locked = {found.pk: found for found in lock_rows(Customer.objects.filter(pk__in={wanted, *before}))}
    if locked[wanted].merged_into_id:
        raise DraftRefused({"customer": locked[wanted].why_merged})
    if not Customer.objects.visible_to(by).filter(pk=wanted).exists():
        raise PermissionDenied(_("This customer is not yours."))
    return locked[wanted]


# ---- writing ---------------------------------------------------------------------------------------------------------


def _create(header: dict, given: Sequence[LineInput], by, token: UUID | None) -> Order:
    order = Order(drafted_by=by, submit_token=token, rep=by)
    lines, planned, _before = _fill(order, header, given, booked={})
    try:
        with transaction.atomic():
            order.save(force_insert=True)
    except IntegrityError:
        # The same form arrived twice at once: the other one was first.
        if first := first_result(Order, token):
            if _says(first, header, given):
                return first
            raise Stale(first) from None
        raise
    OrderLine.objects.bulk_create(lines)
    Instalment.objects.bulk_create(planned)
    record(order, "created", by=by)
    return order


def _replace(order: Order, header: dict, given: Sequence[LineInput], by) -> Order:
    present, unread = list(order.current_lines()), order.as_typed
    lines, planned, before = _fill(order, header, given, booked=booked_by_position(order))
    changes = [*changes_between(before, order), *_changes_as_typed(unread, order.as_typed)]
    lines_differ = [written_on(line) for line in present] != [written_on(line) for line in lines]
    if not changes and not lines_differ:
        return order
    note_drafter(order, by)
    order.version += 1
    order.save(update_fields=[*HEADER_NAMES, *_DERIVED])
    if lines_differ:
        order.current_lines().delete()
        OrderLine.objects.bulk_create(lines)
    write_instalments(order, planned)
    if changes := [*changes, *line_changes(present, lines)]:
        record(order, "draft_changed", by=by, changes=changes)
    return order


def _changes_as_typed(before: dict[str, str], after: dict[str, str]) -> list[list[str]]:
    """``[field, old, new]`` for what of the header could not be read, before or now."""
    names = [name for name in HEADER_NAMES if before.get(name, "") != after.get(name, "")]
    return [[name, before.get(name, ""), after.get(name, "")] for name in names]


def _fill(
    order: Order, header: dict, given: Sequence[LineInput], booked: dict
) -> tuple[list[OrderLine], list[Instalment], dict]:
    """Puts the values into the order in memory; returns its lines, its instalments and the header of before."""
    before = {name: getattr(order, name, None) for name in (*HEADER_NAMES, "gross_total")} if order.pk else {}
    problems = _wrong_relations(order, header)
    for name in HEADER_NAMES:
        if name in header:
            setattr(order, name, header[name])
    order.as_typed = header.get("as_typed", {})
    _derive_from_customer(order)
    lines, faults = build_lines(order, given)
    amounts = order_amounts(Amounts(line.net_amount, line.tax_amount) for line in lines)
    order.net_total, order.tax_total, order.gross_total = amounts.net, amounts.tax, amounts.gross
    order.payment_status = payment_status_of(order.received_total, amounts.gross)
    planned = plan_instalments(order, order.payment_terms, amounts.gross)
    problems |= _wrong_amounts(order, lines, planned, booked) | _wrong_values(order)
    if problems or faults:
        raise DraftRefused(problems, faults)
    return lines, planned, before


def _derive_from_customer(order: Order) -> None:
    """Copies for lists, rights and search; a customer whose owner left keeps its orders with the last rep."""
    customer = order.customer
    if customer.owner_id:
        order.rep_id, order.team_id = customer.owner_id, customer.team_id
    order.grade = customer.grade
    if not order.number:  # which has the short name of its day in it
        order.customer_name = customer.short_name
    make_findable(order, customer.search_key)


# ---- what cannot be kept ---------------------------------------------------------------------------------------------


def _wrong_relations(order: Order, header: dict) -> dict[str, str]:
    customer, contact = header["customer"], header.get("contact")
    problems = {}
    if order.customer_id != customer.pk and order.number:
        sentence = _("The number %(number)s is given, so the customer can no longer change.")
        problems["customer"] = sentence % {"number": order.number}
    elif order.customer_id != customer.pk and customer.why_no_order:
        problems["customer"] = customer.why_no_order
    if contact and contact.customer_id != customer.pk:
        problems["contact"] = _("This contact belongs to another customer.")
    terms = header.get("payment_terms")
    if terms and not terms.active and terms.pk != order.payment_terms_id:
        problems["payment_terms"] = _("These payment terms are no longer offered.")
    return problems


def _wrong_values(order: Order) -> dict[str, str]:
    """Formats and lengths; the relations are known to exist."""
    kept = {field.name for field in WRITTEN_HEADER if not field.is_relation}
    try:
        order.clean_fields(exclude=[field.name for field in order._meta.fields if field.name not in kept])
    except ValidationError as error:
        return {name: sentences[0] for name, sentences in error.message_dict.items()}
    odd = {name: odd_year(getattr(order, name)) for name in ("order_date", "promised_date")}
    return {name: sentence for name, sentence in odd.items() if sentence}


def _wrong_amounts(order: Order, lines: Sequence, planned: Sequence[Instalment], booked: dict) -> dict[str, str]:
    if sentence := too_many_lines(len(lines)):
        return {NON_FIELD_ERRORS: sentence}
    if order.gross_total > LARGEST_AMOUNT:
        return {NON_FIELD_ERRORS: _("The order amounts to more than can be kept.")}
    if sentence := why_not_planned(planned, booked):
        return {"payment_terms": sentence}
    return {}
