"""A form field for one product: a type-ahead, and without JavaScript the product's number."""

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from core.http import is_key
from core.text_key import text_key
from products.models import Product


class ProductField(forms.ModelChoiceField):
    """Takes a product's id (from the type-ahead) or number (typed); what is discontinued is not offered."""

    widget = forms.TextInput
    default_error_messages = {"invalid_choice": _("There is no such product on sale. Choose one from the list.")}

    def __init__(self, **kwargs):
        super().__init__(Product.objects.on_sale(), **kwargs)
        self.widget.attrs.update({"data-type-ahead-url": reverse_lazy("products:suggest"), "autocomplete": "off"})

    def to_python(self, value):
        if isinstance(value, Product) or value in self.empty_values:
            return value or None
        text = str(value).strip()
        by_key = Product.objects.on_sale().filter(pk=text).first() if is_key(text) else None
        product = by_key or Product.objects.on_sale().filter(code_key=text_key(text)).first()
        if product is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return product

    def show_choice(self, value) -> None:
        """Lets the type-ahead open with the name of what is chosen instead of its id."""
        try:
            product = self.to_python(value)
        except ValidationError:
            return
        if product:
            self.widget.attrs.update({"data-text": f"{product.code} {product}", "data-meta": product.unit})
