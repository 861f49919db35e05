"""Writing orders down: saving a draft with its lines and instalments, and what it lacks to be submitted."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.roles import Role
from core.events import changes_between, record
from core.locks import lock_row, lock_rows
from core.workflow import take
from customers.models import Customer
from orders.lines import MOST_LINES, LineFaults, LineInput, build_lines, facts_of, line_changes
from orders.models import Instalment, Order, OrderLine
from orders.receipts import payment_status_of
from orders.terms import booked_by_position, plan_instalments, why_not_planned, write_instalments
from orders.totals import LARGEST_AMOUNT, Amounts, order_amounts

#: What people write into an order's header; everything else follows from it.
HEADER = (
    "customer",
    "contact",
    "order_date",
    "promised_date",
    "channel",
    "delivery_method",
    "delivery_address",
    "payment_terms",
    "special_requirements",
    "liability_clauses",
    "customer_reference",
    "remarks",
)
_RELATIONS = ("customer", "contact", "payment_terms")
_DERIVED = (
    "rep",
    "team",
    "customer_name",
    "grade",
    "search_key",
    "net_total",
    "tax_total",
    "gross_total",
    "payment_status",
    "version",
)
_YEARS = range(2000, 2100)
#: A part of an order: a header field's name, or ``lines-<place>-<field>`` with the line's place counted from 0.
Part = str


class DraftRefused(Exception):
    """A draft that cannot be kept: sentences by header field (or ``__all__``), and by line and field."""

    def __init__(self, header: dict[str, str], lines: LineFaults | None = None):
        self.header, self.lines = header, lines or {}
        super().__init__(f"{self.header} {self.lines}")


class StaleDraft(Exception):
    """Somebody saved the draft after this person had opened it; ``current`` is how it stands now."""

    def __init__(self, current: Order):
        self.current = current
        super().__init__("The draft was changed meanwhile.")


class NotADraft(Exception):
    """The order has been submitted or cancelled, so nothing in it can be edited; carries the order."""

    def __init__(self, order: Order):
        self.order = order
        super().__init__(
            _("This order is no longer a draft, its state is “%(state)s”.") % {"state": order.get_status_display()}
        )


class NotReady(Exception):
    """An order that lacks something to be submitted: ``missing`` as of ``missing_for_submission``."""

    def __init__(self, missing: list[tuple[Part, str]]):
        self.missing = missing
        super().__init__(" ".join(sentence for _part, sentence in missing))


def may_write_orders(user) -> bool:
    """Whether this role drafts orders: reps their own, managers those of the team."""
    return user.role in (Role.REP, Role.MANAGER)


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

    ``header`` holds values for names in ``HEADER``; a new draft needs ``customer`` and ``order_date``. A draft may lack
    what ``missing_for_submission`` asks for. A second call with the same ``token`` writes to the first call's order, or
    returns it untouched when it was submitted. Saving without a change leaves no trace. ``version`` is the one that the
    person was looking at. Customer and order are locked; the number of queries does not depend on the lines.

    Raises:
        PermissionDenied: when the order or the customer is not this person's to write for.
        NotADraft: when the order has been submitted or cancelled.
        StaleDraft: when the draft has been saved since ``version``.
        DraftRefused: with sentences by field and line; nothing is written then.
    """
    if not may_write_orders(by):
        raise PermissionDenied(_("Your role may not do this."))
    order, header = order or _first_with(token, by), dict(header)
    header["customer"] = _lock_customer(order, header.get("customer"), by)
    if order is None:
        return _create(header, lines, by, token)
    stored = lock_row(Order, order.pk)
    if token and stored.submit_token == token and not stored.is_draft:
        return stored
    _refuse_foreign_or_stale(stored, by, 0 if token and stored.submit_token == token else version)
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


def missing_for_submission(order: Order) -> list[tuple[Part, str]]:
    """What an order needs before it can be submitted, as ``(part, sentence)`` pairs; empty when it is ready."""
    return missing_in(order, list(order.current_lines().select_related("product")))


def missing_in(order: Order, lines: list[OrderLine]) -> list[tuple[Part, str]]:
    """The same for an order and lines that are only in memory; the order must have its customer and its date."""
    return [*_missing_in_header(order, has_lines=bool(lines)), *_missing_in_lines(lines)]


def _missing_in_header(order: Order, has_lines: bool) -> list[tuple[Part, str]]:
    missing = []
    if not order.customer.active:
        missing.append(("customer", order.customer.why_no_order))
    if order.promised_date is None:
        missing.append(("promised_date", _("Say when the customer will have the goods.")))
    elif order.promised_date < order.order_date:
        earlier = _("Earlier than the order date %(day)s.") % {"day": f"{order.order_date:%m-%d}"}
        missing.append(("promised_date", earlier))
    if order.payment_terms is None:
        missing.append(("payment_terms", _("Choose how the customer pays.")))
    if not has_lines:
        missing.append(("lines", _("An order needs at least one line.")))
    return missing


def _missing_in_lines(lines: list[OrderLine]) -> list[tuple[Part, str]]:
    missing = []
    for place, line in enumerate(lines):
        if line.quantity is None:
            missing.append((f"lines-{place}-quantity", _("Line %(n)s has no quantity.") % {"n": place + 1}))
        if line.unit_price is None:
            missing.append((f"lines-{place}-unit_price", _("Line %(n)s has no price.") % {"n": place + 1}))
        if line.product and not line.product.active:
            gone = _("Line %(n)s: “%(product)s” is no longer sold.") % {"n": place + 1, "product": line.product}
            missing.append((f"lines-{place}-name", gone))
    return missing


# ---- who and when ----------------------------------------------------------------------------------------------------


def _first_with(token: UUID | None, by) -> Order | None:
    """What an earlier post of the same form made."""
    return Order.objects.filter(submit_token=token, drafted_by=by).first() if token else None


def _lock_customer(order: Order | None, customer: Customer | None, by) -> Customer:
    """Locks the customer the order is for, and the one it was for; returns the former as it is under the lock."""
    before = {order.customer_id} if order else set()
    wanted = customer.pk if customer else next(iter(before), None)
    if wanted is None:
        raise DraftRefused({"customer": _("Choose the customer first.")})
    locked = {found.pk: found for found in lock_rows(Customer.objects.filter(pk__in={wanted, *before}))}
    if not Customer.objects.visible_to(by).filter(pk=wanted).exists():
        raise PermissionDenied(_("This customer is not yours."))
    return locked[wanted]


def _refuse_foreign_or_stale(stored: Order, by, version: int | None) -> None:
    if not Order.objects.visible_to(by).filter(pk=stored.pk).exists():
        raise PermissionDenied(_("This order is not yours."))
    if not stored.is_draft:
        raise NotADraft(stored)
    if version is not None and version != stored.version:
        raise StaleDraft(stored)


# ---- writing ---------------------------------------------------------------------------------------------------------


def _create(header: dict, given: Sequence[LineInput], by, token: UUID | None) -> Order:
    order = Order(drafted_by=by, submit_token=token, rep=by)
    lines, planned, _before = _fill(order, header, given, booked={})
    try:
        with transaction.atomic():
            order.save(force_insert=True)
    except IntegrityError:
        # The same form arrived twice at once: the other one was first.
        if first := _first_with(token, by):
            return first
        raise
    OrderLine.objects.bulk_create(lines)
    Instalment.objects.bulk_create(planned)
    record(order, "created", by=by)
    return order


def _replace(order: Order, header: dict, given: Sequence[LineInput], by) -> Order:
    present = list(order.current_lines())
    lines, planned, before = _fill(order, header, given, booked=booked_by_position(order))
    changes = changes_between(before, order)
    lines_differ = [facts_of(line) for line in present] != [facts_of(line) for line in lines]
    if not changes and not lines_differ:
        return order
    order.version += 1
    order.save(update_fields=[*HEADER, *_DERIVED])
    if lines_differ:
        order.current_lines().delete()
        OrderLine.objects.bulk_create(lines)
    write_instalments(order, planned)
    if changes := [*changes, *line_changes(present, lines)]:
        record(order, "draft_changed", by=by, changes=changes)
    return order


def _fill(
    order: Order, header: dict, given: Sequence[LineInput], booked: dict
) -> tuple[list[OrderLine], list[Instalment], dict]:
    """Puts the values into the order in memory; returns its lines, its instalments and the header of before."""
    before = {name: getattr(order, name, None) for name in (*HEADER, "gross_total")} if order.pk else {}
    problems = _wrong_relations(order, header)
    for name in HEADER:
        if name in header:
            setattr(order, name, header[name])
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
    order.customer_name, order.grade = customer.short_name, customer.grade
    order.search_key = " ".join(
        part for part in (order.number or "", customer.search_key, order.customer_reference) if part
    ).lower()


# ---- what cannot be kept ---------------------------------------------------------------------------------------------


def _wrong_relations(order: Order, header: dict) -> dict[str, str]:
    customer, contact = header["customer"], header.get("contact")
    problems = {}
    if order.customer_id != customer.pk and (sentence := _why_not_for(customer, order)):
        problems["customer"] = sentence
    if contact and contact.customer_id != customer.pk:
        problems["contact"] = _("This contact belongs to another customer.")
    terms = header.get("payment_terms")
    if terms and not terms.active and terms.pk != order.payment_terms_id:
        problems["payment_terms"] = _("These payment terms are no longer offered.")
    return problems


def _why_not_for(customer: Customer, order: Order) -> str:
    """Why the order cannot be for a customer it was not for until now; empty when it can."""
    if order.number:
        return _("The number %(number)s is given, so the customer can no longer change.") % {"number": order.number}
    return customer.why_no_order


def _wrong_values(order: Order) -> dict[str, str]:
    """Formats and lengths; the relations are known to exist."""
    kept = set(HEADER) - set(_RELATIONS)
    try:
        order.clean_fields(exclude=[field.name for field in order._meta.fields if field.name not in kept])
    except ValidationError as error:
        return {name: sentences[0] for name, sentences in error.message_dict.items()}
    # Whoever types a date by hand easily ends up in the year 26.
    odd = [name for name in ("order_date", "promised_date") if (day := getattr(order, name)) and day.year not in _YEARS]
    return dict.fromkeys(odd, _("Please check the year."))


def _wrong_amounts(order: Order, lines: Sequence, planned: Sequence[Instalment], booked: dict) -> dict[str, str]:
    if len(lines) > MOST_LINES:
        return {NON_FIELD_ERRORS: _("An order has at most %(count)s lines.") % {"count": MOST_LINES}}
    if order.gross_total > LARGEST_AMOUNT:
        return {NON_FIELD_ERRORS: _("The order amounts to more than can be kept.")}
    if sentence := why_not_planned(planned, booked):
        return {"payment_terms": sentence}
    return {}
