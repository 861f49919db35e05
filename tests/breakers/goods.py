"""Catalogue and stock."""

from decimal import Decimal

from django.utils import timezone

from accounts.roles import Role
from core.workflow import take
from products.counting import Counted, open_count, write_down
from products.models import Category, StockMove
from tests.breakers.kit import breaks, damage
from tests.factories import ProductFactory, UserFactory


@breaks("low stock")
def a_product_that_is_low_unnoticed():
    product = ProductFactory(reorder_point=None)
    yield
    damage(product, reorder_point=5)


@breaks("low stock")
def a_product_that_is_called_low_and_is_not():
    product = ProductFactory()
    yield
    damage(product, low_since=timezone.now())


@breaks("category tree")
def a_category_on_a_third_level():
    top = Category.objects.create(name="工控")
    middle = Category.objects.create(name="柜体", parent=top)
    low = Category.objects.create(name="防爆柜")
    yield
    damage(low, parent=middle)


def posted_count():
    by = UserFactory(role=Role.OPERATIONS)
    ProductFactory()
    count = open_count(category=None, note="", by=by)
    write_down(count=count, said={count.lines.get().pk: Counted(Decimal(4))}, by=by)
    take(count, "post", by=by)
    return count


@breaks("stock counts")
def a_difference_that_was_never_booked():
    count = posted_count()
    yield
    StockMove.objects.filter(count_line__count=count).update(count_line=None)


@breaks("stock counts")
def a_counted_figure_that_was_never_posted():
    count = posted_count()
    yield
    damage(count.lines.get(), difference=None)
