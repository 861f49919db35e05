"""Requirements from a spreadsheet: here, because a row may name the order that came of it.

``columns`` what stands in the file · ``plan`` which requirement a row means and what it changes · ``rows`` how that is
written, and requirements as rows again · ``kind`` the import as the kit knows it.
"""

from orders.imports.kind import REQUIREMENTS

__all__ = ["REQUIREMENTS"]
