"""The monthly archive, in the order of its making.

``automatic_closing`` what decides that a month is closed by itself · ``checklist`` what is not in order · ``sections``
what is kept of a month, ``snapshot`` read at one moment as canonical rows, ``content_hash`` their hash · ``figures``
the month's figures among them · ``workbook`` the same for people · ``closing`` closes the month, then keeps all this,
as a job that may be killed anywhere · ``seal`` one number over all that stands around the rows · ``verify`` whether it
is still what it was, ``changed_records`` whether the records are · ``late_records`` what was recorded too late,
``supplements`` where that is kept · ``signed_report`` the report that was signed for the month · ``views`` and ``page``
show it.

Closing has two steps. The first is one row written while the period is held: from then on nothing is booked in the
month. The second, at leisure, reads what was booked, and may be repeated until it lasts.
"""
