"""Historical orders from a spreadsheet: born in their final state, with a mark in their history.

``columns`` what stands in the file · ``terms`` payment terms as people write them · ``past_order`` an order out of its
rows · ``lookup`` whose and of what it is · ``existing`` orders that are here already · ``plan`` all of it together ·
``records`` the rows of every table, made ready outside of any transaction · ``kind`` the import as the kit knows it ·
``export`` orders in the import's columns.
"""

from approvals.imports.kind import ORDERS

__all__ = ["ORDERS"]
