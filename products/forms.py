"""A product as one form."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import FieldsetForm, FieldsetModelForm
from core.stale import Difference
from core.templatetags.ui import price
from products.models import COSTS, Category, Product, StockMove
from products.services import FIELDS


class ProductForm(FieldsetModelForm):
    """Adds a product (no instance) or changes one."""

    submit_token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    fieldsets = (
        (_("Product file"), (("code", "category"), ("name", "specification"), ("unit", "kind"))),
        (_("Price and lead time"), (("list_price", "tax_rate", "lead_time"), ("reorder_point", "active"))),
        (_("Standard costs of one unit (for managers and finance)"), (COSTS,)),
    )
    widths = dict.fromkeys(COSTS, (6, 4))

    class Meta:
        model = Product
        fields = FIELDS + COSTS

    def __init__(self, data=None, *, by: User, instance: Product | None = None):
        super().__init__(data, instance=instance)
        if not by.sees_costs:
            for name in COSTS:
                del self.fields[name]
        self.fields["category"] = CategoryField(Category.objects.in_tree(), label=self.fields["category"].label)
        self.conflict: list[Difference] = []
        self.initial["version" if instance else "submit_token"] = instance.version if instance else uuid.uuid4()
        del self.fields["submit_token" if instance else "version"]

    def go_on_from(self, current: Product) -> None:
        """After somebody else saved first: shows what differs, and lets the next save replace it knowingly."""
        posted: Any = self.data
        self.data = {**posted.dict(), "version": current.version}
        shown = [name for name in self.Meta.fields if name in self.fields]
        differing = [name for name in shown if getattr(current, name) != getattr(self.instance, name)]
        labels = {name: str(Product._meta.get_field(name).verbose_name) for name in differing}  # type: ignore[union-attr]
        self.conflict = [Difference(labels[n], said(current, n), said(self.instance, n)) for n in differing]


def said(product: Product, name: str) -> str:
    """What a product says in one field, as a page shows it."""
    value = getattr(product, f"get_{name}_display", lambda: getattr(product, name))()
    if value is None:
        return "—"
    return price(value) if isinstance(value, Decimal) else str(value)


class CategoryField(forms.ModelChoiceField):
    """A family of products, each with those below it behind it, a little to the right."""

    def label_from_instance(self, obj):
        return f"　{obj}" if obj.parent_id else str(obj)


class CategoryForm(FieldsetModelForm):
    """Adds or changes a family of products."""

    fieldsets = ((_("Category"), (("name", "parent"),)),)

    class Meta:
        model = Category
        fields = ("name", "parent")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        tops = Category.objects.filter(parent=None).exclude(pk=self.instance.pk)
        self.fields["parent"] = forms.ModelChoiceField(
            tops, label=self.fields["parent"].label, required=False, empty_label=_("at the top")
        )


class AdjustmentForm(FieldsetForm):
    """Goods that come in or go out by hand: how many, and why."""

    #: What the system books by itself is not offered.
    REASONS = (
        StockMove.Reason.ADJUSTMENT,
        StockMove.Reason.SCRAP,
        StockMove.Reason.PURCHASE,
        StockMove.Reason.PRODUCTION,
        StockMove.Reason.OPENING,
    )

    submit_token = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)
    quantity = forms.DecimalField(
        label=_("Quantity"),
        max_digits=14,
        decimal_places=3,
        help_text=_("What goes out has a minus."),
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=[(each.value, each.label) for each in REASONS])
    note = forms.CharField(label=_("In words: why"), max_length=200)

    fieldsets = ((_("Stock move"), (("quantity", "reason"), "note")),)
