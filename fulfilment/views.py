"""The shipment list, the page of one shipment, its transport and its delivery note."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from django.views.generic import TemplateView, View

from accounts.requests import PersonRequest
from core import parameters
from core.autosave import saved
from core.http import render_invalid, see_other
from core.interrupted import take_up
from core.keyset import counts_up_to
from core.listing import ListPage
from core.models import Company
from core.stale import Stale
from fulfilment.columns import SHIPMENT_COLUMNS, SHIPMENT_FIELDS
from fulfilment.filters import ShipmentFilter
from fulfilment.forms import TransportForm
from fulfilment.models import Shipment
from fulfilment.page import lines_of, shipment_for, shipment_page_context
from fulfilment.rights import may_plan
from fulfilment.services import change_transport, why_transport_stands
from fulfilment.views_to_plan import TO_PLAN, OrdersToPlan, to_plan_tab
from orders.parties import recipient_of


class ShipmentList(ListPage):
    """Every shipment the person may see, the latest change first."""

    request: PersonRequest

    title = gettext_lazy("Shipping and sign-off")
    columns = SHIPMENT_COLUMNS
    filterset_class = ShipmentFilter
    default_sort = "-status_since"
    export_key = "shipments"
    search_hint = gettext_lazy("Order number, customer, tracking number")
    empty_title = gettext_lazy("No shipments yet")
    empty_text = gettext_lazy(
        "Operations plan shipments on the fulfilment tab of a released order; they stand here then."
    )
    tabs = (
        (gettext_lazy("To be shipped"), "status=open"),
        (gettext_lazy("On its way"), "status=shipped"),
        (gettext_lazy("Signed off"), "status=signed_off"),
        (gettext_lazy("All"), ""),
    )

    def get_queryset(self):
        shipments = Shipment.objects.visible_to(self.request.user).select_related("order", "carrier")
        return shipments.only(*SHIPMENT_FIELDS)

    def tab_links(self, page, everything):
        """Before the shipments, for operations, the orders that are in none yet: they are rows of their own."""
        links = super().tab_links(page, everything)
        return [to_plan_tab(self.request.user), *links] if may_plan(self.request.user) else links


class ToPlanList(OrdersToPlan):
    """The orders to be planned, under the tabs of the shipments."""

    title = gettext_lazy("Shipping and sign-off")
    export_key = "orders-to-plan"
    empty_title = gettext_lazy("Nothing is to be planned")
    empty_text = gettext_lazy("Released orders of which something is in no shipment yet stand here.")

    def tab_links(self, page, everything):
        user = self.request.user
        shipments = Shipment.objects.visible_to(user)
        found = [ShipmentFilter(QueryDict(query), queryset=shipments).qs for _label, query in ShipmentList.tabs]
        counts = counts_up_to(found)
        links = [
            {"label": label, "query": query, "active": False, "count": count, "capped": capped, "red": False}
            for (label, query), (count, capped) in zip(ShipmentList.tabs, counts, strict=True)
        ]
        return [to_plan_tab(user, (page.count, page.capped)), *links]


@require_GET
def shipments(request):
    """The shipments, or with the status ``to_plan`` the orders that wait for one."""
    wanted = parameters.text(request.GET, "status") == TO_PLAN and may_plan(request.user)
    return (ToPlanList if wanted else ShipmentList).as_view()(request)


class ShipmentDetail(TemplateView):
    """One shipment: what it carries, who checked it, how it travels, what arrived."""

    request: PersonRequest

    template_name = "fulfilment/shipment_detail.html"

    def get_context_data(self, **kwargs):
        shipment = shipment_for(self.request, self.kwargs["pk"])
        return {**super().get_context_data(**kwargs), **shipment_page_context(self.request, shipment)}


class ShipmentTransport(View):
    """How a shipment travels: written by operations until somebody has signed."""

    takes_up = True
    template_name = "fulfilment/shipment_transport.html"

    def dispatch(self, request, *args, **kwargs):
        self.shipment = shipment_for(request, kwargs["pk"])
        if not may_plan(request.user):
            raise PermissionDenied(_("Only operations plan shipments."))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, pk: int):
        if reason := why_transport_stands(self.shipment):
            messages.error(request, reason)
            return see_other(self.shipment)
        initial = {"version": self.shipment.version}
        form = TransportForm(take_up(request), instance=Shipment.objects.get(pk=pk), initial=initial)
        return render(request, self.template_name, {"form": form, "shipment": self.shipment})

    def post(self, request, pk: int):
        form = TransportForm(request.POST, instance=Shipment.objects.get(pk=pk))
        current = None
        try:
            if form.is_valid():
                version = form.cleaned_data["version"]
                change_transport(shipment=self.shipment, transport=form.values(), by=request.user, version=version)
                messages.success(request, _("Transport saved."))
                return saved(see_other(self.shipment), person=request.user, page=request.path)
        except ValidationError as refused:
            form.add_error(None, refused)
        except Stale as stale:
            current = stale.current
        context = {"form": form, "shipment": current or self.shipment, "current": current}
        return render_invalid(request, self.template_name, context)


class DeliveryNote(TemplateView):
    """The delivery note (送货单): what goes with the goods and comes back signed; without prices."""

    request: PersonRequest

    template_name = "fulfilment/delivery_note.html"

    def get_context_data(self, **kwargs):
        shipment = shipment_for(self.request, self.kwargs["pk"])
        return {**super().get_context_data(**kwargs), **note_of(shipment)}


def note_of(shipment: Shipment) -> dict:
    """What ``fulfilment/delivery_note.html`` shows."""
    return {
        "shipment": shipment,
        "order": shipment.order,
        "company": Company.ours(),
        "title": _("Delivery note"),
        "number": str(shipment),
        "dated": shipment.shipped_on or timezone.localdate(),
        "back_url": shipment.get_absolute_url(),
        "back_label": _("Back to the shipment"),
        "lines": lines_of(shipment),
        "contact": recipient_of(shipment.order),
    }
