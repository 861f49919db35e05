"""The customer's confirmation on the order's page: attached, asked for by a link, withdrawn; and what was shown."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import PersonRequest
from accounts.rights import demand
from core import parameters
from core.http import render_invalid, see_other
from core.links.views import hand_out
from fulfilment.confirmation import attach_confirmation
from fulfilment.links import CONFIRMATION_LINK, page_of
from fulfilment.rights import may_confirm
from fulfilment.sheets import note_wish, sheet_of, withdraw_confirmation
from fulfilment.views_order import DELIVERY_TEMPLATE, delivery_context
from orders.models import ConfirmationAnswer, ConfirmationSheet, Order
from orders.offer import offer_in
from orders.page import order_for


@require_POST
def confirm(request, pk: int):
    """Files what the customer signed; leads back to the delivery tab."""
    order = order_for(request, pk)
    try:
        attach_confirmation(order=order, upload=request.FILES.get("confirmation"), by=request.user)
    except ValidationError as refused:
        context = {**delivery_context(request, order), "confirmation_error": " ".join(refused.messages)}
        return render_invalid(request, DELIVERY_TEMPLATE, context)
    if Order.objects.filter(pk=pk, released_at__isnull=False).exists():
        messages.success(request, _("The customer's confirmation is kept with the order, which is released."))
    else:
        messages.success(request, _("The customer's confirmation is kept with the order."))
    return see_other("fulfilment:delivery", order.pk)


@require_POST
def send(request: PersonRequest, pk: int) -> HttpResponse:
    """Makes the link on which the customer reads the order and confirms it, and leads to it."""
    order = order_for(request, pk)
    demand(may_confirm(request.user))
    try:
        sheet = sheet_of(order=order, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return see_other("fulfilment:delivery", order.pk)
    return hand_out(request, CONFIRMATION_LINK, sheet, given_to=sheet.content["buyer"]["contact"])


@require_POST
def withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """Records that the customer takes its confirmation back, and why."""
    order, reason = order_for(request, pk), parameters.text(request.POST, "reason")
    try:
        withdraw_confirmation(order=order, reason=reason, by=request.user)
    except ValidationError as refused:
        typed = {"withdraw_error": " ".join(refused.messages), "withdraw_reason": reason}
        return render_invalid(request, DELIVERY_TEMPLATE, {**delivery_context(request, order), **typed})
    messages.success(request, _("Noted: the customer has withdrawn its confirmation."))
    return see_other("fulfilment:delivery", order.pk)


@require_GET
def sheet_page(request: PersonRequest, pk: int) -> HttpResponse:
    """What was put before the customer, as A4 sheets, with its hash and what the customer said."""
    seen = ConfirmationSheet.objects.visible_to(request.user).select_related("order").prefetch_related("answers")
    sheet = get_object_or_404(seen, pk=pk)
    context = {
        **page_of(sheet, offer_in(sheet.content)),
        "title": _("Order confirmation"),
        "number": str(sheet),
        "mark": "" if sheet.acceptance or not sheet.why_no_answer else sheet.why_no_answer,
        "back_url": sheet.get_absolute_url(),
        "back_label": _("Back to the order"),
    }
    return render(request, "fulfilment/confirmation_sheet.html", context)


@require_POST
def note(request: PersonRequest, pk: int) -> HttpResponse:
    """What the customer wants changed has been read; it leaves the worklist."""
    answer = ConfirmationAnswer.objects.filter(pk=pk).select_related("sheet").first()
    if answer is None or not ConfirmationSheet.objects.visible_to(request.user).filter(pk=answer.sheet_id).exists():
        raise Http404
    note_wish(answer=answer, by=request.user)
    messages.success(request, _("Noted. It is off the worklist."))
    return see_other(answer.sheet)
