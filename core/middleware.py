"""A database that stays locked past its timeout becomes a page that says so and keeps what was typed."""

from django.db import OperationalError
from django.shortcuts import render


class BusyDatabaseMiddleware:
    """Turns "database is locked" and lock timeouts into 503 with the posted values still in the page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, OperationalError) or not _is_busy(exception):
            return None
        typed = [(k, v) for k, values in request.POST.lists() if k != "csrfmiddlewaretoken" for v in values]
        response = render(request, "503.html", {"typed": typed}, status=503)
        response["Retry-After"] = "5"
        return response


def _is_busy(error: OperationalError) -> bool:
    text = str(error).lower()
    return "locked" in text or "lock timeout" in text
