"""The bank's lines: which wait with what proposal, accepting one or many, and one line with all that can be decided."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import PersonRequest
from accounts.rights import demand
from billing.bank import services
from billing.bank.columns import ACCEPT, BANK_COLUMNS, CHOICE
from billing.bank.filters import BankLineFilter, LineState
from billing.bank.forms import ForeignForm, LaterForm, as_sent, from_sent
from billing.bank.matching import Proposal
from billing.bank.proposals import proposals_for
from billing.customer_receipts import propose
from billing.forms import PayingCustomerForm
from billing.models import BankLine, Receipt
from billing.rights import may_read_bank_lines, may_record_receipts
from billing.several_orders import payable_instalments
from billing.shares import SharesForm, proposed_shares, read_shares
from core import parameters
from core.events import timeline_of
from core.http import render_invalid, see_other
from core.listing import ListPage
from core.templatetags.ui import money, yuan
from customers.models import Customer
from orders.models import Instalment

LIST, DETAIL = "billing:bank-lines", "billing/bank_line.html"
#: More than a page of the list offers.
_MOST_AT_ONCE = 200


class BankLines(ListPage):
    """What the bank's list brought and nobody has decided yet, the oldest first; and what was decided."""

    request: PersonRequest

    template_name = "billing/bank_lines.html"
    title = gettext_lazy("Bank lines")
    export_key = "bank-lines"
    import_key = "receipts"
    columns = (CHOICE, *BANK_COLUMNS, ACCEPT)
    filterset_class = BankLineFilter
    default_sort = "received_on"
    search_hint = gettext_lazy("Payer, remarks, bank reference")
    tabs = (
        (gettext_lazy("To be matched"), ""),
        (gettext_lazy("Left for later"), f"state={LineState.LATER}"),
        (gettext_lazy("Matched"), f"state={LineState.MATCHED}"),
        (gettext_lazy("Not from a customer"), f"state={LineState.FOREIGN}"),
    )
    empty_title = gettext_lazy("No bank line waits")
    empty_text = gettext_lazy(
        "Import the bank's list as receipts: rows that name no order and no customer wait here, each with a proposal "
        "whose money it is and what it pays."
    )
    rows_lead = False

    def dispatch(self, request, *args, **kwargs):
        demand(may_read_bank_lines(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        return BankLine.objects.visible_to(self.request.user).select_related("receipt__customer")

    def shown_columns(self):
        may = may_record_receipts(self.request.user)
        return [column for column in super().shown_columns() if may or column not in (CHOICE, ACCEPT)]

    def with_facts(self, rows):
        waiting = [row for row in rows if row.waits]
        proposals = proposals_for(waiting, self.request.user) if waiting else {}
        names = Customer.objects.in_bulk({found.customer for found in proposals.values() if found.customer})
        parts = Instalment.objects.select_related("order").in_bulk(
            {pk for found in proposals.values() for pk in found.shares}
        )
        for row in rows:
            row.proposal = proposals.get(row.pk, Proposal())
            row.whose, row.paid = _whose(row, names), _paid(row.proposal, parts)
            row.sent = as_sent(row.pk, row.proposal.customer, row.proposal.shares) if row.proposal.customer else ""
        return rows

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs, may_accept=may_record_receipts(self.request.user))


def _whose(line: BankLine, names: dict[int, Customer]) -> str:
    if line.receipt:
        return str(line.receipt.customer)
    if line.foreign_reason:
        return line.foreign_reason
    customer = names.get(line.proposal.customer or 0)  # type: ignore[attr-defined]
    return f"{customer} {customer.number}" if customer else ""


def _paid(proposal: Proposal, parts: dict[int, Instalment]) -> list[str]:
    return [f"{parts[pk].order} · {parts[pk]} · {money(amount)}" for pk, amount in proposal.shares.items()]


@require_POST
def accept_many(request):
    """Accepts the chosen proposals as they were shown; every one that is refused says why and waits on."""
    demand(may_record_receipts(request.user))
    one = parameters.texts(request.POST, "one")
    sent = [from_sent(text) for text in (one or parameters.texts(request.POST, "line"))[:_MOST_AT_ONCE]]
    if not sent:
        messages.warning(request, _("Choose at least one line that has a proposal."))
        return see_other(LIST)
    lines = BankLine.objects.visible_to(request.user).in_bulk([found[0] for found in sent if found])
    customers = Customer.objects.visible_to(request.user).in_bulk([found[1] for found in sent if found])
    if not all(found and found[0] in lines and found[1] in customers for found in sent):
        raise Http404
    done = 0
    for line, customer, shares in filter(None, sent):
        try:
            services.accept_line(line=lines[line], customer=customers[customer], shares=shares, by=request.user)
            done += 1
        except ValidationError as refused:
            messages.error(request, f"{lines[line]}: {' '.join(refused.messages)}")
    if done:
        text = ngettext("%(n)s line is a receipt now.", "%(n)s lines are receipts now.", done)
        messages.success(request, text % {"n": done})
    return see_other(LIST)


# ---- one line --------------------------------------------------------------------------------------------------------


@require_GET
def detail(request, pk: int):
    """One line: the proposal, or what it would pay for the customer that was chosen (``?customer=``)."""
    line = _line_for(request, pk)
    if "customer" not in request.GET:
        return render(request, DETAIL, _page(request, line))
    whose = PayingCustomerForm(request.GET, by=request.user)
    if not whose.is_valid():
        return render_invalid(request, DETAIL, _page(request, line, whose=whose))
    return render(request, DETAIL, _page(request, line, customer=whose.cleaned_data["customer"]))


def _line_for(request, pk: int) -> BankLine:
    seen = BankLine.objects.visible_to(request.user).select_related("receipt__customer", "brought_by")
    return get_object_or_404(seen, pk=pk)


def _page(request, line: BankLine, *, customer: Customer | None = None, boxes: SharesForm | None = None, **more):
    may = may_record_receipts(request.user) and line.waits
    proposal = proposals_for([line], request.user)[line.pk] if may else Proposal()
    if customer is None and proposal.customer:
        customer = Customer.objects.get(pk=proposal.customer)
    content: dict[str, Any] = {
        "line": line,
        "proposal": proposal,
        "may_decide": may,
        "may_take_up": may_record_receipts(request.user) and line.receipt_id is None,
        "customer": customer,
        "is_proposed": customer is not None and customer.pk == proposal.customer,
        "events": timeline_of(line),
    }
    if may:
        content |= {
            "whose": PayingCustomerForm(by=request.user),
            "boxes": boxes or _boxes(line, customer, proposal),
            "like": list(services.receipts_like(line)[:5]),
            "later": LaterForm(),
            "foreign": ForeignForm(),
        }
    return content | more


def _boxes(line: BankLine, customer: Customer | None, proposal: Proposal) -> SharesForm:
    """What the money would pay: as proposed, or of another customer what is due first."""
    if customer is None:
        return proposed_shares([], {})
    parts = list(payable_instalments(customer.pk))
    shares = proposal.shares if customer.pk == proposal.customer else propose(line.amount, parts)
    return proposed_shares(parts, dict(shares))


@require_POST
def accept(request, pk: int):
    """The line's money is this customer's (``customer``) and pays what the boxes say."""
    line = _decided_by_finance(request, pk)
    found = parameters.key(request.POST, "customer")
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=found)
    boxes = read_shares(request.POST, list(payable_instalments(customer.pk)))
    if boxes.faulty:
        return render_invalid(request, DETAIL, _page(request, line, customer=customer, boxes=boxes))
    try:
        receipt = services.accept_line(line=line, customer=customer, shares=boxes.shares, by=request.user)
    except ValidationError as refused:
        again = _page(request, _line_for(request, pk), customer=customer, boxes=boxes.with_errors(refused))
        return render_invalid(request, DETAIL, again | {"refused": _said_in_general(refused)})
    messages.success(request, _("%(amount)s is a receipt of %(customer)s now.") % _words(receipt))
    return see_other(LIST)


def _words(receipt: Receipt) -> dict[str, str]:
    return {"amount": yuan(receipt.amount), "customer": str(receipt.customer)}


def _said_in_general(refused: ValidationError) -> str:
    """What was refused but for what stands beside a box."""
    found = refused.message_dict if hasattr(refused, "error_dict") else {NON_FIELD_ERRORS: refused.messages}
    return " ".join(text for name, texts in found.items() if not name.startswith("share-") for text in texts)


def _decided_by_finance(request, pk: int) -> BankLine:
    line = _line_for(request, pk)
    demand(may_record_receipts(request.user))
    return line


@require_POST
def join(request, pk: int):
    """The line is the money of a receipt that was recorded by hand."""
    line = _decided_by_finance(request, pk)
    receipt = get_object_or_404(Receipt.objects.visible_to(request.user), pk=parameters.key(request.POST, "receipt"))
    try:
        services.join_receipt(line=line, receipt=receipt, by=request.user)
    except ValidationError as refused:
        return render_invalid(request, DETAIL, _page(request, line, refused=_said_in_general(refused)))
    messages.success(request, _("The line belongs to the receipt of %(customer)s.") % {"customer": receipt.customer})
    return see_other(LIST)


@require_POST
def later(request, pk: int):
    """Leaves the line until a day."""
    line, form = _decided_by_finance(request, pk), LaterForm(request.POST)
    if form.is_valid():
        try:
            services.put_off(line=line, until=form.cleaned_data["until"], by=request.user)
        except ValidationError as refused:
            form.add_error(None if NON_FIELD_ERRORS in refused.message_dict else "until", _said_in_general(refused))
        else:
            messages.success(request, _("The line waits again on %(day)s.") % {"day": form.cleaned_data["until"]})
            return see_other(LIST)
    return render_invalid(request, DETAIL, _page(request, _line_for(request, pk), later=form))


@require_POST
def foreign(request, pk: int):
    """Says that the line is no customer's money."""
    line, form = _decided_by_finance(request, pk), ForeignForm(request.POST)
    if form.is_valid():
        try:
            services.set_aside(line=line, reason=form.cleaned_data["reason"], by=request.user)
        except ValidationError as refused:
            form.add_error("reason", _said_in_general(refused))
        else:
            messages.success(request, _("Kept: not from a customer."))
            return see_other(LIST)
    return render_invalid(request, DETAIL, _page(request, _line_for(request, pk), foreign=form))


@require_POST
def take_up(request, pk: int):
    """The line waits again."""
    line = _decided_by_finance(request, pk)
    try:
        services.take_up(line=line, by=request.user)
    except ValidationError as refused:
        messages.error(request, _said_in_general(refused))
    else:
        messages.success(request, _("The line waits again."))
    return see_other(line)
