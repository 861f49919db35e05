"""What the product list can be narrowed by."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet, ModelChoiceFilter

from products.forms import CategoryField
from products.models import Category, Product


class Sale(models.TextChoices):
    ON_SALE = "yes", _("On sale")
    DISCONTINUED = "no", _("Discontinued")


class CategoryFilter(ModelChoiceFilter):
    field_class = CategoryField


class Level(models.TextChoices):
    LOW = "low", _("Low stock")
    SHORT = "short", _("More promised than there is")


class ProductFilter(FilterSet):
    q = CharFilter(method="search", label=_("Search"))
    category = CategoryFilter(
        queryset=Category.objects.in_tree(), method="below", label=_("Category"), empty_label=_("Category")
    )
    kind = ChoiceFilter(choices=Product.Kind.choices, label=_("Kind"), empty_label=_("Kind"))
    active = ChoiceFilter(choices=Sale.choices, method="on_sale", label=_("Status"), empty_label=_("Status"))

    stock = ChoiceFilter(choices=Level.choices, method="at_level", label=_("Stock"), empty_label=_("Stock"))

    class Meta:
        model = Product
        fields = ("q", "category", "kind", "active", "stock")

    def search(self, queryset, name, value):
        return queryset.matching(value)

    def below(self, queryset, name, value):
        """Of the category, or of one below it."""
        return queryset.filter(models.Q(category=value) | models.Q(category__parent=value))

    def at_level(self, queryset, name, value):
        if value == Level.LOW:
            return queryset.filter(low_since__isnull=False)
        return queryset.filter(kind=Product.Kind.GOODS, on_hand__lt=models.F("reserved"))

    def on_sale(self, queryset, name, value):
        return queryset.filter(active=value == Sale.ON_SALE)
