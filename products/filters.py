"""What the product list can be narrowed by."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet, ModelChoiceFilter

from products.models import Category, Product


class Sale(models.TextChoices):
    ON_SALE = "yes", _("On sale")
    DISCONTINUED = "no", _("Discontinued")


class ProductFilter(FilterSet):
    q = CharFilter(method="search", label=_("Search"))
    category = ModelChoiceFilter(queryset=Category.objects.all(), label=_("Category"), empty_label=_("Category"))
    kind = ChoiceFilter(choices=Product.Kind.choices, label=_("Kind"), empty_label=_("Kind"))
    active = ChoiceFilter(choices=Sale.choices, method="on_sale", label=_("Status"), empty_label=_("Status"))

    class Meta:
        model = Product
        fields = ("q", "category", "kind", "active")

    def search(self, queryset, name, value):
        return queryset.matching(value)

    def on_sale(self, queryset, name, value):
        return queryset.filter(active=value == Sale.ON_SALE)
