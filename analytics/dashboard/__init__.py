"""The dashboard of a month.

``views`` and ``board`` the page and what stands on it · ``targets`` what was to be sold · ``row_lists`` the lists of
orders, lines and customers behind a figure, chosen by ``filters``.
"""
