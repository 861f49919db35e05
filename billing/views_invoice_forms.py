"""Asking for an invoice, issuing it, and reversing it."""

from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from accounts.requests import PersonRequest
from accounts.rights import demand
from billing.invoice_boxes import OrderBoxes, proposed_boxes, read_boxes
from billing.invoice_effects import amounts_by_order
from billing.invoice_forms import InvoiceRequestForm, IssueForm, RedForm
from billing.invoice_statuses import InvoiceStatus
from billing.invoiced import invoiceable_orders
from billing.invoices import issue_invoice, request_invoice, reverse_invoice
from billing.models import Invoice
from billing.rights import may_request_invoices
from billing.views_invoices import content_of, invoice_for
from core import parameters
from core.autosave import saved
from core.file_rules import MEGABYTE
from core.files import attachment_rules
from core.held_files import files_of, hold, let_go
from core.http import render_invalid, see_other
from core.interrupted import take_up
from core.submitted import SentOtherwise, renew_token
from core.templatetags.ui import yuan
from core.verbs import back_refused
from core.workflow import Attempt, Refused, machine_of, obstacles_before_input
from customers.invoice_data import missing_invoice_data
from customers.models import Customer
from orders.models import Order

REQUEST, PAPER = "billing/invoice_request.html", "billing/invoice_form.html"
#: So many orders of a customer stand on the page, the newest; others are asked for on their own page.
_MOST = 100


class NewInvoice(View):
    """Asks for an invoice of a customer (``?customer=``): which orders (``?order=`` is chosen), how much of each.

    ``?again=`` is a refused request, whose amounts and words are there already.
    """

    request: PersonRequest

    takes_up = True

    def dispatch(self, request, *args, **kwargs):
        demand(may_request_invoices(request.user))
        pk = parameters.key(request.GET, "customer")
        self.customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
        refused = Invoice.objects.visible_to(request.user).filter(status=InvoiceStatus.REFUSED, customer=self.customer)
        self.again = parameters.row(refused, request.GET, "again")
        return super().dispatch(request, *args, **kwargs)

    def _orders(self) -> list[Order]:
        """Those of which something can be invoiced, what the page was opened for first."""
        mine = invoiceable_orders(Order.objects.visible_to(self.request.user).filter(customer=self.customer))
        wanted = list(mine.filter(pk__in=self._wanted()))
        return wanted + list(mine.exclude(pk__in=self._wanted())[:_MOST])

    def _wanted(self) -> dict[int, Decimal]:
        """The orders that the page was opened for, with the amount of each; zero is all that is left."""
        if self.again:
            return amounts_by_order(self.again)
        order = parameters.key(self.request.GET, "order")
        return {order: Decimal(0)} if order else {}

    def _page(self, form: InvoiceRequestForm, boxes: OrderBoxes) -> dict:
        missing = _(", ").join(missing_invoice_data(self.customer))
        return {"customer": self.customer, "form": form, "boxes": boxes, "missing": missing, "again": self.again}

    def get(self, request):
        orders, typed = self._orders(), take_up(request)
        if typed:
            page = self._page(InvoiceRequestForm(typed), read_boxes(typed, orders))
        else:
            page = self._page(InvoiceRequestForm.fresh(self.again), proposed_boxes(orders, self._wanted()))
        return render(request, REQUEST, page)

    def post(self, request):
        form, boxes = InvoiceRequestForm(request.POST), read_boxes(request.POST, self._orders())
        if form.is_valid() and not boxes.faulty:
            try:
                invoice = self._ask(form, boxes)
            except ValidationError as refused:
                boxes = boxes.refuse(refused, form)
                if isinstance(refused, SentOtherwise):
                    renew_token(form, "token")
            else:
                messages.success(request, _("Asked for %(amount)s.") % {"amount": yuan(invoice.gross_total)})
                token = str(form.cleaned_data["token"])
                return saved(see_other(invoice), person=request.user, page=request.get_full_path(), form=token)
        return render_invalid(request, REQUEST, self._page(form, boxes))

    def _ask(self, form: InvoiceRequestForm, boxes: OrderBoxes) -> Invoice:
        known = {name: form.cleaned_data[name] for name in ("kind", "note", "token")}
        by = self.request.user
        return request_invoice(customer=self.customer, amounts=boxes.amounts, by=by, instead_of=self.again, **known)


class IssueInvoice(View):
    """Number, day and file of an invoice that was asked for."""

    request: PersonRequest

    takes_up = True
    verb = "issue"
    form_class: type[IssueForm] = IssueForm
    done = gettext_lazy("Issued. The file is kept with the invoice.")

    def get(self, request, pk: int):
        invoice = invoice_for(request, pk)
        transition = machine_of(invoice).transition(self.verb)
        if obstacles := obstacles_before_input(transition, Attempt(invoice, request.user)):
            return back_refused(request, invoice, Refused(obstacles))
        typed = take_up(request)
        form = self.form_class(typed) if typed else self.form_class.fresh(invoice)
        return render(request, PAPER, self._context(invoice, form))

    def post(self, request, pk: int):
        invoice = invoice_for(request, pk)
        form = self.form_class(request.POST, files_of(request))
        try:
            if form.is_valid() and (made := self._recorded(invoice, form)):
                messages.success(request, self.done)
                let_go(request)
                return saved(see_other(made), person=request.user, page=request.path)
        except Refused as refused:
            return back_refused(request, invoice, refused)
        hold(request)
        return render_invalid(request, PAPER, self._context(invoice, form))

    def _recorded(self, invoice: Invoice, form: IssueForm) -> Invoice | None:
        """Records what the form says; what the service refuses stands beside its field."""
        try:
            return self.record(invoice, form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
            return None

    def record(self, invoice: Invoice, said: dict) -> Invoice:
        known = {"upload": said["file"], "by": self.request.user, "version": said["version"]}
        return issue_invoice(invoice=invoice, number=said["number"], issued_on=said["issued_on"], **known)

    def _context(self, invoice: Invoice, form: IssueForm) -> dict:
        transition = machine_of(invoice).transition(self.verb)
        largest = attachment_rules().largest // MEGABYTE
        return {**content_of(invoice), "form": form, "title": transition.label, "verb": self.verb, "largest": largest}


class ReverseInvoice(IssueInvoice):
    """Number, day, file and reason of the red invoice that takes an issued one back."""

    verb = "reverse"
    form_class = RedForm
    done = gettext_lazy("Reversed by this red invoice. What it took back can be invoiced again.")

    def record(self, invoice: Invoice, said: dict) -> Invoice:
        known = {"upload": said["file"], "by": self.request.user, "version": said["version"]}
        words = {name: said[name] for name in ("number", "issued_on", "reason")}
        return reverse_invoice(invoice=invoice, **words, **known)
