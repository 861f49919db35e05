"""The forms in which finance records money received."""

import uuid
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.models import Receipt, Refund
from core.forms import FieldsetForm, FieldsetModelForm, Width
from customers.fields import CustomerField
from customers.models import Customer


class ReceiptForm(FieldsetModelForm):
    """Money received for one order; what it pays is worked out by the service."""

    token = forms.UUIDField(widget=forms.HiddenInput)

    fieldsets: ClassVar[tuple] = (
        (
            _("Record a receipt"),
            (("amount", "received_on"), "method", "bank_reference", "payer", "note"),
        ),
    )
    widths: ClassVar[dict[str, Width]] = {
        "amount": (6, 6),
        "received_on": (6, 6),
    }  # the form stands in the rail, narrow on a desk too

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


class CustomerReceiptForm(ReceiptForm):
    """Money of a customer; what it pays stands beside it."""

    fieldsets: ClassVar[tuple] = (
        (
            _("The money"),
            (("amount", "received_on", "method"), ("bank_reference", "payer"), "note"),
        ),
    )
    widths: ClassVar[dict[str, Width]] = {}

    @classmethod
    def of(cls, customer: Customer):
        """An empty form with the likely values: today, paid by the customer."""
        return cls.fresh(None, customer.name)


class PayingCustomerForm(FieldsetForm):
    """Whose money it is."""

    customer = CustomerField(label=_("Customer"), help_text=_("Name, pinyin or number"))

    fieldsets = (("", ("customer",)),)
    widths = {"customer": 6}

    def __init__(self, data=None, *, by):
        super().__init__(data)
        field: Any = self.fields["customer"]
        field.queryset = Customer.objects.visible_to(by)
        field.show_choice(self["customer"].value())


class RefundForm(FieldsetModelForm):
    """Money given back."""

    token = forms.UUIDField(widget=forms.HiddenInput)

    fieldsets = (
        (
            _("Money given back"),
            (("amount", "refunded_on", "method"), ("bank_reference", "payee"), "note"),
        ),
    )

    class Meta:
        model = Refund
        fields = ("amount", "refunded_on", "method", "bank_reference", "payee", "note")

    def validate_constraints(self):
        """Left to the service, which compares the bank reference under a lock and names the refund that has it."""

    @classmethod
    def fresh(cls, amount, payee: str):
        """An empty form with the likely values: all of it, today, to the customer."""
        today = timezone.localdate()
        return cls(initial={"amount": amount, "refunded_on": today, "payee": payee, "token": uuid.uuid4()})


class DunningForm(FieldsetForm):
    """Who was asked for money, and what was promised."""

    asked_on = forms.DateField(label=_("asked on"))
    whom = forms.CharField(label=_("whom"), max_length=80)
    promised_on = forms.DateField(label=_("promised for"), required=False)
    said = forms.CharField(
        label=_("what was said"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    fieldsets = ((_("Asked for the money"), (("asked_on", "promised_on"), "whom", "said")),)
    widths = {"asked_on": (6, 6), "promised_on": (6, 6)}

    @classmethod
    def fresh(cls, customer: Customer):
        """Today, the primary contact."""
        return cls(initial={"asked_on": timezone.localdate(), "whom": str(customer.primary_contact or "")})
