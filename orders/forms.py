"""The forms of orders beside order entry."""

import uuid

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import FieldsetForm
from orders.quotations import LONGEST, usual_last_day


class QuotationForm(FieldsetForm):
    """Until when an offer holds, and what is said beside it."""

    valid_until = forms.DateField(label=_("Valid until"))
    remark = forms.CharField(
        label=_("Remark for the customer"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Printed below the terms; what was agreed by phone, freight, packing …"),
    )
    submit_token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    fieldsets = (("", ("valid_until", "remark")),)
    widths = {"valid_until": (12, 4)}

    def __init__(self, data=None):
        super().__init__(data)
        self.initial.update(valid_until=usual_last_day(), submit_token=uuid.uuid4())
        today = timezone.localdate()
        bounds = {"min": today.isoformat(), "max": (today + LONGEST).isoformat()}
        self.fields["valid_until"].widget.attrs.update(bounds)
