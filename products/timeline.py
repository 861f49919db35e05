"""How the events of the catalogue and the stock read."""

from django.utils.translation import gettext_lazy as _

from core.events import Wording, describe

describe(
    "products.Product",
    product_created=Wording(_("Added to the catalogue")),
    product_changed=Wording(_("Catalogue changed")),
    costs_changed=Wording(_("Standard costs changed"), of_money=True),
)
describe(
    "products.Category",
    category_added=Wording(_("Category added")),
    category_changed=Wording(_("Category changed")),
)
describe(
    "products.StockCount",
    count_opened=Wording(_("Sheet made: %(scope)s, %(number)s products")),
    counted=Wording(_("Counted figures written down: %(number)s products")),
)
describe("products.StockMove", stock_moved=Wording(_("Stock moved by %(quantity)s")))
