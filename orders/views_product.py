"""What orders say about a product, for the product's page: which wait for its stock, and which bought it."""

from collections.abc import Sequence

from django.db.models import F
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.models import User
from core.columns import Column, DateColumn, LinkColumn, PercentColumn, PriceColumn, QuantityColumn
from core.table import Heading, table_rows
from orders.models import Order, OrderLine
from orders.reservations import Place, line_up
from orders.statuses import EFFECTIVE
from products.models import Product

_LAST_LINES = 20
_TO_SHIP, _FROM_STOCK, _MISSING = _("Still to ship"), _("From stock"), _("Missing")
_PROMISED = _("promised delivery date")
_COLUMNS = (
    LinkColumn("order", _("Order number"), css="card-top"),
    DateColumn("date", _("Order date"), lambda line: line.order.order_date, css="card-top-end"),
    Column("customer", _("Customer"), lambda line: line.order.customer_name, css="card-middle"),
    QuantityColumn("quantity", _("Quantity"), css="card-middle-end", card_label=_("Quantity")),
    PriceColumn("unit_price", _("Unit price (元, without tax)"), css="card-foot", price=True),
    PercentColumn("discount", _("Discount"), css="card-foot-middle", price=True, card_label=_("Discount")),
    QuantityColumn("to_ship", _TO_SHIP, css="card-foot-end", card_label=_TO_SHIP),
)


def _standing(place: Place) -> str:
    return gettext("comes first") if place.is_first else ""


_WAITING = (
    LinkColumn("order", _("Order number"), lambda place: place.line.order, css="card-top"),
    DateColumn(
        "promised", _("promised delivery date"), lambda place: place.line.order.promised_date, css="card-top-end"
    ),
    Column("customer", _("Customer"), lambda place: place.line.order.customer_name, css="card-middle"),
    Column("first", _("Priority supply"), _standing, css="card-middle-end"),
    QuantityColumn("to_ship", _TO_SHIP, lambda place: place.line.to_ship, css="card-foot", card_label=_TO_SHIP),
    QuantityColumn("covered", _FROM_STOCK, css="card-foot-middle", card_label=_FROM_STOCK),
    QuantityColumn("missing", _MISSING, lambda place: place.missing or None, css="card-foot-end", card_label=_MISSING),
)


def _table(rows: list, columns: Sequence[Column]) -> dict:
    """What components/_table.html gets."""
    headings = [Heading(column) for column in columns]
    return {"rows": rows, "headings": headings, "body": table_rows(rows, columns, _address)}


def _address(row: OrderLine | Place) -> str:
    return row.line.get_absolute_url() if isinstance(row, Place) else row.get_absolute_url()


@require_GET
def buyers(request, pk: int):
    """Which orders wait for the product, in whose turn, and who bought it last, in the orders that this person may see;
    at what price for who sees prices.
    """
    product = get_object_or_404(Product.objects.visible_to(request.user), pk=pk)
    lines = OrderLine.objects.visible_to(request.user).filter(
        product=product, revision=F("order__revision"), order__status__in=EFFECTIVE
    )
    rows = list(lines.select_related("order").order_by("-id")[:_LAST_LINES])
    columns = [column for column in _COLUMNS if request.user.sees_prices or not column.price]
    context = {"bought": _table(rows, columns), "waiting": _table(_waiting_for(product, request.user), _WAITING)}
    return render(request, "orders/_product_buyers.html", context)


def _waiting_for(product: Product, user: User) -> list[Place]:
    """The first lines that wait for its stock, of the orders that this person may see."""
    places = line_up([product.pk])[product.pk] if product.keeps_stock else []
    orders = Order.objects.visible_to(user).filter(pk__among=[place.line.order_id for place in places])
    seen = set(orders.order_by().values_list("pk", flat=True)) if places else set()
    return [place for place in places if place.line.order_id in seen][:_LAST_LINES]
