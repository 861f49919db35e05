"""Recording a sign-off, mostly on a phone beside the goods."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.generic import View

from core import policy
from core.http import render_invalid, see_other
from core.workflow import Attempt, Refused, machine_of, obstacles_before_input
from fulfilment.forms import FormWithRows, arrival_from, sign_off_form
from fulfilment.models import Shipment
from fulfilment.page import lines_of, shipment_for
from fulfilment.services import sign_off_shipment

_TEMPLATE = "fulfilment/sign_off.html"


class SignOff(View):
    """What arrived, in which condition, who signed, and the proof."""

    def get(self, request, pk: int):
        shipment = shipment_for(request, pk)
        if refused := _refusal(shipment, request.user):
            return _back(request, shipment, refused)
        return render(request, _TEMPLATE, _context(shipment, sign_off_form(shipment, lines_of(shipment))))

    def post(self, request, pk: int):
        shipment = shipment_for(request, pk)
        form = sign_off_form(shipment, lines_of(shipment), request.POST, request.FILES)
        try:
            if form.is_valid() and _sign_off(shipment, form, request.user):
                messages.success(request, _("Signed off. The proof is kept with the shipment."))
                return see_other(shipment)
        except Refused as refused:
            return _back(request, shipment, refused)
        return render_invalid(request, _TEMPLATE, _context(shipment, form))


def _refusal(shipment: Shipment, user) -> Refused | None:
    transition = machine_of(shipment).transition("sign_off")
    obstacles = obstacles_before_input(transition, Attempt(shipment, user))
    return Refused(obstacles) if obstacles else None


def _back(request, shipment: Shipment, refused: Refused):
    """403 for another role; a shipment that is not on its way (any more) says so on its own page."""
    if "role" in refused.kinds:
        raise PermissionDenied(str(refused)) from refused
    messages.error(request, str(refused))
    return see_other(shipment)


def _sign_off(shipment: Shipment, form: FormWithRows, by) -> Shipment | None:
    """Records what the form says; what the service refuses stands beside its field."""
    typed = form.header.cleaned_data
    known = {name: typed[name] for name in ("signed_on", "signed_by", "note", "version")}
    proof = typed["proof"] or typed["scan"]
    try:
        return sign_off_shipment(shipment=shipment, arrivals=form.collected(arrival_from), proof=proof, by=by, **known)
    except ValidationError as refused:
        form.refuse(refused, "received")
        return None


def _context(shipment: Shipment, form: FormWithRows) -> dict:
    return {"shipment": shipment, "order": shipment.order, "form": form, "largest": policy.value("largest_file")}
