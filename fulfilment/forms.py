"""Forms of shipments. A form with rows is one header and one small form per line; rules are the services'."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core import policy
from core.files import attachment_rules
from core.forms import FieldsetForm, FieldsetModelForm
from fulfilment.models import Carrier, Shipment, ShipmentLine
from fulfilment.policies import TRANSIT_DAYS
from fulfilment.remainder import Remainder
from fulfilment.services import TRANSPORT, Part
from fulfilment.sign_off import Arrival
from fulfilment.statuses import Condition
from orders.models import Order
from orders.parties import recipient_of

#: A field for a picture or scan; the browser makes pictures smaller before they are sent (static/js/shrink.js).
_PICTURE = {"accept": "image/*,application/pdf", "data-shrink": ""}


class TransportForm(FieldsetModelForm):
    """How a shipment travels."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    fieldsets: ClassVar[tuple] = ((_("Transport"), (("method", "carrier"), ("tracking_number", "expected_on"))),)

    class Meta:
        model = Shipment
        fields = TRANSPORT

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        chosen = self.instance.carrier_id
        carrier: Any = self.fields["carrier"]
        carrier.empty_label = "—"
        carrier.queryset = Carrier.objects.filter(Q(active=True) | Q(pk=chosen))

    def values(self) -> dict:
        """What the services take as transport."""
        return {name: self.cleaned_data[name] for name in TRANSPORT}


class DepartureForm(TransportForm):
    """How a shipment travels, and on which day it left. What is missing is said by the service, beside each field."""

    shipped_on = forms.DateField(label=_("Shipped on"), required=False)
    note = forms.CharField(
        label=_("Reason"), max_length=500, required=False, help_text=_("Needed when it left some days ago.")
    )

    fieldsets = (
        (_("Departure"), (("shipped_on", "expected_on"), "note")),
        (_("Transport"), (("method", "carrier"), "tracking_number")),
    )
    widths = {"shipped_on": (6, 6), "expected_on": (6, 6)}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        days = policy.value(TRANSIT_DAYS)
        usual = ngettext("Left empty: %(n)s working day later.", "Left empty: %(n)s working days later.", days)
        self.fields["expected_on"].help_text = usual % {"n": days}


class PlanForm(TransportForm):
    """The header of a new shipment."""

    submit_token = forms.UUIDField(widget=forms.HiddenInput)


class PartForm(FieldsetForm):
    """How much of one order line goes into a shipment."""

    quantity = forms.DecimalField(label=_("Quantity"), max_digits=14, decimal_places=3, required=False)
    batch = forms.CharField(label=_("Batch"), max_length=40, required=False)

    fieldsets = (("", (("quantity", "batch"),)),)


class SignOffForm(FieldsetForm):
    """Who signed when, and the proof. What is missing is said by the service, beside each field."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    signed_on = forms.DateField(label=_("Signed off on"), required=False)
    signed_by = forms.CharField(label=_("Signed by"), max_length=60, required=False)
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text=""
    )
    proof = forms.FileField(
        label=_("Signed delivery note"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs=_PICTURE | {"capture": "environment"}),
    )
    # A phone opens its camera for the field above and nothing else.
    scan = forms.FileField(
        label=_("or a picture or scan that is there already"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs=_PICTURE),
    )

    fieldsets = ((_("Signature"), (("signed_on", "signed_by"), "proof", "scan", "note")),)
    widths = {"signed_on": (6, 6), "signed_by": (6, 6)}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.file_rules = attachment_rules()
        for name in ("proof", "scan"):
            self.fields[name].widget.attrs |= self.file_rules.attributes()


class _Choices(forms.RadioSelect):
    """Radio buttons as a row of large buttons, for a thumb."""

    def __init__(self):
        super().__init__({"class": "form-selectgroup-input"})


class ArrivalForm(FieldsetForm):
    """What of one shipment line arrived."""

    received = forms.DecimalField(label=_("Received in good order"), max_digits=14, decimal_places=3, required=False)
    condition = forms.ChoiceField(label=_("Condition"), choices=Condition.choices, widget=_Choices, required=False)

    fieldsets = (("", (("received", "condition"),)),)


@dataclass(frozen=True)
class Row:
    """One line of a form with rows: what it is about, and its small form."""

    about: Remainder | ShipmentLine
    key: int
    form: FieldsetForm


class FormWithRows:
    """A header form and its rows, judged together."""

    def __init__(self, header: Any, rows: Iterable[Row]):
        self.header, self.rows = header, list(rows)

    def is_valid(self) -> bool:
        return all([self.header.is_valid(), *(row.form.is_valid() for row in self.rows)])

    @property
    def is_refused(self) -> bool:
        """Whether something is to be mended; a chosen file has then to be chosen again."""
        return bool(self.header.errors) or any(row.form.errors for row in self.rows)

    @property
    def is_whole(self) -> bool:
        """Whether every line of a sign-off says that all of it arrived in good order."""
        return all(row.form["condition"].value() == Condition.GOOD and not row.form.errors for row in self.rows)

    @property
    def mistakes(self) -> list:
        """The fields with an error, in the order of the page."""
        marked = [field for row in self.rows for field in row.form if field.errors]
        return [*marked, *self.header.mistakes]

    def refuse(self, error: ValidationError, field_of_row: str) -> None:
        """Puts what a service refused beside its field; ``line-<key>`` belongs into that row."""
        rows = {f"line-{row.key}": row.form for row in self.rows}
        said = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        for name, sentences in said.items():
            if name in rows:
                rows[name].add_error(field_of_row, sentences)
            else:
                self.header.add_error(None if name == NON_FIELD_ERRORS else name, sentences)

    def collected(self, make: Callable) -> dict:
        """``make(cleaned values)`` of each row, by its key."""
        return {row.key: make(row.form.cleaned_data) for row in self.rows}


def plan_form(order: Order, remainders: Iterable[Remainder], data=None) -> FormWithRows:
    """A new shipment with everything that is left; without lines of which nothing is."""
    header = PlanForm(data, initial={"method": order.delivery_method, "submit_token": uuid.uuid4()})
    rows = (
        Row(r, r.line.pk, PartForm(data, prefix=f"line-{r.line.pk}", initial={"quantity": r.free.normalize()}))
        for r in remainders
        if r.may_ship or data is not None
    )
    return FormWithRows(header, rows)


def part_from(values: dict) -> Part:
    return Part(values["quantity"] or Decimal(0), values["batch"])


def sign_off_form(shipment: Shipment, lines: Iterable[ShipmentLine], data=None, files=None) -> FormWithRows:
    """What arrived as it was recorded; before that everything, in good order, today, signed by the recipient."""
    recipient = recipient_of(shipment.order)
    signature = {
        "signed_on": shipment.signed_on or timezone.localdate(),
        "signed_by": shipment.signed_by or (recipient.name if recipient else ""),
        "version": shipment.version,
    }
    rows = []
    for line in lines:
        received = line.quantity if line.received_quantity is None else line.received_quantity
        arrived = {"received": received.normalize(), "condition": line.condition or Condition.GOOD}
        rows.append(Row(line, line.pk, ArrivalForm(data, prefix=f"line-{line.pk}", initial=arrived)))
    return FormWithRows(SignOffForm(data, files, initial=signature), rows)


def arrival_from(values: dict) -> Arrival:
    received = values["received"]
    return Arrival(Decimal(-1) if received is None else received, values["condition"])
