"""The pages of customers: list, file, and the form that opens or changes a file."""

from copy import copy
from dataclasses import asdict, replace
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.http import require_GET
from django.views.generic import DetailView

from accounts.ownership import following
from accounts.requests import PersonRequest
from accounts.rights import demand
from core import parameters, typed
from core.autosave import saved
from core.buttons import buttons_for
from core.columns import ChoiceColumn, Column, GradeColumn, LinkColumn, MoneyColumn, StatusColumn
from core.events import Entry, timeline_of, verbs_without_money
from core.http import render_invalid, see_other
from core.interrupted import take_up
from core.listing import ListPage
from core.stale import Stale
from core.submitted import SentOtherwise, renew_token
from core.table import Heading
from customers import rights
from customers.completeness import missing_in_file
from customers.conflicts import differences
from customers.credit_code import tidy_code
from customers.duplicates import Likeness, likely_duplicates, with_access
from customers.filters import CustomerFilter, UnassignedFilter
from customers.forms import CustomerForm
from customers.models import Contact, Customer
from customers.places import Place, cities_of, districts_of, tidy_place, without_foreign_parts
from customers.services import PLACE, create_customer, opened_with, refuse_another_file, update_customer
from customers.shortname import propose_short_name
from customers.statuses import Cooperation, CustomerType
from customers.verbs import MOST_AT_ONCE

# What the columns read: a file has many times as many fields.
LISTED = (
    *("short_name", "number", "grade", "name", "name_pinyin", "province", "city", "status"),
    *("customer_type", "cooperation", "annual_amount", "overdue_amount"),
    *("owner__name", "owner__username"),
)
#: The box with which a manager chooses files to be given to somebody.
CHOICE = ChoiceColumn("customer", _("Choose"), "pk", css="card-choice")
SUGGESTIONS = 12
SHOWN_EVENTS = 50
SHOWN_CHANGES = 8
FORM = "customers/customer_form.html"


def cooperation(customer: Customer) -> tuple[str, str]:
    """Its type, in the colour of whether it still cooperates; who fell silent is called that."""
    state = Cooperation(customer.cooperation)
    label = state.label if state == Cooperation.DORMANT else CustomerType(customer.customer_type).label
    return state.family, str(label)


def overdue(customer: Customer) -> Decimal | None:
    """What is overdue (元, with tax); nothing is no figure."""
    return customer.overdue_amount or None


class CustomerList(ListPage):
    """The files a person may see."""

    request: PersonRequest

    template_name = "customers/customer_list.html"
    filterset_class = CustomerFilter
    title = _("Customers")
    export_key = import_key = "customers"
    search_hint = _("Number, name, contact, phone, pinyin")
    empty_title = _("No customers yet")
    empty_text = _("A customer file holds whom we serve: contacts, address, terms and invoice data.")
    new_label = _("New customer")
    columns: tuple[Column, ...] = (
        LinkColumn("short_name", _("Customer"), css="card-top", sort="name_pinyin"),
        Column("number", _("Customer number"), css="card-middle-end", sort="id"),
        GradeColumn("grade", _("Grade"), css="card-top-end"),
        Column("name", _("Customer name"), css="card-middle"),
        Column("contact", _("Contact"), lambda row: row.primary_contact, css="only-desk"),
        Column("phone", _("Office phone"), lambda row: getattr(row.primary_contact, "phone", ""), css="only-desk"),
        Column("place", _("Province and city"), lambda row: row.province_and_city, css="only-desk"),
        StatusColumn("cooperation", _("Cooperation"), cooperation, css="card-foot-middle"),
        MoneyColumn("annual_amount", _("Twelve months (元)"), css="only-desk", sort="annual_amount", price=True),
        MoneyColumn("overdue", _("Overdue (元)"), overdue, css="only-desk", price=True),
        Column("owner", _("Owner"), lambda row: row.owner or gettext("Unassigned"), css="card-foot-end"),
        StatusColumn("status", _("Status"), lambda row: (row.status_family, row.status_label), css="card-foot"),
    )

    def dispatch(self, request, *args, **kwargs):
        demand(rights.may_read_customers(request.user))
        self.new_url = reverse("customers:new") if rights.may_keep(request.user) else ""
        return super().dispatch(request, *args, **kwargs)

    def shown_columns(self):
        chosen = (CHOICE,) if rights.may_choose_owner(self.request.user) else ()
        return [*chosen, *super().shown_columns()]

    def get_context_data(self, **kwargs):
        owners = rights.owners_for(self.request.user) if rights.may_choose_owner(self.request.user) else None
        return super().get_context_data(**kwargs, owners=owners, most_at_once=MOST_AT_ONCE)

    def get_queryset(self):
        primary = Contact.objects.filter(is_primary=True).only("customer", "name", "job_title", "phone", "is_primary")
        files = Customer.objects.visible_to(self.request.user).select_related("owner").only(*LISTED)
        return files.prefetch_related(Prefetch("contacts", primary))


class UnassignedList(CustomerList):
    """The files that nobody looks after, the oldest first, to be given to reps many at a time."""

    template_name = "customers/unassigned.html"
    filterset_class = UnassignedFilter
    title = _("Unassigned customers")
    export_key, import_key = "unassigned-customers", ""
    default_sort = "id"
    empty_title = _("Every customer has an owner")
    empty_text = _(
        "Customers that come without an owner, mostly from an import, and those whose owner has left, "
        "wait here to be given to a representative."
    )
    columns = tuple(column for column in CustomerList.columns if column.key != "status")
    rows_lead = False

    def dispatch(self, request, *args, **kwargs):
        demand(rights.may_choose_owner(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        return super().get_queryset().unattended()

    def headings(self, sort):
        return [Heading(column) for column in self.shown_columns()]

    def get_context_data(self, **kwargs):
        self.new_url = ""  # what is opened by hand has an owner
        return super().get_context_data(**kwargs)


class CustomerDetail(DetailView):
    """One file: what we know, who is responsible, what happened."""

    request: PersonRequest

    template_name = "customers/customer_detail.html"
    context_object_name = "customer"

    def get_queryset(self):
        files = Customer.objects.visible_to(self.request.user).prefetch_related("contacts")
        return files.select_related("owner", "payment_terms", "referred_by")

    def get(self, request, *args, **kwargs):
        try:
            return super().get(request, *args, **kwargs)
        except Http404:
            merged = _merged_file(request, kwargs["pk"])
        messages.info(request, merged.why_merged)
        return see_other(merged.successor)

    def get_context_data(self, **kwargs):
        user, customer = self.request.user, self.object
        return super().get_context_data(
            **kwargs,
            may_keep=rights.may_keep(user),
            owners=rights.owners_for(user) if rights.may_choose_owner(user) else None,
            following=following(customer) if rights.may_choose_owner(user) else (),
            buttons=buttons_for(customer, user),
            typed=typed.recall(self.request, customer),
            missing=missing_in_file(customer),
            may_set_limit=rights.may_set_limit(user),
            grade_changes=customer.grade_changes.select_related("by", "came_from")[:SHOWN_CHANGES],
            own_limit=customer.own_limit_on(timezone.localdate()),
            events=_history(customer) if user.sees_prices else _steps(customer),
        )


def _merged_file(request, pk: int) -> Customer:
    """The file that was merged into one that this person may see; raises Http404 when it is none such."""
    return get_object_or_404(Customer.objects.led_on(request.user), pk=pk)


def _history(customer: Customer, verbs: list[str] | None = None) -> list[Entry]:
    """The file's history, among it that of the files that were merged into it."""
    merged = dict(customer.absorbed.values_list("pk", "number")) if customer.former_names else {}
    return timeline_of(customer, SHOWN_EVENTS, verbs, besides=merged)


def _steps(customer: Customer) -> list[Entry]:
    """The file's history for who sees no prices: without the reasons and changes, which speak of credit and terms."""
    steps = _history(customer, verbs_without_money(Customer))
    return [replace(entry, note="", changes=[]) for entry in steps]


class NewCustomer(View):
    """Opens a file."""

    takes_up = True
    request: PersonRequest

    def dispatch(self, request, *args, **kwargs):
        demand(rights.may_keep(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        return render(request, FORM, {"form": CustomerForm(take_up(request), by=request.user)})

    def post(self, request):
        form = CustomerForm(request.POST, by=request.user)
        valid = form.is_valid()
        # Asked after the checks: what a first click opened meanwhile would look like a duplicate to them.
        first = opened_with(form.cleaned_data.get("submit_token"), request.user)
        if customer := self._same(form, first) if first else self._open(form) if valid else None:
            messages.success(request, gettext("The file %(number)s is open.") % {"number": customer.number})
            token = str(form.data.get("submit_token", ""))
            return saved(see_other(customer), person=request.user, page=request.path, form=token)
        return render_invalid(request, FORM, {"form": form})

    def _same(self, form: CustomerForm, first: Customer) -> Customer | None:
        """The file of the first click, if this one says the same."""
        owner = rights.owner_of_new(self.request.user, form.cleaned_data.get("owner"))
        try:
            if form.contacts.is_valid():
                refuse_another_file(first, form.written(), form.contact_inputs(), owner, self.request.user)
                return first
        except SentOtherwise as refused:
            form.add_error(None, refused)
            renew_token(form, "submit_token")
        return None

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

    takes_up = True
    request: PersonRequest

    def dispatch(self, request, *args, **kwargs):
        seen = Customer.objects.visible_to(request.user).filter(pk=kwargs["pk"]).first()
        self.customer = seen or _merged_file(request, kwargs["pk"])
        demand(rights.may_keep(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, pk):
        if self.customer.merged_into_id:
            return see_other(self.customer)
        return render(request, FORM, {"form": self._form(take_up(request)), "customer": self.customer})

    def post(self, request, pk):
        form = self._form(request.POST)
        if form.is_valid() and self._change(form):
            messages.success(request, gettext("Saved."))
            return saved(see_other(self.customer), person=request.user, page=request.path)
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
        except Stale as stale:
            form.go_on_from(stale.current, differences(stale.current, values, contacts))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return True
        return False


@require_GET
def suggest(request):
    """Type-ahead over the active customers: ``{"results": [{"value", "text", "meta", "grade", "name", …}]}``."""
    demand(rights.may_read_customers(request.user))
    found = Customer.objects.visible_to(request.user).open().matching(parameters.searched(request.GET))
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
def alike(request):
    """The files that are alike by what stands in one box (``box``) of the form, for htmx; empty when there are none."""
    demand(rights.may_keep(request.user))
    box = parameters.text(request.GET, "box")
    value = parameters.searched(request.GET, box)
    found: list[Likeness] = []
    besides = parameters.key(request.GET, "customer")
    if value:
        found = likely_duplicates(besides=besides, **_said_in(box, value, request.GET))
    context = {"alike": with_access(found, request.user), "merged": rights.may_merge(request.user) and besides}
    return render(request, "customers/_alike.html", context)


def _said_in(box: str, value: str, data) -> dict:
    """What a box says of a file, as ``likely_duplicates`` takes it; a box of a contact is called contacts-0-phone."""
    if box == "credit_code":
        return {"credit_code": tidy_code(value)}
    if box == "name":
        return {"name": value, "regions": [parameters.text(data, part) for part in PLACE[:-1]]}
    return {"phones": [value]}


@require_GET
def short_name(request):
    """The short name box with a proposal in it, for htmx; 204 when something stands in the box already."""
    demand(rights.may_keep(request.user))
    regions = [parameters.text(request.GET, part) for part in PLACE[:-1]]
    proposal = propose_short_name(parameters.text(request.GET, "name"), regions)
    if not proposal or parameters.text(request.GET, "short_name"):
        return HttpResponse(status=204)
    form = CustomerForm(by=request.user)
    form.initial["short_name"] = proposal
    return HttpResponse(form["short_name"])


@require_GET
def place(request):
    """A place as the file would keep it, and what can be chosen in it: ``{"province", …, "cities", "districts"}``.

    After another province or city was chosen (``changed``), what lies elsewhere is taken away.
    """
    demand(rights.may_keep(request.user))
    found = tidy_place(Place(*(parameters.text(request.GET, part) for part in PLACE)))
    if parameters.choice(request.GET, "changed", PLACE[:2]):
        found = tidy_place(without_foreign_parts(found))
    cities, districts = cities_of(found.province), districts_of(found.province, found.city)
    return JsonResponse({**asdict(found), "cities": cities, "districts": districts})
