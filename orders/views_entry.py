"""Order entry: the page on which orders are written, and what it asks the server while somebody types."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_GET, require_POST

from core.http import render_invalid, see_other
from core.templatetags.ui import money, percent, price, quantity
from core.workflow import Refused, take
from customers.fields import CustomerField
from customers.models import Customer
from orders.entry import (
    DraftRefused,
    NotADraft,
    NotReady,
    StaleDraft,
    may_write_orders,
    save_and_submit,
    save_draft,
)
from orders.entry_page import BLANK_ROWS, EntryPage, Sums, chosen_terms, due_words, sums_of
from orders.figures import plain_figure, plain_price
from orders.forms import OrderForm, brought_by, first_values
from orders.grid import Offer, Row, copies_of, read_grid, rows_of
from orders.models import Order, OrderLine
from orders.suggestions import deal_offer, offer_last_prices, offer_list_prices, products_for
from products.models import Product

PAGE = "orders/order_entry.html"
REVIEW = "approvals:review"


def demand_writer(user) -> None:
    """Raises PermissionDenied for a role that writes no orders."""
    if not may_write_orders(user):
        raise PermissionDenied(_("Your role may not do this."))


class EntryView(View):
    """What writing a new order and editing a draft have in common: the post with its verbs."""

    order: Order | None = None

    def dispatch(self, request, *args, **kwargs):
        demand_writer(request.user)
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, **kwargs) -> HttpResponse:
        if "use_customer" in request.POST:
            return self._use_customer()
        if "add_rows" in request.POST:
            return render(request, PAGE, self._typed_again().context())
        page = self._typed_page()
        if page.form.is_valid() and not page.mistakes:
            return self._keep(page)
        if submitting := "save" not in request.POST:
            page.mark_missing()
        return self._refuse(page, submitting)

    # ---- reading what was typed ----

    def _typed_page(self) -> EntryPage:
        form = OrderForm(
            self.request.POST, instance=self.order or Order(), by=self.request.user, customer=self._customer()
        )
        return EntryPage(self.request.user, self.order, form, self._typed_rows())

    def _typed_again(self, **changes: Any) -> EntryPage:
        """The page with what was typed, nothing judged and nothing stored; five more rows when they are asked for."""
        customer = changes.pop("customer", None) or self._customer()
        initial = {**self.request.POST.dict(), **changes}
        form = OrderForm(instance=self.order or Order(), initial=initial, by=self.request.user, customer=customer)
        filled = self._typed_rows()
        blank = len(read_grid(self.request.POST)) - len(filled)
        blanks = blank + BLANK_ROWS if "add_rows" in self.request.POST else BLANK_ROWS
        return EntryPage(self.request.user, self.order, form, filled, blanks=blanks)

    def _typed_rows(self) -> list[Row]:
        """The rows in which something was typed, numbered as lines will be."""
        known = self.order.current_lines().values_list("product_id", "name") if self.order else ()
        rows = [row for row in read_grid(self.request.POST, known) if not row.is_blank]
        for number, row in enumerate(rows, start=1):
            row.number = number
        return rows

    def _customer(self) -> Customer | None:
        if self.order and self.order.number:
            return self.order.customer
        return typed_customer(self.request)

    def _use_customer(self) -> HttpResponse:
        """Another customer was chosen: contact, address and terms start anew, everything else stays."""
        customer = self._customer()
        page = self._typed_page()
        if customer is None or customer.why_no_order:
            page.form.is_valid()
            page.mark([("customer", customer.why_no_order)] if customer else [])
            return render_invalid(self.request, PAGE, page.context())
        return render(self.request, PAGE, self._typed_again(customer=customer, **brought_by(customer)).context())

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
            messages.error(self.request, str(refused))
            return see_other(refused.order)
        except StaleDraft as stale:
            page.show_conflict(stale)
        except DraftRefused as refused:
            page.mark_refusal(refused)
        except NotReady as refused:
            page.mark(refused.missing)
        except Refused as refused:
            page.headline = str(refused)
        else:
            return self._done(order)
        return self._refuse(page, submitting)

    def _refuse(self, page: EntryPage, submitting: bool) -> HttpResponse:
        if page.mistakes and not page.headline:
            page.headline = _("It cannot be submitted yet,") if submitting else _("It is not saved yet,")
        return render_invalid(self.request, PAGE, page.context())

    def _done(self, order: Order) -> HttpResponse:
        if order.is_draft:
            messages.success(self.request, _("%(order)s is saved.") % {"order": order})
        else:
            messages.success(self.request, _("%(order)s is submitted for review.") % {"order": order})
        if "submit_approve" not in self.request.POST:
            return see_other(order)
        return self._pass_stage_one(order)

    def _pass_stage_one(self, order: Order) -> HttpResponse:
        """The second half of "submit and pass": when a check forbids it, the review page says so."""
        try:
            take(order, "rep_approve", by=self.request.user)
        except Refused as refused:
            messages.error(self.request, str(refused))
            return see_other(REVIEW, order.pk)
        messages.success(self.request, _("Stage one is passed."))
        return see_other(order)


class OrderNew(EntryView):
    """A new order: ``?customer=`` fills in what the customer brings, ``?like=`` copies the lines of another order."""

    def get(self, request) -> HttpResponse:
        like = self._like()
        customer = self._wanted_customer(like)
        form = OrderForm(instance=Order(), initial=first_values(customer), by=request.user, customer=customer)
        rows = copies_of(like.current_lines().select_related("product")) if like else []
        offer_list_prices(rows)
        page = EntryPage(request.user, None, form, rows)
        if customer and customer.why_no_order:
            page.headline = customer.why_no_order
        return render(request, PAGE, page.context())

    def _like(self) -> Order | None:
        pk = whole_number(self.request.GET.get("like", ""))
        return get_object_or_404(Order.objects.visible_to(self.request.user), pk=pk) if pk is not None else None

    def _wanted_customer(self, like: Order | None) -> Customer | None:
        pk = whole_number(self.request.GET.get("customer", ""))
        if pk is None and like is None:
            return None
        customers = Customer.objects.visible_to(self.request.user)
        return get_object_or_404(customers, pk=like.customer_id if pk is None and like else pk)


class OrderEdit(EntryView):
    """A draft, opened again."""

    def dispatch(self, request, *args, **kwargs):
        demand_writer(request.user)
        orders = Order.objects.visible_to(request.user).select_related("customer", "contact", "payment_terms")
        self.order = get_object_or_404(orders, pk=kwargs["pk"])
        if not self.order.is_draft:
            messages.error(request, str(NotADraft(self.order)))
            return see_other(self.order)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, pk: int) -> HttpResponse:
        customer = self.order.customer
        form = OrderForm(
            instance=self.order, initial={"version": self.order.version}, by=request.user, customer=customer
        )
        rows = rows_of(self.order.current_lines().select_related("product"))
        offer_last_prices(rows, request.user, customer)
        return render(request, PAGE, EntryPage(request.user, self.order, form, rows).context())


def whole_number(text: str) -> int | None:
    """An id as it stands in an address; None for anything else."""
    return int(text) if text.isdecimal() and len(text) < 19 else None


def typed_customer(request) -> Customer | None:
    """The customer in the posted box, if it is one that this person sees."""
    try:
        return CustomerField(Customer.objects.visible_to(request.user)).to_python(request.POST.get("customer", ""))
    except ValidationError:
        return None


# ---- what the page asks while somebody types -------------------------------------------------------------------------


@require_GET
def suggest_products(request) -> JsonResponse:
    """Type-ahead over products on sale: ``{"results": […]}`` with list price and this customer's last one."""
    demand_writer(request.user)
    pk = whole_number(request.GET.get("customer", ""))
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk) if pk is not None else None
    found = products_for(request.user, request.GET.get("q", ""), customer)
    return JsonResponse({"results": [_suggestion(product, deal) for product, deal in found]})


def _suggestion(product: Product, deal: OrderLine | None) -> dict[str, Any]:
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
        "price": price(product.list_price),
        "offer": _offer(deal_offer(deal)) if deal else None,
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
    demand_writer(request.user)
    rows = read_grid(request.POST)
    offer_last_prices([row for row in rows if "product" in row.filled], request.user, typed_customer(request))
    sums = sums_of(rows, chosen_terms(request.POST.get("payment_terms")))
    return JsonResponse({"lines": [_line(row) for row in rows if not row.is_blank], **_sums(sums)})


def _line(row: Row) -> dict[str, Any]:
    return {
        "key": row.key,
        "net": money(row.amounts.net if row.is_priced else None),
        "faults": {cell: {"sentence": f.sentence, "mend": f.mend} for cell, f in row.faults.items()},
        "hint": row.hint,
        "filled": row.filled,
        "offer": _offer(row.offer) if row.offer else None,
    }


def _offer(offer: Offer) -> dict[str, str]:
    return {"label": offer.label, "price": offer.price_text, "discount": offer.discount_text, "note": offer.note}


def _sums(sums: Sums) -> dict[str, Any]:
    return {
        "net": money(sums.amounts.net),
        "tax": money(sums.amounts.tax),
        "gross": money(sums.amounts.gross),
        "capitals": sums.capitals,
        "left_out": sums.left_out,
        "instalments": [
            {
                "position": part.position,
                "trigger": part.get_trigger_display(),
                "due": due_words(part),
                "percent": percent(part.percent),
                "amount": money(part.amount),
            }
            for part in sums.instalments
        ],
    }
