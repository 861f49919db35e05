"""A form field for one customer among very many: a type-ahead, and without JavaScript the customer's number."""

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy

from customers.models import Customer


class CustomerField(forms.ModelChoiceField):
    """Takes a customer's id (from the type-ahead) or number (typed); only customers of ``queryset`` count."""

    widget = forms.TextInput

    def __init__(self, queryset=None, **kwargs):
        super().__init__(Customer.objects.none() if queryset is None else queryset, **kwargs)
        self.widget.attrs.update({"data-type-ahead-url": reverse_lazy("customers:suggest"), "autocomplete": "off"})

    def to_python(self, value):
        if isinstance(value, Customer) or value in self.empty_values:
            return value or None
        text, seen = str(value).strip(), self.queryset
        named = {"pk": text} if text.isdecimal() else {"number__iexact": text}
        if seen is not None and (customer := seen.filter(**named).first()):
            return customer
        raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value})

    def show_choice(self, value) -> None:
        """Lets the type-ahead open with the name of what is chosen instead of its id."""
        try:
            customer = self.to_python(value)
        except ValidationError:
            return
        if customer:
            self.widget.attrs.update({"data-text": str(customer), "data-meta": customer.number})
