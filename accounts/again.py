"""Logging in again in the middle of something: the login form carries what was typed."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render, resolve_url

from accounts.forms import LoginForm
from accounts.people import logins_to_show
from core import parameters
from core.http import is_by_script, see_other
from core.interrupted import Interrupted, go_on, interrupted, unsealed


def login_page(request, sent: Interrupted | None):
    """The login instead of the page that was asked for; nothing was done (422)."""
    context = {
        "form": LoginForm(request),
        "typed": sent.sealed() if sent else "",
        "next": sent.before if sent else "",
        "demo_logins": logins_to_show(),
    }
    return render(request, "registration/login.html", context, status=422)


def token_refused(request, reason=""):
    """A form whose security token belongs to an earlier login: what it says is kept, if it came from a page of ours.

    Any other site may have sent the rest, so nothing of it is offered to be sent again. A script is told (401), and
    asks for a fresh token.
    """
    if is_by_script(request):
        return HttpResponse(status=401)
    if not _from_our_pages(request):
        return render(request, "403_csrf.html", status=403)
    at_login = request.path == resolve_url(settings.LOGIN_URL)
    sent = unsealed(parameters.text(request.POST, "typed")) if at_login else interrupted(request)
    if not request.user.is_authenticated:
        return login_page(request, sent)
    return go_on(request, sent) if sent else see_other(settings.LOGIN_REDIRECT_URL)


def _from_our_pages(request) -> bool:
    origin = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin") == origin or request.headers.get("Sec-Fetch-Site") == "same-origin"
