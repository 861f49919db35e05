"""The page on which a customer's purchase order is read into a draft, and the verb that calls its marks checked."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.http import require_POST

from accounts.requests import PersonRequest
from accounts.rights import demand
from core import parameters
from core.held_files import files_of, hold, let_go
from core.http import render_invalid, see_other
from customers.models import Customer
from orders.entry.draft import DraftRefused, NotADraft
from orders.models import Order
from orders.reading.document import Document
from orders.reading.forms import PurchaseOrderForm
from orders.reading.marks import count_of
from orders.reading.services import check_read, customer_of, open_file, read_into_draft, read_into_new_draft
from orders.rights import may_write_orders

PAGE = "orders/read_order.html"


class _ReadView(View):
    """What reading into a new draft and into one that exists have in common."""

    request: PersonRequest
    order: Order | None = None

    def dispatch(self, request, *args, **kwargs):
        demand(may_write_orders(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, **kwargs) -> HttpResponse:
        return render(request, PAGE, {"form": self._form(), "order": self.order})

    def post(self, request, **kwargs) -> HttpResponse:
        form = self._form(request.POST, files_of(request))
        if form.is_valid():
            try:
                order = self._order_of(form, open_file(form.cleaned_data["file"]))
            except NotADraft as refused:
                messages.error(request, str(refused))
                return see_other(refused.order)
            except DraftRefused as refused:
                form.add_error(
                    "file", [*refused.header.values(), *(" ".join(f.values()) for f in refused.lines.values())]
                )
            except ValidationError as error:
                form.add_error(None if hasattr(error, "error_dict") else "file", error)
            else:
                let_go(request)
                self._say(order)
                return see_other("orders:edit", order.pk)
        hold(request)
        return render_invalid(request, PAGE, {"form": form, "order": self.order})

    def _form(self, data=None, files=None) -> PurchaseOrderForm:
        raise NotImplementedError

    def _order_of(self, form: PurchaseOrderForm, document: Document) -> Order:
        raise NotImplementedError

    def _say(self, order: Order) -> None:
        count = count_of(order)
        sentence = ngettext(
            "The customer's order is read, not submitted. %(count)s cell is marked: compare it with the file.",
            "The customer's order is read, not submitted. %(count)s cells are marked: compare them with the file.",
            count,
        )
        plain = _("The customer's order is read, not submitted. Compare it with the file once more.")
        messages.success(self.request, sentence % {"count": count} if count else plain)


class ReadIntoNew(_ReadView):
    """Makes a draft of a file: ``?customer=`` chooses whose order it is."""

    def _form(self, data=None, files=None) -> PurchaseOrderForm:
        pk = parameters.key(self.request.GET, "customer")
        seen = Customer.objects.visible_to(self.request.user)
        customer = get_object_or_404(seen, pk=pk) if pk is not None else None
        return PurchaseOrderForm(data, files, by=self.request.user, of_draft=False, customer=customer)

    def _order_of(self, form: PurchaseOrderForm, document: Document) -> Order:
        by = self.request.user
        customer = form.cleaned_data["customer"] or self._named(document)
        if customer.why_no_order:
            raise ValidationError({"customer": customer.why_no_order})
        token = form.cleaned_data["submit_token"]
        upload = form.cleaned_data["file"]
        return read_into_new_draft(document=document, customer=customer, upload=upload, by=by, token=token)

    def _named(self, document: Document) -> Customer:
        try:
            return customer_of(document, by=self.request.user)
        except ValidationError as error:
            raise ValidationError({"customer": error}) from error


class ReadIntoDraft(_ReadView):
    """Adds the lines of a file to a draft."""

    def dispatch(self, request, *args, **kwargs):
        demand(may_write_orders(request.user))
        orders = Order.objects.visible_to(request.user).select_related("customer")
        self.order = order = get_object_or_404(orders, pk=kwargs["pk"])
        if not order.is_draft:
            messages.error(request, str(NotADraft(order)))
            return see_other(order)
        return super().dispatch(request, *args, **kwargs)

    def _form(self, data=None, files=None) -> PurchaseOrderForm:
        return PurchaseOrderForm(data, files, by=self.request.user, of_draft=True)

    def _order_of(self, form: PurchaseOrderForm, document: Document) -> Order:
        assert self.order, "dispatch has looked for it"
        upload = form.cleaned_data["file"]
        return read_into_draft(order=self.order, document=document, upload=upload, by=self.request.user)


@require_POST
def checked(request, pk: int) -> HttpResponse:
    """Takes the marks from a draft that was read from a file: somebody has compared them with it."""
    order = get_object_or_404(Order.objects.visible_to(request.user), pk=pk)
    demand(may_write_orders(request.user))
    if not order.is_draft:
        messages.error(request, str(NotADraft(order)))
        return see_other(order)
    check_read(order=order, by=request.user)
    messages.success(request, _("The marks are gone; the file stays with the order."))
    return see_other("orders:edit", order.pk)
