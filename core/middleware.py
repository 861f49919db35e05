"""What every request passes: unseen and too much stays outside, pages are stored nowhere, "not found" is our page."""

from contextlib import suppress

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import Http404, QueryDict, UnreadablePostError
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.cache import add_never_cache_headers
from django.views.defaults import page_not_found

from core.text_key import raw_free, visible


class VisibleTextMiddleware:
    """Takes out of path, cookies and every parameter what nobody sees and no database keeps; nothing written is lost.

    Passwords only lose what is no text at all. As the first reader of the body it also answers, with 413 and a
    sentence, a form that is larger than any form of ours.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.path_info = visible(request.path_info)
        request.GET = _seen(request.GET)
        request.COOKIES = {visible(name): visible(value) for name, value in request.COOKIES.items()}
        return self.get_response(request)

    def process_view(self, request, view, arguments, names):
        with suppress(UnreadablePostError):  # the browser has gone; who reads the body next is told the same
            try:
                request.POST = _seen(request.POST)
            except (RequestDataTooBig, TooManyFieldsSent):
                request.POST = QueryDict()
                return render(request, "413.html", status=413)
        return None


def _seen(parameters: QueryDict) -> QueryDict:
    """The same parameters, or a copy without the characters."""
    plain = [
        (visible(name), raw_free(value) if "password" in name else visible(value))
        for name, values in parameters.lists()
        for value in values
    ]
    if plain == [(name, value) for name, values in parameters.lists() for value in values]:
        return parameters
    seen = QueryDict(mutable=True, encoding=parameters.encoding)
    for name, value in plain:
        seen.appendlist(name, value)
    seen._mutable = False
    return seen


class NeverStoredMiddleware:
    """Forbids browsers and proxies to keep pages and files of people; only static files pass before it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        del response["Cache-Control"]
        add_never_cache_headers(response)
        return response


class OwnNotFoundMiddleware:
    """Answers what is not found with the page that everybody knows also while DEBUG is on, and never with a blank one.

    Who looks at the address of a verb, by Back or after a login, is led to the record that it belongs to.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 405 and request.method == "GET" and not response.content:
            return _led_on(request, response["Allow"])
        ours = response.status_code != 404 or not settings.DEBUG or getattr(response, "is_page_of_ours", False)
        return response if ours else page_not_found(request, Http404())


def _led_on(request, allowed: str):
    """A page that leads to what stands above an address that shows nothing."""
    above = request.path_info.rstrip("/").rpartition("/")[0] + "/"
    try:
        resolve(above)
    except Resolver404:
        above = ""
    page = render(request, "405.html", {"above": above}, status=405)
    page["Allow"] = allowed
    return page
