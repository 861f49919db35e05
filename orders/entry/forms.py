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
from orders.content import HEADER_NAMES
from orders.entry.dates import odd_year
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
        fields = HEADER_NAMES
        labels = {"delivery_address": _("delivery address")}
        widgets = {
            "special_requirements": forms.Textarea(attrs={"rows": 2}),
            "liability_clauses": forms.Textarea(attrs={"rows": 2}),
            "remarks": forms.TextInput,
        }

    def __init__(self, *args, by, customer: Customer | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.of_customer = customer
        field: Any = self.fields["customer"]
        field.queryset = Customer.objects.visible_to(by)
        if customer:
            self.initial["customer"] = shown_number(customer)
            field.widget.attrs |= {"data-text": str(customer), "data-meta": customer.number}
        # Once the order has its number the customer stands fast; before that any own one can be chosen.
        field.disabled = bool(self.instance.number)
        contact: Any = self.fields["contact"]
        contact.queryset = Contact.objects.filter(customer=customer) if customer else Contact.objects.none()
        contact.error_messages["invalid_choice"] = _("This contact belongs to another customer.")
        # Both always say something; a star would only ask for attention.
        self.fields["delivery_method"].required = self.fields["channel"].required = False
        present = Q(pk=self.instance.payment_terms_id)
        terms: Any = self.fields["payment_terms"]
        terms.queryset = PaymentTerms.objects.filter(Q(active=True) | present)
        if customer and customer.full_address:
            placeholder = _("%(address)s (customer file)") % {"address": customer.full_address}
            self.fields["delivery_address"].widget.attrs["placeholder"] = placeholder

    def clean(self):
        """Without a customer nothing can be said about the contact."""
        if "customer" in self.errors:
            self.errors.pop("contact", None)
        for name in ("order_date", "promised_date"):
            if sentence := odd_year(self.cleaned_data.get(name)):
                self.add_error(name, sentence)
        return super().clean()

    def _post_clean(self) -> None:
        """The record itself is judged by the service, under its locks."""

    def header(self) -> dict[str, Any]:
        """What was typed, by name as the service takes it; in ``as_typed`` what cannot be read."""
        unread = self.as_typed
        values = {name: self._blank(name) if name in unread else self.cleaned_data[name] for name in HEADER_NAMES}
        return values | {"as_typed": unread}

    @property
    def as_typed(self) -> dict[str, str]:
        """What stands in the fields that cannot be read."""
        return {name: str(self.data.get(name) or "") for name in self.errors if name in HEADER_NAMES}

    @property
    def can_be_kept(self) -> bool:
        """Whether a draft can be made of it: whom it is for is known, and what cannot be read is kept as it was typed.

        Nobody types a contact: one that is not the customer's has been chosen for another.
        """
        unread = self.as_typed
        return not unread.keys() & {"customer", "contact"} and all(unread.get(name) for name in self.errors)

    def _blank(self, name: str) -> Any:
        """What a field says while what was typed in it cannot be read; an order has a date from the beginning."""
        if name == "order_date":
            return self.instance.order_date or timezone.localdate()
        return Order._meta.get_field(name).get_default()  # type: ignore[union-attr]

    @property
    def sent_version(self) -> int | None:
        return self.cleaned_data["version"]

    @property
    def sent_token(self) -> UUID | None:
        return self.cleaned_data["token"]

    def go_on_from(self, version: int | str) -> None:
        """The next save counts as made by somebody who has seen this version."""
        typed: Any = self.data
        self.data = {**typed.dict(), "version": str(version)}


def form_of(order: Order, *, by) -> OrderForm:
    """A stored draft in its form; what cannot be read stands there as it was typed, with what is wrong with it."""
    known: dict[str, Any] = {"instance": order, "initial": {"version": order.version}, "by": by}
    form = OrderForm(customer=order.customer, **known)
    if not order.as_typed:
        return form
    said = {name: form[name].value() for name in form.fields}
    return OrderForm({**said, **order.as_typed}, customer=order.customer, **known)


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
