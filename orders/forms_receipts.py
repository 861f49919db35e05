"""The form in which finance records money received."""

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import FieldsetModelForm
from orders.models import Receipt


class ReceiptForm(FieldsetModelForm):
    """Money received for one order; what it pays is worked out by the service."""

    token = forms.UUIDField(widget=forms.HiddenInput)

    fieldsets = (
        (
            _("Record a receipt"),
            (("amount", "received_on"), "method", "bank_reference", "payer", "note"),
        ),
    )
    widths = {"amount": (6, 6), "received_on": (6, 6)}  # the form stands in the rail, narrow on a desk too

    class Meta:
        model = Receipt
        fields = ("amount", "received_on", "method", "bank_reference", "payer", "note")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        method: Any = self.fields["method"]
        method.choices = [choice for choice in method.choices if choice[0] != Receipt.Method.IMPORT]

    def validate_constraints(self):
        """Left to the service, which compares the bank reference under a lock and names the receipt that has it."""

    @classmethod
    def fresh(cls, amount, payer: str):
        """An empty form with the likely values: the open part of the next instalment, today, paid by the customer."""
        today = timezone.localdate()
        return cls(initial={"amount": amount, "received_on": today, "payer": payer, "token": uuid.uuid4()})
