"""A form field for one customer among very many: a type-ahead, and without JavaScript the customer's number."""

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy

from core.http import is_key
from core.text_key import text_key
from customers.models import Customer


class CustomerField(forms.ModelChoiceField):
    """Takes a customer's id (from the type-ahead) or number (typed); only customers of ``queryset`` count.

    The number of a file that was merged into one of them means that one; who chose it before the merge is told.
    """

    widget = forms.TextInput

    def __init__(self, queryset=None, **kwargs):
        super().__init__(Customer.objects.none() if queryset is None else queryset, **kwargs)
        self.widget.attrs.update({"data-type-ahead-url": reverse_lazy("customers:suggest"), "autocomplete": "off"})

    def to_python(self, value):
        if isinstance(value, Customer) or value in self.empty_values:
            return value or None
        text, seen = str(value).strip(), self.queryset
        named = {"pk": text} if is_key(text) else {"number_key": text_key(text)}
        if seen is not None and (customer := seen.filter(**named).first()):
            return customer
        merged = Customer.objects.filter(merged_into__in=seen, **named).first() if seen is not None else None
        if merged and "number_key" in named:
            return merged.successor
        if merged:
            raise ValidationError(merged.why_merged)
        raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value})

    def show_choice(self, value) -> None:
        """Lets the type-ahead open with the name of what is chosen instead of its id."""
        try:
            customer = self.to_python(value)
        except ValidationError:
            return
        if customer:
            self.widget.attrs.update({"data-text": str(customer), "data-meta": customer.number})
