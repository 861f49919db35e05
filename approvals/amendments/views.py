"""The page of an amendment, and the revisions of an order."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import PersonRequest
from approvals.amendments.page import page_of
from approvals.amendments.revisions import comparison, revisions_of
from approvals.amendments.services import attach_letter, letters_of, why_not_amended
from approvals.models import Amendment
from core import parameters, typed
from core.events import timeline_of
from core.http import render_invalid, see_other
from fulfilment.confirmation import is_confirmed
from orders.models import FormerHeader, Order
from orders.page import order_for
from orders.revisions import as_of
from orders.rights import may_write_orders
from orders.turn import with_people
from orders.views_print import sheet_of

_TEMPLATE = "approvals/amendment.html"


def amendment_for(request: PersonRequest, pk: int) -> Amendment:
    """The amendment with its order, if this person may see it. Raises Http404."""
    amendments = Amendment.objects.visible_to(request.user).select_related("drafted_by")
    amendment = get_object_or_404(amendments, pk=pk)
    orders = with_people(Order.objects.all()).select_related("customer", "contact", "payment_terms", "rep", "team")
    amendment.order = orders.get(pk=amendment.order_id)
    return amendment


@require_GET
def amendment_page(request: PersonRequest, pk: int) -> HttpResponse:
    """Old and new side by side, what follows, and for who decides it the verbs."""
    return render(request, _TEMPLATE, _context(request, amendment_for(request, pk)))


def _context(request: PersonRequest, amendment: Amendment) -> dict:
    recalled = typed.recall(request, amendment)
    return {
        **page_of(amendment, request.user, recalled),
        "version": amendment.version,
        "typed": recalled,
        "letters": letters_of(amendment),
        "may_attach": amendment.is_open and may_write_orders(request.user),
        "may_edit": amendment.is_draft and may_write_orders(request.user),
        "revisions": revisions_of(amendment.order),
        "events": timeline_of(amendment),
    }


@require_GET
def amendments_of_order(request: PersonRequest, pk: int) -> HttpResponse:
    """The open amendment and the revisions of an order, for its page."""
    order = _order_for(request, pk)
    may = may_write_orders(request.user) and not why_not_amended(order)
    context = {
        "order": order,
        "open": order.amendments.open().first(),
        "revisions": revisions_of(order),
        "amend_url": reverse("approvals:amend", args=[order.pk]) if may else "",
        "reconfirm": bool(order.reconfirm_since) and not is_confirmed(order),
    }
    return render(request, "approvals/_amendments_of_order.html", context)


@require_POST
def add_letter(request: PersonRequest, pk: int) -> HttpResponse:
    """Files what the customer wrote; leads back to the amendment."""
    amendment = amendment_for(request, pk)
    try:
        attach_letter(amendment=amendment, upload=request.FILES.get("letter"), by=request.user)
    except ValidationError as refused:
        context = {**_context(request, amendment), "letter_error": " ".join(refused.messages)}
        return render_invalid(request, _TEMPLATE, context)
    messages.success(request, _("The customer's letter is kept with the amendment."))
    return see_other(amendment)


def _order_for(request: PersonRequest, pk: int) -> Order:
    """The order, for those who see prices. Raises Http404."""
    order = order_for(request, pk)
    if not request.user.sees_prices:
        raise PermissionDenied(_("This page shows prices and credit."))
    return order


def _as_of(order: Order, number: int) -> Order:
    """The order as it was in a revision. Raises Http404 for one that it never had."""
    try:
        return as_of(order, number)
    except FormerHeader.DoesNotExist as error:
        raise Http404 from error


@require_GET
def revision(request: PersonRequest, pk: int, number: int) -> HttpResponse:
    """``/orders/<id>/revisions/<n>/``: what a revision said, beside another one where ``?with=`` names it."""
    order = _order_for(request, pk)
    beside = parameters.key(request.GET, "with")
    other = None if beside in (None, number) else _as_of(order, beside)
    context = {**comparison(_as_of(order, number), other), "revisions": revisions_of(order), "current": order.revision}
    return render(request, "approvals/revision.html", context)


@require_GET
def print_revision(request: PersonRequest, pk: int, number: int) -> HttpResponse:
    """A revision on paper, with the mark that another one is in force since."""
    order = _order_for(request, pk)
    sheet = sheet_of(_as_of(order, number))
    if number < order.revision:
        sheet["mark"] = _("Not in force any more")
    return render(request, "orders/order_print.html", sheet)
