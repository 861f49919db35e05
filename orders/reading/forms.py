"""The form on which a customer's purchase order is brought."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.files import attachment_rules
from core.forms import FieldsetForm
from customers.fields import CustomerField
from customers.models import Customer

_ACCEPTED = ".xlsx,.xls,.pdf"


class PurchaseOrderForm(FieldsetForm):
    """The customer's file, and whose order it is where the file does not say; ``by`` decides with whose customers.

    A draft has its customer already (``of_draft``).
    """

    file = forms.FileField(
        label=_("The customer's order"),
        help_text=_("Excel workbook (.xlsx or .xls), or a PDF with text in it, no scan"),
        widget=forms.FileInput(attrs={"accept": _ACCEPTED}),
    )
    customer = CustomerField(
        label=_("Customer"),
        required=False,
        help_text=_("Empty: the one whom the file names"),
        error_messages={"invalid_choice": _("No customer of yours has this number. Type its number or choose it.")},
    )
    submit_token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    fieldsets = ((None, (("file", "customer"), "submit_token")),)
    widths = {"file": (12, 6), "customer": (12, 6)}

    def __init__(self, data=None, files=None, *, by: User, of_draft: bool, customer: Customer | None = None):
        initial = {"submit_token": uuid4(), "customer": customer.pk if customer else None}
        super().__init__(data, files, initial=initial)
        self.fields["file"].widget.attrs |= attachment_rules().attributes()
        if of_draft:
            del self.fields["customer"], self.fields["submit_token"]
            return
        choice: Any = self.fields["customer"]
        choice.queryset = Customer.objects.visible_to(by)
        choice.show_choice(self["customer"].value())
