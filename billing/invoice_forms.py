"""The forms of invoices: what a rep asks for, and what finance writes about the paper."""

import uuid
from typing import ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.models import Invoice
from core.files import attachment_rules
from core.forms import FieldsetForm


class InvoiceRequestForm(FieldsetForm):
    """Which kind of invoice, and what finance should know; the orders stand beside it."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Kind of invoice"), choices=Invoice.Kind.choices)
    note = forms.CharField(
        label=_("Note for finance"),
        max_length=200,
        required=False,
        help_text=_("What shall stand on it, to whom it is sent."),
    )

    fieldsets = ((_("The invoice"), (("kind", "note"),)),)
    widths = {"kind": 4, "note": 8}

    @classmethod
    def fresh(cls, again: Invoice | None):
        """Empty, or as the refused one was that is asked for again."""
        said = {"kind": again.kind, "note": again.note} if again else {"kind": Invoice.Kind.SPECIAL}
        return cls(initial={**said, "token": uuid.uuid4()})


class IssueForm(FieldsetForm):
    """Under which number and on which day an invoice was issued. What is missing is said by the service."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    number = forms.CharField(label=_("Invoice number"), max_length=60, required=False)
    issued_on = forms.DateField(label=_("Issued on"), required=False)
    file = forms.FileField(
        label=_("The invoice as a file"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/*,application/pdf"}),
    )

    fieldsets: ClassVar[tuple] = ((_("The invoice"), (("number", "issued_on"), "file")),)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs |= attachment_rules().attributes()

    @classmethod
    def fresh(cls, invoice: Invoice):
        """Today, for the invoice as it stands now."""
        return cls(initial={"issued_on": timezone.localdate(), "version": invoice.version})


class RedForm(IssueForm):
    """The same of the red invoice, and why."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    fieldsets = ((_("The red invoice"), (("number", "issued_on"), "file", "reason")),)
