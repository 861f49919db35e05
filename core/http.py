"""What is in a form and who sends it; its two answers, "not like this" and "done, look there"."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import render, resolve_url

# What every form of ours carries and nobody typed: its token, and whom its page was made for.
_UNTYPED = ("csrfmiddlewaretoken", "page_of")
_GIVEN = ("version", "token", "submit_token", "next", "back", "product", "save", "submit")
_MOST_DIGITS = 18  # of a row's id, in every database


class HttpResponseSeeOther(HttpResponseRedirectBase):
    """Redirect after a POST: the browser must fetch the target with GET."""

    status_code = 303


def see_other(to, *args, **kwargs) -> HttpResponseSeeOther:
    """303 to a URL, a URL name with its arguments, or an object with ``get_absolute_url``."""
    return HttpResponseSeeOther(resolve_url(to, *args, **kwargs))


def render_invalid(request: HttpRequest, template: str, context: dict) -> HttpResponse:
    """The page again with everything that was typed and what is wrong with it, as HTTP 422."""
    return render(request, template, context, status=422)


def typed_in(data: QueryDict) -> list[tuple[str, str]]:
    """What somebody typed into a form, field by field; nothing of a form in which there is a password."""
    pairs = [(name, value) for name, values in data.lists() if name not in _UNTYPED for value in values]
    return [] if any("password" in name for name, _value in pairs) else pairs


def names_of_files(request: HttpRequest) -> list[str]:
    """What the files that came with a form are called."""
    return [upload.name or "" for _name, uploads in request.FILES.lists() for upload in uploads]


def in_rows(pairs: list[tuple[str, str]]) -> str:
    """What was typed as text: each field on a line of its own, the cells of one row of a grid beside each other.

    Ids, versions and tokens are left out, and addresses of pages: nobody typed them.
    """
    rows: dict[str, list[str]] = {}
    for name, text in pairs:
        row, _dash, field = name.rpartition("-")
        if text and field not in _GIVEN:
            rows.setdefault(row or name, []).append(text)
    return "\n".join("\t".join(cells) for cells in rows.values())


def is_by_script(request: HttpRequest) -> bool:
    """Whether a script of the page asks, which stays there whatever the answer is."""
    told = "HX-Request" in request.headers or "X-Requested-With" in request.headers
    return told or request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"


def is_key(text: str) -> bool:
    """Whether a posted text can be the id of a row: digits, and no more of them than every database takes."""
    return text.isdecimal() and len(text) <= _MOST_DIGITS
