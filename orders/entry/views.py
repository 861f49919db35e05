"""Order entry: the page on which orders are written, and what it asks the server while somebody types."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import DateField
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import PersonRequest
from accounts.rights import demand
from core import parameters
from core.autosave import keep, saved
from core.http import render_invalid, see_other, typed_in
from core.interrupted import take_up
from core.stale import Stale
from core.templatetags.ui import money, percent, price, quantity
from core.workflow import Refused, take
from customers.fields import CustomerField
from customers.models import Customer
from orders.entry.draft import (
    DraftRefused,
    NotADraft,
    NotReady,
    save_and_submit,
    save_draft,
)
from orders.entry.forms import OrderForm, brought_by, first_values, form_of
from orders.entry.grid import Row, copies_of, read_grid, rows_of
from orders.entry.page import BLANK_ROWS, EntryPage, Sums, chosen_terms, due_words, sums_of
from orders.entry.suggestions import (
    Suggestion,
    agreed_offer,
    deal_offer,
    offer_agreed_prices,
    offer_last_prices,
    offer_list_prices,
    products_for,
)
from orders.models import Order
from orders.number_input import plain_figure, plain_price
from orders.rights import may_write_orders
from products.models import Product

PAGE = "orders/order_entry.html"
REVIEW = "approvals:review"


class EntryView(View):
    """What writing a new order and editing a draft have in common: the post with its verbs."""

    takes_up = True  # what was typed before a login comes back here
    request: PersonRequest
    order: Order | None = None
    template = PAGE
    form_class = OrderForm
    page_class = EntryPage

    def dispatch(self, request, *args, **kwargs):
        demand(may_write_orders(request.user))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, **kwargs) -> HttpResponse:
        if posted := take_up(request):
            request.POST = posted
            self._say_whether_changed_since()
            return render(request, self.template, self._typed_again().context())
        return render(request, self.template, self._first_page().context())

    def _first_page(self) -> EntryPage:
        raise NotImplementedError

    def _say_whether_changed_since(self) -> None:
        """What was typed into an older state of the draft takes nobody's place by itself."""
        seen = parameters.key(self.request.POST, "version")
        if self.order and seen is not None and seen != self.order.version:
            sentence = _("This draft was saved again after you typed this. When you save, both are shown first.")
            messages.warning(self.request, sentence)

    def post(self, request, **kwargs) -> HttpResponse:
        if "use_customer" in request.POST:
            return self._use_customer()
        if "add_rows" in request.POST:
            return render(request, self.template, self._typed_again().context())
        page = self._typed_page()
        submitting = "save" not in request.POST
        if page.form.can_be_kept and not (page.mistakes if submitting else page.general_mistakes):
            return self._keep(page)
        if submitting:
            page.mark_missing()
        return self._refuse(page, submitting)

    # ---- reading what was typed ----

    def _typed_page(self) -> EntryPage:
        customer = self._customer()
        form = self.form_class(self.request.POST, instance=self._instance(), by=self.request.user, customer=customer)
        return self.page_class(self.request.user, self.order, form, self._typed_rows(customer))

    def _instance(self) -> Order:
        """What the boxes say that nobody has typed in."""
        return self.order or Order()

    def _typed_again(self, **changes: Any) -> EntryPage:
        """The page with what was typed, nothing judged and nothing stored; five more rows when they are asked for."""
        customer = changes.pop("customer", None) or self._customer()
        initial = {**self.request.POST.dict(), **changes}
        form = self.form_class(instance=self._instance(), initial=initial, by=self.request.user, customer=customer)
        filled = self._typed_rows(customer)
        offer_last_prices(filled, self.request.user, customer)
        blank = len(read_grid(self.request.POST)) - len(filled)
        blanks = blank + BLANK_ROWS if "add_rows" in self.request.POST else BLANK_ROWS
        return self.page_class(self.request.user, self.order, form, filled, blanks=blanks)

    def _typed_rows(self, customer: Customer | None) -> list[Row]:
        """The rows in which something was typed, numbered as lines will be, each with the price that is agreed."""
        known = self.order.current_lines().values_list("product_id", "name") if self.order else ()
        rows = [row for row in read_grid(self.request.POST, known) if not row.is_blank]
        for number, row in enumerate(rows, start=1):
            row.number = number
        offer_agreed_prices(rows, self.request.user, customer, typed_day(self.request.POST))
        return rows

    def _customer(self) -> Customer | None:
        if self.order and self.order.number:
            return self.order.customer
        return typed_customer(self.request)

    def _use_customer(self) -> HttpResponse:
        """Another customer was chosen: contact, address and terms start anew, everything else stays."""
        customer = self._customer()
        if customer is None or customer.why_no_order:
            page = self._typed_page()
            page.form.is_valid()
            page.mark([("customer", customer.why_no_order)] if customer else [])
            return render_invalid(self.request, self.template, page.context())
        again = self._typed_again(customer=customer, **brought_by(customer))
        return render(self.request, self.template, again.context())

    # ---- keeping it ----

    def _keep(self, page: EntryPage) -> HttpResponse:
        submitting = "save" not in self.request.POST
        verb = save_and_submit if submitting else save_draft
        try:
            order = verb(
                order=self.order,
                header=page.form.header(),
                lines=[row.as_input() for row in page.rows],
                by=self.request.user,
                token=page.form.sent_token if self.order is None else None,
                version=page.form.sent_version,
            )
        except NotADraft as refused:
            return self._refuse_and_keep(refused)
        except Stale as stale:
            page.show_conflict(stale)
        except DraftRefused as refused:
            page.mark_refusal(refused)
        except NotReady as refused:
            page.mark(refused.missing)
        except Refused as refused:
            page.headline = str(refused)
        else:
            token = str(page.form.sent_token or "") if self.order is None else ""
            return saved(
                self._done(order, page.faulty_cells), person=self.request.user, page=self.request.path, form=token
            )
        return self._refuse(page, submitting)

    def _refuse_and_keep(self, refused: NotADraft) -> HttpResponse:
        """Leads to the order; what was typed is offered should it become a draft again."""
        page, person = reverse("orders:edit", args=[refused.order.pk]), self.request.user
        keep(person=person, page=page, form="", entries=typed_in(self.request.POST))
        sentence = _("What you typed is kept: it is offered to you when the order is a draft again.")
        messages.error(self.request, f"{refused} {sentence}")
        return see_other(refused.order)

    def _refuse(self, page: EntryPage, submitting: bool) -> HttpResponse:
        if page.mistakes and not page.headline:
            page.headline = _("It cannot be submitted yet,") if submitting else _("It is not saved yet,")
        return render_invalid(self.request, self.template, page.context())

    def _stay(self, order: Order, faulty: int) -> JsonResponse:
        """For a script that has saved and lets the person type on."""
        return JsonResponse(
            {
                "url": reverse("orders:edit", args=[order.pk]),
                "version": order.version,
                "title": _("Edit order"),
                "sentence": _said_of(order, faulty),
            }
        )

    def _done(self, order: Order, faulty: int) -> HttpResponse:
        if order.is_draft and "stay" in self.request.POST:
            return self._stay(order, faulty)
        if order.is_draft and faulty:
            messages.warning(self.request, _said_of(order, faulty))
            return see_other("orders:edit", order.pk)
        if order.is_draft:
            messages.success(self.request, _said_of(order, faulty))
        else:
            messages.success(self.request, _("%(order)s is submitted for review.") % {"order": order})
        if "submit_approve" in self.request.POST:
            try:
                take(order, "rep_approve", by=self.request.user)
            except Refused as refused:
                # A check forbids it: the review page says so.
                messages.error(self.request, str(refused))
                return see_other(REVIEW, order.pk)
            messages.success(self.request, _("The first review is passed."))
        return see_other(order)


def _said_of(order: Order, faulty: int) -> str:
    """That the draft is saved, and how many of its cells are still to be mended."""
    sentence = ngettext(
        "%(order)s is saved as typed. %(count)s cell must be mended before it can be submitted.",
        "%(order)s is saved as typed. %(count)s cells must be mended before it can be submitted.",
        faulty,
    )
    return (sentence if faulty else _("%(order)s is saved.")) % {"order": order, "count": faulty}


class OrderNew(EntryView):
    """A new order: ``?customer=`` fills in what the customer brings, ``?like=`` copies the lines of another order."""

    def _first_page(self) -> EntryPage:
        request = self.request
        like_pk = parameters.key(request.GET, "like")
        orders = Order.objects.visible_to(request.user)
        like = get_object_or_404(orders, pk=like_pk) if like_pk is not None else None
        customer_pk = parameters.key(request.GET, "customer")
        if customer_pk is None and like:
            customer_pk = like.customer_id
        customers = Customer.objects.visible_to(request.user)
        customer = get_object_or_404(customers, pk=customer_pk) if customer_pk is not None else None
        form = OrderForm(instance=Order(), initial=first_values(customer), by=request.user, customer=customer)
        rows = copies_of(like.current_lines().select_related("product")) if like else []
        offer_agreed_prices(rows, request.user, customer, timezone.localdate())
        offer_list_prices(rows)
        page = EntryPage(request.user, None, form, rows)
        if customer and customer.why_no_order:
            page.headline = customer.why_no_order
        return page


class OrderEdit(EntryView):
    """A draft, opened again."""

    def dispatch(self, request, *args, **kwargs):
        demand(may_write_orders(request.user))
        orders = Order.objects.visible_to(request.user).select_related("customer", "contact", "payment_terms")
        self.order = order = get_object_or_404(orders, pk=kwargs["pk"])
        if not order.is_draft and request.method == "POST" and not self._is_whole():
            return self._refuse_and_keep(NotADraft(order))
        if not order.is_draft and request.method != "POST":
            messages.error(request, str(NotADraft(order)))
            return see_other(order)
        return super().dispatch(request, *args, **kwargs)

    def _is_whole(self) -> bool:
        """Whether a form was sent that can be compared with what the order says by now."""
        page = self._typed_page()
        is_sent = not {"use_customer", "add_rows"} & self.request.POST.keys()
        return is_sent and page.form.is_valid() and not page.mistakes

    def _first_page(self) -> EntryPage:
        assert self.order, "dispatch has looked for it"
        order, customer = self.order, self.order.customer
        form = form_of(order, by=self.request.user)
        rows = rows_of(order.current_lines().select_related("product"))
        offer_agreed_prices(rows, self.request.user, customer, order.order_date)
        offer_last_prices(rows, self.request.user, customer)
        return EntryPage(self.request.user, order, form, rows)


def typed_customer(request) -> Customer | None:
    """The customer in the posted box, if it is one that this person sees."""
    try:
        return CustomerField(Customer.objects.visible_to(request.user)).to_python(
            parameters.text(request.POST, "customer")
        )
    except ValidationError:
        return None


def typed_day(typed: QueryDict) -> date:
    """The order date in the box, today as long as none can be read there."""
    try:
        return DateField().to_python(parameters.text(typed, "order_date")) or timezone.localdate()
    except ValidationError:
        return timezone.localdate()


# ---- what the page asks while somebody types -------------------------------------------------------------------------


@require_GET
def suggest_products(request) -> JsonResponse:
    """Type-ahead over products on sale: ``{"results": […]}`` with list price, agreed price and the customer's last."""
    demand(may_write_orders(request.user))
    pk = parameters.key(request.GET, "customer")
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk) if pk is not None else None
    found = products_for(request.user, parameters.searched(request.GET), customer, typed_day(request.GET))
    return JsonResponse({"results": [_suggestion(each) for each in found]})


def _suggestion(found: Suggestion) -> dict[str, Any]:
    product, deal = found.product, found.deal
    agreed = agreed_offer(found.agreement) if found.agreement else None
    return {
        "id": product.pk,
        "code": product.code,
        "name": product.name,
        "specification": product.specification,
        "unit": product.unit,
        "list_price": plain_price(product.list_price),
        "tax_rate": plain_figure(product.tax_rate),
        "lead_time": product.lead_time,
        "on_hand": quantity(product.on_hand) if product.keeps_stock else None,
        "last_price": plain_price(deal.unit_price) if deal else None,
        "last_price_when": deal.order.order_date.isoformat() if deal else None,
        "about": _about(product),
        "price": f"{agreed.label} {price(agreed.price)}" if agreed else price(product.list_price),
        "agreed": agreed.as_json if agreed else None,
        "offer": deal_offer(deal).as_json if deal else None,
    }


def _about(product: Product) -> str:
    """Stock and lead time in a few words."""
    words = []
    if product.keeps_stock:
        free = {"count": quantity(max(product.available, Decimal(0))), "unit": product.unit}
        words.append(_("%(count)s %(unit)s available") % free)
    if product.lead_time:
        words.append(_("lead time %(days)s days") % {"days": product.lead_time})
    return " · ".join(words)


@require_POST
def totals(request) -> JsonResponse:
    """The posted grid, computed: per line amount, mistakes and what the product fills in; sums and instalments."""
    demand(may_write_orders(request.user))
    rows = read_grid(request.POST)
    customer = typed_customer(request)
    offer_agreed_prices(rows, request.user, customer, typed_day(request.POST))
    offer_last_prices([row for row in rows if "product" in row.filled], request.user, customer)
    return computed(rows, sums_of(rows, chosen_terms(parameters.text(request.POST, "payment_terms"))))


def computed(rows: list[Row], sums: Sums) -> JsonResponse:
    """The answer to a posted grid: what the page shows live."""
    instalments = [
        {
            "position": part.position,
            "trigger": part.get_trigger_display(),
            "due": due_words(part),
            "percent": percent(part.percent),
            "amount": money(part.amount),
        }
        for part in sums.instalments
    ]
    return JsonResponse(
        {
            "lines": [_line(row) for row in rows if not row.is_blank],
            "net": money(sums.amounts.net),
            "tax": money(sums.amounts.tax),
            "gross": money(sums.amounts.gross),
            "capitals": sums.capitals,
            "left_out": sums.left_out,
            "instalments": instalments,
        }
    )


def _line(row: Row) -> dict[str, Any]:
    return {
        "key": row.key,
        "net": money(row.amounts.net if row.is_priced else None),
        "faults": {cell: {"sentence": f.sentence, "mends": f.mends} for cell, f in row.faults.items()},
        "missing": row.missing,
        "hint": row.hint,
        "filled": row.filled,
        "agreed": row.agreed.as_json if row.agreed else None,
        "offer": row.offer.as_json if row.offer else None,
    }
