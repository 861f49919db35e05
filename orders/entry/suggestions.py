"""What order entry offers while somebody types: products, the price agreed with this customer, the one paid last."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext as _

from agreements.models import PriceAgreement
from agreements.prices import agreed_prices, net_price
from core.templatetags.ui import quantity
from customers.models import Customer
from orders.entry.grid import Offer, Row
from orders.models import Order, OrderLine
from orders.statuses import EFFECTIVE
from products.models import Product

MOST_PRODUCTS = 12


@dataclass(frozen=True)
class Suggestion:
    """A product with the price that is agreed with the customer on the order date, and the customer's last deal."""

    product: Product
    agreement: PriceAgreement | None
    deal: OrderLine | None


def products_for(user, text: str, customer: Customer | None, day: date) -> list[Suggestion]:
    """The products on sale that match (number, name, specification, pinyin, initials).

    Those whose number begins with the text come first, then those whose name does.
    """
    found = Product.objects.visible_to(user).on_sale().matching(text)
    products = list(found.likeliest(text)[:MOST_PRODUCTS])
    keys = [product.pk for product in products]
    agreed, deals = agreements_with(user, customer, keys, day), last_deals(user, customer, keys)
    return [Suggestion(each, agreed.get(each.pk), deals.get(each.pk)) for each in products]


def agreements_with(user, customer: Customer | None, products: Iterable[int], day: date) -> dict[int, PriceAgreement]:
    """What is agreed with the customer on a day, by product id; one query."""
    wanted = set(products)
    if customer is None or not wanted:
        return {}
    return agreed_prices(PriceAgreement.objects.visible_to(user), customer.pk, wanted, day)


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


def agreed_offer(agreement: PriceAgreement) -> Offer:
    """An agreed price as one to take over; it has no discount."""
    return Offer(_("Agreed price"), agreement.price, note=_("(%(until)s)") % {"until": agreement.until}, agreed=True)


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


def offer_agreed_prices(rows: list[Row], user, customer: Customer | None, day: date) -> None:
    """Gives each row with a product the price agreed on that day, in place of a list price that has just come in."""
    agreed = agreements_with(user, customer, {row.product.pk for row in rows if row.product}, day)
    for row in rows:
        if row.product and (agreement := agreed.get(row.product.pk)):
            row.agreed = agreed_offer(agreement)
            if "unit_price" in row.filled:
                row.take_price(agreement.price)


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
    if net_price(offer.price, offer.discount) != row.net_price:
        row.offer = offer
