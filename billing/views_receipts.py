"""Receipts by themselves: the list, one with what it pays, recording money of a customer, and moving what it pays."""

from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Q, Sum
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_POST
from django.views.generic import DetailView

from accounts.requests import PersonRequest
from accounts.rights import demand
from billing import balance
from billing.columns import RECEIPT_COLUMNS
from billing.customer_receipts import propose, receive
from billing.entries import paid_by
from billing.filters import ReceiptFilter
from billing.forms import CustomerReceiptForm, PayingCustomerForm
from billing.models import Receipt
from billing.rights import may_read_money, may_record_receipts
from billing.several_orders import payable_instalments
from billing.shares import SharesForm, proposed_shares, read_shares
from core import parameters
from core.autosave import saved
from core.http import render_invalid, see_other
from core.interrupted import take_up
from core.listing import ListPage
from core.money import ZERO, round_money
from core.submitted import SentOtherwise, renew_token
from core.templatetags.ui import yuan
from customers.models import Customer
from orders.models import Instalment
from orders.number_input import Figure, read_figure
from orders.page import order_for
from orders.totals import LARGEST_AMOUNT

FORM = "billing/receipt_form.html"
WHOSE = "billing/receipt_whose.html"
DETAIL = "billing/receipt_detail.html"


class ReceiptList(ListPage):
    """The receipts of the customers that a person sees, the newest first."""

    request: PersonRequest

    title = gettext_lazy("Receipts")
    export_key = import_key = "receipts"
    columns = RECEIPT_COLUMNS
    filterset_class = ReceiptFilter
    default_sort = "-received_on"
    search_hint = gettext_lazy("Customer, pinyin, bank reference")
    empty_title = gettext_lazy("No receipts yet")
    empty_text = gettext_lazy("Money that customers paid stands here, with what it pays and what of it is balance.")
    new_label = gettext_lazy("Record a receipt")
    tabs = ((gettext_lazy("All"), ""), (gettext_lazy("With balance"), "state=balance"))
    totals = {"amount": Sum("amount"), "rest": Sum("rest", filter=Q(is_reversed=False, reverses=None))}

    def dispatch(self, request, *args, **kwargs):
        demand(may_read_money(request.user))
        self.new_url = reverse("billing:new-receipt") if may_record_receipts(request.user) else ""
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        return Receipt.objects.visible_to(self.request.user).select_related("customer", "recorded_by")

    def in_sum(self, page):
        if not page.totals:
            return ""
        words = {name: yuan(round_money(page.totals[name] or ZERO)) for name in ("amount", "rest")}
        return _("Together %(amount)s, of which %(rest)s is balance") % words


class NewReceipt(View):
    """Records money of a customer: first who paid (``?customer=``), then how much and for what."""

    request: PersonRequest

    takes_up = True

    def dispatch(self, request, *args, **kwargs):
        demand(may_record_receipts(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        if "customer" not in request.GET:
            return render(request, WHOSE, {"form": PayingCustomerForm(by=request.user)})
        whose = PayingCustomerForm(request.GET, by=request.user)
        if not whose.is_valid():
            return render_invalid(request, WHOSE, {"form": whose})
        customer = whose.cleaned_data["customer"]
        parts = list(payable_instalments(customer.pk))
        if typed := take_up(request):
            page = _form_page(customer, CustomerReceiptForm(typed), read_shares(typed, parts), shared="shared" in typed)
        else:
            page = _form_page(customer, CustomerReceiptForm.of(customer), proposed_shares(parts, {}))
        return render(request, FORM, page)

    def post(self, request):
        pk = parameters.key(request.GET, "customer")
        customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
        parts = list(payable_instalments(customer.pk))
        form, boxes = CustomerReceiptForm(request.POST), read_shares(request.POST, parts)
        if form.is_valid() and not boxes.faulty:
            if parts and not boxes.shares and not parameters.text(request.POST, "shared"):
                boxes = proposed_shares(parts, propose(form.cleaned_data["amount"], parts))
                return render_invalid(request, FORM, _form_page(customer, form, boxes, proposed=True))
            try:
                receipt = _receive(form, boxes, customer, request.user)
            except ValidationError as refused:
                boxes = boxes.with_errors(refused)
                _refuse(form, refused)
            else:
                messages.success(request, _("Receipt of ¥%(amount)s recorded.") % {"amount": f"{receipt.amount:,.2f}"})
                token = form.cleaned_data["token"]
                return saved(see_other(receipt), person=request.user, page=request.get_full_path(), form=str(token))
        return render_invalid(request, FORM, _form_page(customer, form, boxes, shared=True))


def _form_page(customer: Customer, form, boxes: SharesForm, **more) -> dict:
    return {"customer": customer, "form": form, "boxes": boxes, **more}


def _receive(form: CustomerReceiptForm, boxes: SharesForm, customer: Customer, by) -> Receipt:
    values = {name: form.cleaned_data[name] for name in CustomerReceiptForm.Meta.fields}
    return receive(customer=customer, shares=boxes.shares, by=by, token=form.cleaned_data["token"], **values)


def _refuse(form: CustomerReceiptForm, refused: ValidationError) -> None:
    """What concerns a field of the form stands beside it; what concerns a share stands beside that."""
    if not hasattr(refused, "error_dict"):
        form.add_error(None, refused)
    else:
        ours = (*form.fields, NON_FIELD_ERRORS)
        known = {name: errors for name, errors in refused.error_dict.items() if name in ours}
        if known:
            form.add_error(None, ValidationError(known))
    if isinstance(refused, SentOtherwise):
        renew_token(form, "token")


class ReceiptDetail(DetailView):
    """One receipt: what it pays, what of it is balance, and for finance the verbs that move it."""

    request: PersonRequest

    template_name = DETAIL
    context_object_name = "receipt"

    def get_queryset(self):
        demand(may_read_money(self.request.user))
        rows = Receipt.objects.visible_to(self.request.user)
        return rows.select_related("customer", "recorded_by", "reverses", "reversal")

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs, **receipt_content(self.request.user, self.object))


def receipt_content(user, receipt: Receipt) -> dict:
    """What its page shows."""
    may_record = may_record_receipts(user)
    moves = receipt.allocations.select_related("instalment__order").order_by("-pk")
    movable = may_record and receipt.counts and receipt.method != Receipt.Method.IMPORT
    parts = list(payable_instalments(receipt.customer_id)) if movable and receipt.rest else []
    return {
        "moves": moves,
        "paid": paid_by(receipt) if movable else {},
        "may_record": may_record,
        "boxes": proposed_shares(parts, propose(receipt.rest, parts)),
    }


def _receipt_for(request, pk: int) -> Receipt:
    receipt = get_object_or_404(Receipt.objects.visible_to(request.user).select_related("customer"), pk=pk)
    demand(may_record_receipts(request.user))
    return receipt


def receipt_again(request, receipt: Receipt, **more):
    """Its page as it stands now, with what was refused."""
    receipt.refresh_from_db(fields=["rest", "is_reversed"])
    context = {"receipt": receipt, **receipt_content(request.user, receipt), **more}
    return render_invalid(request, DETAIL, context)


def rest_seen(request) -> Decimal | None:
    """What of the receipt was left (元) on the page on which it was shared out."""
    found = read_figure(parameters.text(request.POST, "seen"), Figure(_("The amount"), 2, LARGEST_AMOUNT))
    return found if isinstance(found, Decimal) else None


@require_POST
def allocate(request, pk: int):
    """Pays instalments with what is left of a receipt."""
    receipt = _receipt_for(request, pk)
    boxes = read_shares(request.POST, list(payable_instalments(receipt.customer_id)))
    if boxes.faulty:
        return receipt_again(request, receipt, boxes=boxes)
    try:
        paid = balance.allocate_rest(receipt=receipt, shares=boxes.shares, by=request.user, seen=rest_seen(request))
    except ValidationError as refused:
        said = refused.message_dict.get(NON_FIELD_ERRORS, [])
        return receipt_again(request, receipt, boxes=boxes.with_errors(refused), refused=" ".join(said))
    messages.success(request, _("%(amount)s of the balance used.") % {"amount": yuan(paid)})
    return see_other(receipt)


@require_POST
def take_back(request, pk: int):
    """What a receipt pays of an instalment becomes balance."""
    receipt = _receipt_for(request, pk)
    of_customer = Instalment.objects.filter(order__customer=receipt.customer)
    part = get_object_or_404(of_customer, pk=parameters.key(request.POST, "instalment"))
    reason = parameters.text(request.POST, "reason")
    try:
        freed = balance.take_back(receipt=receipt, instalment=part, by=request.user, reason=reason)
    except ValidationError as refused:
        sentence = " ".join(refused.messages)
        taking = {"instalment": part.pk, "reason": reason, "error": sentence}
        beside = part.pk in receipt_content(request.user, receipt)["paid"]
        return receipt_again(request, receipt, taking=taking, refused="" if beside else sentence)
    messages.success(request, _("%(amount)s is balance now.") % {"amount": yuan(freed)})
    return see_other(receipt)


@require_POST
def use_balance(request, pk: int):
    """Pays an order with its customer's balance."""
    order = order_for(request, pk)
    demand(may_record_receipts(request.user))
    try:
        used = balance.use_balance(order=order, by=request.user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("%(amount)s of the balance used.") % {"amount": yuan(used)})
    return see_other("billing:receipts", order.pk)
