"""The monthly archive, in the order of its making.

``checklist`` what is not in order · ``sections`` what is kept of a month, ``snapshot`` read at one moment as
``canonical`` rows with their hash · ``workbook`` the same for people · ``closing`` closes the month, then keeps all
this, as a job that may be killed anywhere · ``due`` which months wait for it · ``verify`` whether it is still what it
was · ``late`` what was recorded too late, ``supplements`` where that is kept · ``signed_report`` the report that was
signed for the month.

Closing has two steps. The first is one row written while the period is held: from then on nothing is booked in the
month. The second, at leisure, reads what was booked, and may be repeated until it lasts.
"""
