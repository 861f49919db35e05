"""What finance writes when it gives a customer a credit limit of its own."""

from django import forms
from django.utils.translation import gettext_lazy as _


class LimitForm(forms.Form):
    """An empty amount takes the limit away."""

    amount = forms.DecimalField(
        label=_("Own credit limit (元)"), required=False, min_value=0, max_digits=14, decimal_places=2
    )
    until = forms.DateField(label=_("until"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200)
    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
