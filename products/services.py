"""What people do with the catalogue and the stock: each verb is one transaction with one event."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.events import changes_between, record
from core.locks import lock_row
from core.pinyin import reading_of, search_key_of
from products.models import Product, StockMove

#: What the catalogue says about a product; a change of one of these stands in its history.
FACTS = ("category", "code", "name", "specification", "unit", "kind", "list_price", "tax_rate", "lead_time", "active")


@transaction.atomic
def create_product(*, product: Product, by) -> Product:
    """Adds a product to the catalogue. Raises ValidationError."""
    make_findable(product)
    product.full_clean()
    product.save(force_insert=True)
    record(product, "product_created", by=by)
    return product


@transaction.atomic
def update_product(*, product: Product, by) -> Product:
    """Keeps the product as it stands in memory. Saving without a change leaves no trace. Raises ValidationError."""
    stored = lock_row(Product, product.pk)
    make_findable(product)
    product.full_clean()
    product.save(update_fields=[*FACTS, "search_key", "name_pinyin"])
    changes = changes_between({name: getattr(stored, name) for name in FACTS}, product)
    if changes:
        record(product, "product_changed", by=by, changes=changes)
    return product


def make_findable(product: Product) -> None:
    """Writes onto the product (unsaved) what is searched and sorted by."""
    product.name_pinyin = reading_of(product.name)
    product.search_key = search_key_of([product.code], [product.name, product.specification])


@transaction.atomic
def record_stock_move(*, product: Product, quantity: Decimal, reason: str, by, note: str = "") -> StockMove:
    """Moves goods in (positive) or out (negative), in the product's unit.

    Raises:
        ValidationError: for a service, a move of nothing, or one that would take more than there is.
    """
    on_hand = check_stock_move(product=product, quantity=quantity)
    move = StockMove(product=product, quantity=quantity, reason=reason, note=note, by=by)
    move.full_clean()
    move.save(force_insert=True)
    product.on_hand = on_hand + quantity
    product.save(update_fields=["on_hand"])
    record(move, "stock_moved", by=by, note=note, quantity=str(quantity), reason=reason)
    return move


def check_stock_move(*, product: Product, quantity: Decimal) -> Decimal:
    """Locks the product's stock and returns what is on hand; refuses what cannot be moved.

    Raises ValidationError with a sentence.
    """
    on_hand: Decimal = lock_row(Product, product.pk).on_hand
    if not product.keeps_stock:
        raise ValidationError({"product": _("“%(product)s” is a service and has no stock.") % {"product": product}})
    if not quantity:
        raise ValidationError({"quantity": _("Write how many come in, or with a minus how many go out.")})
    if on_hand + quantity < 0:
        raise ValidationError(
            {"quantity": _("Only %(count)s %(unit)s on hand.") % {"count": f"{on_hand:f}", "unit": product.unit}}
        )
    return on_hand
