"""Home, search: the pages of the kit itself."""

from datetime import timedelta

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from core import parameters
from core.home import panels_for
from core.interrupted import waiting
from core.search import SHORTEST, find
from core.workdays import workday, workdays_between
from core.worklist import worklist_for


@require_GET
def worklist(request):
    """Everything that waits for the person, by due time, the longest overdue first; below it how their work stands."""
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    week = workdays_between(monday, monday + timedelta(days=6))
    # The days of this week that the calendar moved: work at the weekend, holidays on weekdays.
    moved = [day for day in week if day.worked != (day.day.weekday() < 5)]
    found = worklist_for(request.user)
    context = {"groups": found.groups, "rests": found.rests, "today": workday(today), "moved": moved}
    context["panels"] = panels_for(request.user)
    return render(request, "core/worklist.html", context)


@require_GET
def typed_again(request):
    """What was sent without a login, to be sent again or dropped by whoever has logged in."""
    sent = waiting(request)
    return render(request, "core/typed_again.html", {"sent": sent}) if sent else redirect("worklist")


@require_GET
def search(request):
    """What the search finds: below the field while one types, as a page on Enter; a single hit opens at once."""
    text = parameters.searched(request.GET)
    hits = find(request.user, text)
    context = {"searched": text, "hits": hits, "shortest": SHORTEST}
    if request.htmx:
        return render(request, "core/_search_hits.html", context)
    return redirect(hits[0].url) if len(hits) == 1 else render(request, "core/search.html", context)
