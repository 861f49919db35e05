"""What of the catalogue and the stock comes from spreadsheets."""

from products.imports.catalogue import COLUMNS, rows_of
from products.imports.counts import COUNTS

__all__ = ["COLUMNS", "COUNTS", "rows_of"]
