"""Recording a sign-off, mostly on a phone beside the goods, and correcting one."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.generic import View

from accounts.models import User
from core.autosave import saved
from core.file_rules import MEGABYTE
from core.held_files import files_of, hold, let_go
from core.http import render_invalid, see_other
from core.interrupted import take_up
from core.verbs import back_refused
from core.workflow import Attempt, Refused, machine_of, obstacles_before_input
from fulfilment.forms import FormWithRows, arrival_from, sign_off_form
from fulfilment.models import Shipment
from fulfilment.page import lines_of, shipment_for
from fulfilment.sign_off import correct_sign_off, sign_off_shipment

_TEMPLATE = "fulfilment/sign_off.html"


class SignOff(View):
    """What arrived, in which condition, who signed, and the proof."""

    takes_up = True
    verb = "sign_off"
    record: Callable = staticmethod(sign_off_shipment)
    done = gettext_lazy("Signed off. The proof is kept with the shipment.")

    def get(self, request, pk: int):
        shipment = shipment_for(request, pk)
        transition = machine_of(shipment).transition(self.verb)
        if obstacles := obstacles_before_input(transition, Attempt(shipment, request.user)):
            return back_refused(request, shipment, Refused(obstacles))
        form = sign_off_form(shipment, lines_of(shipment), take_up(request))
        return render(request, _TEMPLATE, self._context(shipment, form))

    def post(self, request, pk: int):
        shipment = shipment_for(request, pk)
        form = sign_off_form(shipment, lines_of(shipment), request.POST, files_of(request))
        try:
            if form.is_valid() and self._recorded(shipment, form, request.user):
                messages.success(request, self.done)
                let_go(request)
                return saved(see_other(shipment), person=request.user, page=request.path)
        except Refused as refused:
            return back_refused(request, shipment, refused)
        hold(request)
        return render_invalid(request, _TEMPLATE, self._context(shipment, form))

    def _recorded(self, shipment: Shipment, form: FormWithRows, by: User) -> bool:
        """Records what the form says; what the service refuses stands beside its field."""
        typed = form.header.cleaned_data
        known = {name: typed[name] for name in ("signed_on", "signed_by", "note", "version")}
        known["proof"] = typed["proof"] or typed["scan"]
        try:
            self.record(shipment=shipment, arrivals=form.collected(arrival_from), by=by, **known)
        except ValidationError as refused:
            form.refuse(refused, "received")
            return False
        return True

    def _context(self, shipment: Shipment, form: FormWithRows) -> dict:
        return {
            "shipment": shipment,
            "order": shipment.order,
            "form": form,
            "largest": form.header.file_rules.largest // MEGABYTE,
            "title": machine_of(shipment).transition(self.verb).label,
            "correcting": self.verb != "sign_off",
        }


class CorrectSignOff(SignOff):
    """The same once more, with what was recorded in it, when something was mistyped."""

    verb = "correct_sign_off"
    record: Callable = staticmethod(correct_sign_off)
    done = gettext_lazy("Sign-off corrected. The history keeps what was recorded before.")
