"""Recording that a shipment left: on which day, with whom, under which number."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from core.autosave import saved
from core.http import render_invalid, see_other
from core.interrupted import take_up
from core.verbs import back_refused
from core.workflow import Attempt, Refused, machine_of, obstacles_before_input
from fulfilment.forms import DepartureForm
from fulfilment.models import Shipment
from fulfilment.page import shipment_for
from fulfilment.services import ship_shipment

_TEMPLATE = "fulfilment/shipment_departure.html"


class ShipmentDeparture(View):
    """The day on which it left, today unless somebody says otherwise, and how it travels."""

    takes_up = True

    def dispatch(self, request, *args, **kwargs):
        self.shipment = shipment = shipment_for(request, kwargs["pk"])
        transition = machine_of(shipment).transition("ship")
        if obstacles := obstacles_before_input(transition, Attempt(shipment, request.user)):
            return back_refused(request, shipment, Refused(obstacles))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, pk: int):
        initial = {"version": self.shipment.version, "shipped_on": timezone.localdate()}
        form = DepartureForm(take_up(request), instance=Shipment.objects.get(pk=pk), initial=initial)
        return render(request, _TEMPLATE, {"form": form, "shipment": self.shipment})

    def post(self, request, pk: int):
        shipment = self.shipment
        form = DepartureForm(request.POST, instance=Shipment.objects.get(pk=pk))
        try:
            if form.is_valid():
                typed = {name: form.cleaned_data[name] for name in ("shipped_on", "note", "version")}
                shipment = ship_shipment(shipment=shipment, transport=form.values(), by=request.user, **typed)
                carried = f"{shipment.carrier or shipment.get_method_display()} {shipment.tracking_number}".strip()
                messages.success(request, _("Shipped, %(carried)s") % {"carried": carried})
                return saved(see_other(shipment), person=request.user, page=request.path)
        except Refused as refused:
            return back_refused(request, shipment, refused)
        except ValidationError as refused:
            form.add_error(None, refused)
        return render_invalid(request, _TEMPLATE, {"form": form, "shipment": shipment})
