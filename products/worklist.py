"""What waits about the stock: what has come down to its reorder point."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.deadlines import counted_from, deadlines_after
from core.templatetags.ui import quantity
from core.worklist import Item, Source, worklist_source
from products.models import Product
from products.rights import may_keep_stock

KIND = "low_stock"
_ORDER_DAYS = 2  # working days to order or make more


@worklist_source
class LowStock(Source):
    """For operations: products of which more must be ordered or made."""

    kind = KIND
    label = gettext_lazy("Low stock")

    def waiting(self, user: User) -> QuerySet:
        if not may_keep_stock(user):
            return Product.objects.none()
        return Product.objects.filter(low_since__isnull=False).order_by("low_since", "id")

    def due_before(self, instants):
        return counted_from("low_since", _ORDER_DAYS, instants)

    def items_of(self, records):
        deadlines = deadlines_after([product.low_since for product in records], _ORDER_DAYS)
        return [self._item(product, deadlines[product.low_since]) for product in records]

    def list_url(self):
        return f"{reverse('products:list')}?stock=low"

    def _item(self, product: Product, deadline: Any) -> Item:
        words = {
            "available": quantity(product.available),
            "unit": product.unit,
            "point": quantity(product.reorder_point),
        }
        return Item(
            kind=KIND,
            kind_label=str(self.label),
            whom=product.code,
            what=str(product),
            detail=_("%(available)s %(unit)s available, reorder point %(point)s") % words,
            url=product.get_absolute_url(),
            verb=_("Reorder"),
            due=deadline.at,
            why=deadline.explained(_("Two working days after it came down to its reorder point.")),
            estimated=deadline.counted.estimated,
        )
