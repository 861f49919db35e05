"""Historical orders from a spreadsheet: born in their final state, with a mark in their history.

``columns`` what stands in the file · ``terms`` payment terms as people write them · ``past`` an order out of its rows ·
``lookup`` whose and of what it is · ``existing`` orders that are here already · ``plan`` all of it together · ``birth``
the rows of every table, made ready outside of any transaction · ``kind`` the import as the kit knows it.
"""
