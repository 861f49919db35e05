"""The pages of customers: list, file, and the form that opens or changes a file."""

from copy import copy

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.http import require_GET
from django.views.generic import DetailView

from core import typed
from core.columns import Column
from core.events import timeline_of
from core.http import render_invalid, see_other
from core.listing import ListPage
from customers import rights
from customers.buttons import buttons_for
from customers.completeness import missing_in_file
from customers.conflicts import differences
from customers.filters import CustomerFilter, UnassignedFilter
from customers.forms import CustomerForm
from customers.models import Customer
from customers.services import StaleCustomer, create_customer, opened_with, update_customer
from customers.shortname import propose_short_name

SUGGESTIONS = 12
SHOWN_EVENTS = 50
FORM = "customers/customer_form.html"


class CustomerList(ListPage):
    """The files a person may see."""

    filterset_class = CustomerFilter
    title = _("Customers")
    export_key = import_key = "customers"
    search_hint = _("Number, name, contact, phone, pinyin")
    empty_title = _("No customers yet")
    empty_text = _("A customer file holds whom we serve: contacts, address, terms and invoice data.")
    new_label = _("New customer")
    columns: tuple[Column, ...] = (
        Column("short_name", _("Customer"), kind="link", css="c-id", sort="name_pinyin"),
        Column("number", _("Customer number"), css="c-due", sort="id"),
        Column("grade", _("Grade"), kind="grade", css="c-amt"),
        Column("name", _("Customer name"), css="c-cust"),
        Column("contact", _("Contact"), lambda row: row.primary_contact, css="c-date"),
        Column("phone", _("Office phone"), lambda row: getattr(row.primary_contact, "phone", ""), css="c-date"),
        Column("place", _("Province and city"), lambda row: f"{row.province} {row.city}".strip(), css="c-date"),
        Column("owner", _("Owner"), lambda row: row.owner or gettext("Unassigned"), css="c-who"),
        Column("status", _("Status"), lambda row: (row.status_family, row.status_label), "status", "c-st"),
    )

    def dispatch(self, request, *args, **kwargs):
        rights.demand(rights.may_read(request.user))
        self.new_url = reverse("customers:new") if rights.may_keep(request.user) else ""
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        return Customer.objects.visible_to(self.request.user).select_related("owner").prefetch_related("contacts")


class UnassignedList(CustomerList):
    """The files that nobody owns yet, the oldest first, to be given to reps many at a time."""

    template_name = "customers/unassigned.html"
    filterset_class = UnassignedFilter
    title = _("Unassigned customers")
    export_key, import_key = "unassigned-customers", ""
    default_sort = "id"
    empty_title = _("Every customer has an owner")
    empty_text = _(
        "Customers that come without an owner, mostly from an import, wait here to be given to a representative."
    )
    columns = tuple(column for column in CustomerList.columns if column.key not in {"owner", "status"})

    def dispatch(self, request, *args, **kwargs):
        rights.demand(rights.may_choose_owner(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        return super().get_queryset().open().filter(owner=None)

    def get_context_data(self, **kwargs):
        self.new_url = ""  # what is opened by hand has an owner
        return super().get_context_data(**kwargs, owners=rights.owners_for(self.request.user))


class CustomerDetail(DetailView):
    """One file: what we know, who is responsible, what happened."""

    template_name = "customers/customer_detail.html"
    context_object_name = "customer"

    def get_queryset(self):
        files = Customer.objects.visible_to(self.request.user).prefetch_related("contacts")
        return files.select_related("owner", "payment_terms", "referred_by")

    def get_context_data(self, **kwargs):
        user, customer = self.request.user, self.object
        return super().get_context_data(
            **kwargs,
            may_keep=rights.may_keep(user),
            owners=rights.owners_for(user) if rights.may_choose_owner(user) else None,
            buttons=buttons_for(customer, user),
            typed=typed.recall(self.request, customer),
            missing=missing_in_file(customer),
            events=timeline_of(customer, limit=SHOWN_EVENTS),
        )


class NewCustomer(View):
    """Opens a file."""

    def dispatch(self, request, *args, **kwargs):
        rights.demand(rights.may_keep(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        return render(request, FORM, {"form": CustomerForm(by=request.user)})

    def post(self, request):
        form = CustomerForm(request.POST, by=request.user)
        valid = form.is_valid()
        # Asked after the checks: what a first click opened meanwhile would look like a duplicate to them.
        customer = opened_with(form.data.get("submit_token")) or (self._open(form) if valid else None)
        if customer:
            messages.success(request, gettext("The file %(number)s is open.") % {"number": customer.number})
            return see_other(customer)
        return render_invalid(request, FORM, {"form": form})

    def _open(self, form: CustomerForm) -> Customer | None:
        try:
            return create_customer(
                values=form.values(),
                contacts=form.contact_inputs(),
                by=self.request.user,
                owner=form.cleaned_data.get("owner"),
                token=form.cleaned_data["submit_token"],
            )
        except ValidationError as error:
            form.add_error(None, error)
            return None


class EditCustomer(View):
    """Changes a file; somebody else's change meanwhile is shown beside what was typed."""

    def dispatch(self, request, *args, **kwargs):
        self.customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=kwargs["pk"])
        rights.demand(rights.may_keep(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, pk):
        return render(request, FORM, {"form": self._form(), "customer": self.customer})

    def post(self, request, pk):
        form = self._form(request.POST)
        if form.is_valid() and self._change(form):
            messages.success(request, gettext("Saved."))
            return see_other(self.customer)
        return render_invalid(request, FORM, {"form": form, "customer": self.customer})

    def _form(self, data=None) -> CustomerForm:
        # A copy, because the form writes into its instance and the page shows the stored one.
        return CustomerForm(data, by=self.request.user, instance=copy(self.customer))

    def _change(self, form: CustomerForm) -> bool:
        values, contacts = form.values(), form.contact_inputs()
        version = form.cleaned_data["version"]
        try:
            update_customer(
                customer=self.customer, values=values, contacts=contacts, by=self.request.user, version=version
            )
        except StaleCustomer as stale:
            form.go_on_from(stale.current, differences(stale.current, values, contacts))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return True
        return False


@require_GET
def suggest(request):
    """Type-ahead over the active customers: ``{"results": [{"value", "text", "meta", "grade", "name", …}]}``."""
    rights.demand(rights.may_read(request.user))
    found = Customer.objects.visible_to(request.user).open().matching(request.GET.get("q", ""))
    rows = found.prefetch_related("contacts").order_by("name_pinyin", "id")[:SUGGESTIONS]
    return JsonResponse({"results": [_suggestion(customer) for customer in rows]})


def _suggestion(customer: Customer) -> dict:
    return {
        "value": customer.pk,
        "text": f"{customer.short_name} · {customer.number}",
        "meta": f"{customer.grade} · {customer.name}",
        "grade": customer.grade,
        "name": customer.name,
        "contact": str(customer.primary_contact or ""),
    }


@require_GET
def short_name(request):
    """The short name box with a proposal in it, for htmx; 204 when something stands in the box already."""
    rights.demand(rights.may_keep(request.user))
    regions = [request.GET.get(part, "") for part in ("province", "city", "district")]
    proposal = propose_short_name(request.GET.get("name", ""), regions)
    if not proposal or request.GET.get("short_name", "").strip():
        return HttpResponse(status=204)
    form = CustomerForm(by=request.user)
    form.initial["short_name"] = proposal
    return HttpResponse(form["short_name"])
