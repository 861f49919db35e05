"""Pages and fragments that belong to the site as a whole."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.messages import unread_count
from core.worklist import counts_for
from ordersys.navigation import navigation_for

BELL = "messages"


@require_GET
def navigation_counts(request):
    """What waits behind each entry of the navigation, swapped into the page after it has loaded.

    A count named ``<key>_late`` says how many of ``<key>`` are past due and paints the number red.
    """
    counts = {**counts_for(request.user), BELL: unread_count(request.user)}
    wanted = {BELL, *(entry["count_key"] for group in navigation_for(request.user) for entry in group["entries"])}
    shown = [
        {"key": key, "number": number, "late": counts.get(f"{key}_late", 0)}
        for key, number in counts.items()
        if number and key in wanted
    ]
    return render(request, "ordersys/_navigation_counts.html", {"counts": shown})
