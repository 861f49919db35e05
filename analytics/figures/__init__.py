"""What a figure means and which orders it counts.

``kpis`` the definitions, pure functions · ``counting`` the same for all segments at once, in SQL · ``catalogue`` key,
label and definition as people read them · ``months`` and ``segments`` what a figure is about · ``counted_orders`` the
orders and lines behind it · ``display`` a figure as text, ``names`` what segments are called, ``addresses`` where a
figure leads.
"""
