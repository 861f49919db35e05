"""The header of an order as a form. Rules are in ``orders.entry``; here are only choices and formats."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import FieldsetModelForm
from customers.fields import CustomerField
from customers.models import Contact, Customer, PaymentTerms
from orders.entry import HEADER
from orders.models import Order

#: Header fields that a customer brings along, so they start anew when it changes.
BROUGHT_BY_CUSTOMER = ("contact", "delivery_address", "payment_terms")


class OrderForm(FieldsetModelForm):
    """The header of a draft. Nothing but customer and order date is required, so that a draft can wait for the rest."""

    customer = CustomerField(
        label=_("Customer"),
        error_messages={"invalid_choice": _("No customer of yours has this number. Type its number or choose it.")},
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    token = forms.UUIDField(required=False, widget=forms.HiddenInput)

    fieldsets = (
        (None, (("customer", "contact", "delivery_address"),)),
        (None, (("order_date", "promised_date", "payment_terms", "delivery_method", "customer_reference"),)),
        (None, (("special_requirements", "liability_clauses"), ("remarks", "channel"))),
    )

    class Meta:
        model = Order
        fields = HEADER
        labels = {"delivery_address": _("delivery address")}
        widgets = {
            "special_requirements": forms.Textarea(attrs={"rows": 2}),
            "liability_clauses": forms.Textarea(attrs={"rows": 2}),
            "remarks": forms.TextInput,
        }

    def __init__(self, *args, by, customer: Customer | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.customer = customer
        self._open_customer(by)
        self._open_contact()
        # Both always say something; a star would only ask for attention.
        self.fields["delivery_method"].required = self.fields["channel"].required = False
        present = Q(pk=self.instance.payment_terms_id)
        self.fields["payment_terms"].queryset = PaymentTerms.objects.filter(Q(active=True) | present)
        if customer and customer.full_address:
            placeholder = _("%(address)s (customer file)") % {"address": customer.full_address}
            self.fields["delivery_address"].widget.attrs["placeholder"] = placeholder

    def _open_contact(self) -> None:
        field = self.fields["contact"]
        field.queryset = Contact.objects.filter(customer=self.customer) if self.customer else Contact.objects.none()
        field.error_messages["invalid_choice"] = _("This contact belongs to another customer.")

    def _open_customer(self, by) -> None:
        """Once the order has its number the customer stands fast; before that any own one can be chosen."""
        field = self.fields["customer"]
        field.queryset = Customer.objects.visible_to(by)
        if self.customer:
            self.initial["customer"] = shown_number(self.customer)
            field.widget.attrs |= {"data-text": str(self.customer), "data-meta": self.customer.number}
        if self.instance.number:
            field.disabled = True

    def clean(self):
        """Without a customer nothing can be said about the contact."""
        if "customer" in self.errors:
            self.errors.pop("contact", None)
        return super().clean()

    def _post_clean(self) -> None:
        """The record itself is judged by the service, under its locks."""

    def header(self) -> dict[str, Any]:
        """What was typed, by name as the service takes it."""
        return {name: self.cleaned_data[name] for name in HEADER}

    @property
    def sent_version(self) -> int | None:
        return self.cleaned_data["version"]

    @property
    def sent_token(self) -> UUID | None:
        return self.cleaned_data["token"]

    def go_on_from(self, version: int) -> None:
        """The next save counts as made by somebody who has seen this version."""
        self.data = {**self.data.dict(), "version": str(version)}


def shown_number(customer: Customer) -> str:
    """What the customer's box says without a type-ahead; an id where the number itself looks like one."""
    return str(customer.pk) if customer.number.isdecimal() else customer.number


def first_values(customer: Customer | None) -> dict[str, Any]:
    """What a new order starts with: today, and what the customer's file says."""
    values: dict[str, Any] = {"order_date": timezone.localdate(), "token": uuid4()}
    return values | brought_by(customer)


def brought_by(customer: Customer | None) -> dict[str, Any]:
    """Contact, address (empty: the file's) and terms of a customer."""
    if customer is None:
        return dict.fromkeys(BROUGHT_BY_CUSTOMER)
    primary = customer.contacts.order_by("-is_primary", "id").first()
    return {"contact": primary, "delivery_address": "", "payment_terms": customer.payment_terms_id}
