"""Home, search: the pages of the kit itself."""

from datetime import timedelta

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from core.search import SHORTEST, find
from core.workdays import workday, workdays_between
from core.worklist import groups_for


@require_GET
def worklist(request):
    """Everything that waits for the person, by due time, the longest overdue first."""
    today = timezone.localdate()
    groups = groups_for(request.user)
    return render(request, "core/worklist.html", {"groups": groups, "today": workday(today), "moved": _moved(today)})


def _moved(today) -> list:
    """The days of this week that the calendar moved: work at the weekend, holidays on weekdays."""
    monday = today - timedelta(days=today.weekday())
    week = workdays_between(monday, monday + timedelta(days=6))
    return [day for day in week if day.worked != (day.day.weekday() < 5)]


@require_GET
def search(request):
    """What the search finds: below the field while one types, as a page on Enter; a single hit opens at once."""
    text = request.GET.get("q", "")
    hits = find(request.user, text)
    context = {"searched": text, "hits": hits, "shortest": SHORTEST}
    if request.htmx:
        return render(request, "core/_search_hits.html", context)
    return redirect(hits[0].url) if len(hits) == 1 else render(request, "core/search.html", context)
