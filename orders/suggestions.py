"""What order entry offers while somebody types: products, and the price this customer paid last."""

from collections.abc import Iterable

from django.db.models import Case, F, OuterRef, Subquery, Value, When
from django.utils.translation import gettext as _

from core.templatetags.ui import quantity
from customers.models import Customer
from orders.grid import Offer, Row
from orders.models import Order, OrderLine
from orders.statuses import EFFECTIVE
from products.models import Product

MOST_PRODUCTS = 12


def products_for(user, text: str, customer: Customer | None) -> list[tuple[Product, OrderLine | None]]:
    """The products on sale that match (number, name, specification, pinyin, initials), with the customer's last deal.

    Those whose number begins with the text come first, then those whose name does.
    """
    text = text.strip()
    begins = [When(code__istartswith=text, then=Value(0)), When(name__startswith=text, then=Value(1))]
    found = Product.objects.visible_to(user).on_sale().matching(text)
    products = list(found.alias(rank=Case(*begins, default=Value(2))).order_by("rank", "code")[:MOST_PRODUCTS])
    deals = last_deals(user, customer, [product.pk for product in products])
    return [(product, deals.get(product.pk)) for product in products]


def last_deals(user, customer: Customer | None, products: Iterable[int]) -> dict[int, OrderLine]:
    """The customer's newest approved line of each product, by product id; two queries."""
    if customer is None:
        return {}
    orders = Order.objects.visible_to(user).filter(customer=customer, status__in=EFFECTIVE)
    sold = OrderLine.objects.filter(
        order__in=orders, product=OuterRef("pk"), revision=F("order__revision"), unit_price__isnull=False
    )
    newest = Subquery(sold.order_by("-order__order_date", "-id").values("id")[:1])
    ids = Product.objects.filter(pk__in=list(products)).order_by().annotate(deal=newest).values_list("deal", flat=True)
    lines = OrderLine.objects.filter(pk__in=[pk for pk in ids if pk]).select_related("order")
    return {line.product_id: line for line in lines if line.product_id}


def deal_offer(line: OrderLine) -> Offer:
    """A former line as a price to take over."""
    where = _("(%(day)s, %(order)s, %(quantity)s %(unit)s)") % {
        "day": line.order.order_date.isoformat(),
        "order": line.order,
        "quantity": quantity(line.quantity),
        "unit": line.unit,
    }
    # Only lines that have a price are former deals.
    return Offer(_("Last price"), line.unit_price, line.discount, where)  # type: ignore[arg-type]


def list_offer(product: Product) -> Offer:
    """The catalogue's price as one to take over."""
    return Offer(_("List price"), product.list_price)


def offer_last_prices(rows: list[Row], user, customer: Customer | None) -> None:
    """Gives each row with a product the customer's last price, where that is not what the row says already."""
    deals = last_deals(user, customer, {row.product.pk for row in rows if row.product})
    for row in rows:
        if row.product and (line := deals.get(row.product.pk)):
            _offer(row, deal_offer(line))


def offer_list_prices(rows: list[Row]) -> None:
    """Gives each row with a product the list price, where the row has another."""
    for row in rows:
        if row.product:
            _offer(row, list_offer(row.product))


def _offer(row: Row, offer: Offer) -> None:
    if (offer.price, offer.discount) != (row.figures.get("unit_price"), row.discount):
        row.offer = offer
