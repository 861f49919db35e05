"""A database that does not answer now but may in a moment, or a fault of ours: pages that keep what was typed."""

import psycopg
from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import get_language

from core.http import names_of_files, typed_in

#: Classes of PostgreSQL's SQLSTATE after which the transaction was undone: deadlock and its kin, lock timeout.
UNDONE = ("40", "55P03")
#: The connection is gone or was never had: broken, shut down or starting, too many of them.
LOST = ("08", "57P", "53300")


class UnansweredMiddleware:
    """Turns locks waited for in vain, deadlocks and lost connections into 503 with the posted values still in the page.

    Who the person is, is a question to the database too. It is asked here first, before anything else asks; the answer
    that it was in vain waits until the form is known to be one of ours.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        try:
            _asked = request.user.is_authenticated
        except (OperationalError, InterfaceError) as problem:
            if not was_undone(problem) and not is_lost(problem):
                raise
            request.user, request.unanswered = AnonymousUser(), problem
        return self.get_response(request)

    def process_view(self, request, view, arguments, names):
        problem = getattr(request, "unanswered", None)
        return problem and self.process_exception(request, problem)

    def process_exception(self, request, exception):
        if was_undone(exception):
            return ask_to_try_again(request, lost=False)
        return ask_to_try_again(request, lost=True) if is_lost(exception) else None


def was_undone(problem: Exception) -> bool:
    """Whether the database gave up for the sake of somebody else, and surely wrote nothing."""
    if not isinstance(problem, OperationalError):
        return False
    state = _sqlstate(problem)
    return state.startswith(UNDONE) if state else "database is locked" in str(problem)


def is_lost(problem: Exception) -> bool:
    """Whether there is no connection any more; what was under way may have been written or not."""
    if not isinstance(problem, OperationalError | InterfaceError) or not isinstance(problem.__cause__, psycopg.Error):
        return False
    return not _sqlstate(problem) or _sqlstate(problem).startswith(LOST)


def _sqlstate(problem: Exception) -> str:
    return getattr(problem.__cause__, "sqlstate", None) or ""


def broken(request: HttpRequest) -> HttpResponse:
    """The page after a fault of ours (500), with what was sent; it asks neither the database nor who the person is."""
    context = {"typed": typed_in(request.POST), "address": request.get_full_path(), "csrf_token": get_token(request)}
    return HttpResponse(render_to_string("500.html", context), status=500)


def ask_to_try_again(request: HttpRequest, *, lost: bool) -> HttpResponse:
    """The page with what was sent; it asks neither the database nor who the person is."""
    context = {
        "typed": typed_in(request.POST),
        "files": names_of_files(request),
        "is_lost": lost,
        "address": request.get_full_path(),
        "csrf_token": get_token(request),
        "page_language": "zh-Hans" if (get_language() or "").startswith("zh") else "en",
    }
    response = HttpResponse(render_to_string("503.html", context), status=503)
    response["Retry-After"] = "5"
    return response
