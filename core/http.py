"""The two answers to a form: "not like this" and "done, look there"; and what may be a row's id among its values."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import render, resolve_url

_MOST_DIGITS = 18


class HttpResponseSeeOther(HttpResponseRedirectBase):
    """Redirect after a POST: the browser must fetch the target with GET."""

    status_code = 303


def see_other(to, *args, **kwargs) -> HttpResponseSeeOther:
    """303 to a URL, a URL name with its arguments, or an object with ``get_absolute_url``."""
    return HttpResponseSeeOther(resolve_url(to, *args, **kwargs))


def render_invalid(request: HttpRequest, template: str, context: dict) -> HttpResponse:
    """The page again with everything that was typed and what is wrong with it, as HTTP 422."""
    return render(request, template, context, status=422)


def is_key(text: str) -> bool:
    """Whether a posted text can be the id of a row: digits, and no more of them than every database takes."""
    return text.isdecimal() and len(text) <= _MOST_DIGITS
