"""What we sell, and how much of it there is."""

from products.models.catalogue import COSTS, Category, Product, StockMove
from products.models.count import CountStatus, StockCount, StockCountLine

__all__ = ["COSTS", "Category", "CountStatus", "Product", "StockCount", "StockCountLine", "StockMove"]
