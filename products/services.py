"""What people do with the catalogue and the stock: each verb is one transaction with one event."""

from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.events import changes_between, record
from core.locks import lock_row, lock_rows
from core.pinyin import reading_of, search_key_of
from core.stale import Stale
from core.submitted import first_result, refuse_other_content, said_in, scoped
from products.models import COSTS, Category, Product, StockMove

#: What the catalogue says about a product; a change of one of these stands in its history.
FIELDS = (
    "category",
    "code",
    "name",
    "specification",
    "unit",
    "kind",
    "list_price",
    "tax_rate",
    "lead_time",
    "reorder_point",
    "active",
)

#: The verb of the events that tell of standard costs; fewer people see them than the rest of the history.
COSTS_CHANGED = "costs_changed"

#: What follows from these; a save names both.
KEYS = ("code_key", "name_key", "search_key", "name_pinyin")


def created_with(token: UUID | None, by: User) -> Product | None:
    """The product that this person added by an earlier click on the same form."""
    return first_result(Product, scoped(token, by))


@transaction.atomic
def create_product(*, product: Product, by: User, token: UUID | None = None) -> Product:
    """Adds a product to the catalogue; a second call with the same ``token`` returns the first one.

    Raises:
        core.submitted.SentOtherwise: when that call described another product.
        ValidationError: by field.
    """
    first = created_with(token, by)
    if first is None:
        product.submit_token = scoped(token, by)
        make_findable(product)
        product.note_level()
        try:
            with transaction.atomic():
                product.full_clean()
                product.save(force_insert=True)
        except (IntegrityError, ValidationError) as error:
            first = created_with(token, by)
            if first is None:
                raise _by_field(error) from error
    if first is not None:
        refuse_other_content(first, said_in(first, FIELDS + COSTS), said_in(product, FIELDS + COSTS))
        return first
    record(product, "product_created", by=by)
    _record_costs(product, dict.fromkeys(COSTS), by)
    return product


def _record_costs(product: Product, before: dict, by: User) -> None:
    if changes := changes_between(before, product):
        record(product, COSTS_CHANGED, by=by, changes=changes)


def _by_field(error: IntegrityError | ValidationError) -> ValidationError:
    """The refusal beside the field that people write: a number is taken however it is written."""
    taken = isinstance(error, IntegrityError) or "code_key" in error.message_dict
    return ValidationError({"code": _("A product with this number exists already.")}) if taken else error  # type: ignore[return-value]


@transaction.atomic
def update_product(*, product: Product, by: User, version: int | None = None) -> Product:
    """Keeps the product as it stands in memory. Saving without a change leaves no trace.

    Raises:
        core.stale.Stale: when ``version`` is not the product's any more.
        ValidationError: by field.
    """
    stored = lock_row(Product, product.pk)
    if version is not None and version != stored.version:
        raise Stale(stored)
    make_findable(product)
    try:
        product.full_clean()
    except ValidationError as error:
        raise _by_field(error) from error
    changes, costs = ([(n, getattr(stored, n)) for n in names] for names in (FIELDS, COSTS))
    if changes_between(dict([*changes, *costs]), product):
        product.note_level(stored)
        product.version = stored.version + 1
        product.save(update_fields=[*FIELDS, *COSTS, *KEYS, "low_since", "version"])
        if said := changes_between(dict(changes), product):
            record(product, "product_changed", by=by, changes=said)
        _record_costs(product, dict(costs), by)
    return product


@transaction.atomic
def save_category(*, category: Category, by: User) -> Category:
    """Adds or changes a family of products.

    Raises ValidationError by field: a name that is taken, or a third level.
    """
    # Both ends of the tree's new edge: nobody hangs the one or the other elsewhere meanwhile.
    lock_rows(Category.objects.filter(pk__in=[pk for pk in (category.pk, category.parent_id) if pk]))
    category.full_clean()
    verb = "category_changed" if category.pk else "category_added"
    category.save()
    record(category, verb, by=by, name=category.name, parent=str(category.parent or "—"))
    return category


def make_findable(product: Product) -> None:
    """Writes onto the product (unsaved) what is searched and sorted by."""
    product.name_pinyin = reading_of(product.name)
    product.search_key = search_key_of([product.code], [product.name, product.specification])


@transaction.atomic
def adjust_stock(
    *, product: Product, quantity: Decimal, reason: str, note: str, by: User, token: UUID | None = None
) -> StockMove:
    """What somebody moves by hand and says why; a second call with the same ``token`` returns the first move.

    Raises:
        core.submitted.SentOtherwise: when that call moved something else.
        ValidationError: by field, as ``record_stock_move``.
    """
    key = scoped(token, by, product)
    lock_row(Product, product.pk)  # two clicks at once stand in line here
    if first := first_result(StockMove, key):
        given = StockMove(product=product, quantity=quantity, reason=reason, note=note)
        names = ("quantity", "reason", "note")
        refuse_other_content(first, said_in(first, names), said_in(given, names))
        return first
    return record_stock_move(product=product, quantity=quantity, reason=reason, note=note, by=by, token=key)


@transaction.atomic
def record_stock_move(
    *, product: Product, quantity: Decimal, reason: str, by: User, note: str = "", token: UUID | None = None
) -> StockMove:
    """Moves goods in (positive) or out (negative), in the product's unit.

    Raises:
        ValidationError: for a service, a move of nothing, or one that would take more than there is.
    """
    stock = check_stock_move(product=product, quantity=quantity)
    move = StockMove(product=product, quantity=quantity, reason=reason, note=note, by=by, submit_token=token)
    move.full_clean()
    move.save(force_insert=True)
    stock.on_hand += quantity
    product.note_level(stock)
    product.save(update_fields=["on_hand", "low_since"])
    record(move, "stock_moved", by=by, note=note, quantity=str(quantity), reason=reason)
    return move


def check_stock_move(*, product: Product, quantity: Decimal) -> Product:
    """Locks the product's stock and returns it as it is under the lock; refuses what cannot be moved.

    Raises ValidationError with a sentence.
    """
    stock: Product = lock_row(Product, product.pk)
    if not product.keeps_stock:
        raise ValidationError({"product": _("“%(product)s” is a service and has no stock.") % {"product": product}})
    if not quantity:
        raise ValidationError({"quantity": _("Write how many come in, or with a minus how many go out.")})
    if stock.on_hand + quantity < 0:
        words = {"count": f"{stock.on_hand.normalize():f}", "unit": product.unit}
        raise ValidationError({"quantity": _("Only %(count)s %(unit)s on hand.") % words})
    return stock
