"""The forms of price agreements: agreeing on one, and ending one early."""

import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from agreements.models import PriceAgreement
from agreements.services import FIELDS
from core.forms import FieldsetForm, FieldsetModelForm
from customers.fields import CustomerField
from customers.models import Customer
from products.fields import ProductField

_LONGEST = PriceAgreement._meta.get_field("end_reason").max_length


class AgreementForm(FieldsetModelForm):
    """A price that was agreed; ``by`` decides with whose customers."""

    customer = CustomerField(label=_("Customer"))
    product = ProductField(label=_("Product"))
    file = forms.FileField(label=_("Files"), required=False, help_text=_("Picture, PDF or Office file"))
    submit_token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    fieldsets = (
        (
            _("Price agreement"),
            (("customer", "product"), ("price", "starts_on", "ends_on"), "note", "file"),
        ),
    )
    widths = {"price": (12, 4), "starts_on": (6, 4), "ends_on": (6, 4), "file": (12, 6)}

    class Meta:
        model = PriceAgreement
        fields = ("customer", *FIELDS)
        help_texts = {
            "price": _("Net: a line at this price has no discount."),
            "ends_on": _("The last day on which it holds. Empty: until it is ended."),
            "note": _("Whom it was agreed with, on what grounds"),
        }

    def __init__(self, data=None, files=None, *, by: User, initial=None):
        super().__init__(data, files, initial={"submit_token": uuid.uuid4(), **(initial or {})})
        choices: Any = {name: self.fields[name] for name in ("customer", "product")}
        choices["customer"].queryset = Customer.objects.visible_to(by)
        for name, field in choices.items():
            field.show_choice(self[name].value())

    def values(self) -> dict:
        """What was written, by field."""
        return {name: self.cleaned_data[name] for name in FIELDS}


class EndForm(FieldsetForm):
    """When and why an agreement ends; one that has not begun is withdrawn as a whole."""

    last_day = forms.DateField(
        label=_("Last day"), help_text=_("It holds until then, that day included; yesterday at the earliest.")
    )
    reason = forms.CharField(label=_("Why it ends"), max_length=_LONGEST)

    fieldsets = ((_("End the agreement"), (("last_day", "reason"),)),)
    widths = {"last_day": (12, 4), "reason": (12, 8)}

    def __init__(self, data=None, *, agreement: PriceAgreement):
        super().__init__(data)
        today = timezone.localdate()
        if agreement.starts_on > today:
            del self.fields["last_day"]
        else:
            self.initial["last_day"] = min(today, agreement.last_day - timedelta(days=1))
