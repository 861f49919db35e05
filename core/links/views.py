"""The one public page of private links, and what staff see of the links that they gave away."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import parameters, registries
from core.http import HttpResponseSeeOther, see_other
from core.links.limit import address_of, count_try, is_tired_of
from core.links.purposes import Purpose, Visit
from core.links.qr import qr_code
from core.links.services import link_with, make_link, note_opened, renew_link, revoke_link
from core.locks import lock_row
from core.models import Company, PrivateLink

_SHOWN_FOR = 600  # seconds for which the browser that made a link can show it
_LARGEST_FORM = 256 * 1024  # bytes


class _OwnToken(CsrfViewMiddleware):
    """Says whether a form carries the token of its page. A page without a referrer sends the origin ``null``, also to
    itself, so that says nothing; the token does, and it is all that stands between a form and a foreign page.
    """

    def _origin_verified(self, request):
        return request.META["HTTP_ORIGIN"] == "null" or super()._origin_verified(request)  # type: ignore[misc]

    def _reject(self, request, reason):
        return HttpResponse(status=403)


_own_token = _OwnToken(lambda request: HttpResponse())


@csrf_exempt  # asked below, so that whoever has no login is not sent to one
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def private_page(request, token: str):
    """The document of a private link in the language that its page was asked for; Chinese unless it was.

    Wrong, expired and revoked links are answered alike, by one friendly page: 404, or 429 to an address that tried too
    often.
    """
    asked = parameters.text(request.GET, "language")
    with translation.override(asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        answer = _answer(request, token)
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _answer(request, token: str) -> HttpResponse:
    address = address_of(request)
    if is_tired_of(address):
        return _nothing_here(request, 429)
    if request.method == "POST":
        count_try(address)
        return _take_form(request, token, address)
    link = link_with(token)
    found = link and _visit(request, link, address)
    if not found:
        count_try(address)
        return _nothing_here(request, 404)
    if request.method == "GET":
        note_opened(found.link)
    get_token(request)
    return registries.link_purposes[found.link.purpose].show(found)


def _take_form(request, token: str, address: str) -> HttpResponse:
    """Under the link's lock: once a link is revoked, nothing comes in by it."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > _LARGEST_FORM:
        return _nothing_here(request, 413)
    refused = "" if _has_its_token(request) else _("This page was open for too long. Please send it once more.")
    with transaction.atomic():
        link = link_with(token)
        locked = link and lock_row(PrivateLink, link.pk)
        visit = _visit(request, locked, address, refused) if locked and locked.is_open else None
        return registries.link_purposes[visit.link.purpose].show(visit) if visit else _nothing_here(request, 404)


def _has_its_token(request) -> bool:
    _own_token.process_request(request)
    request.csrf_processing_done = False
    return _own_token.process_view(request, _checked, (), {}) is None


def _checked(request):
    """Stands for a view that asks for the token."""


def _visit(request, link: PrivateLink, address: str, refused: str = "") -> Visit | None:
    purpose = registries.link_purposes[link.purpose]
    record: Any = purpose.record(link.subject_id)
    return None if record is None or purpose.is_over(record) else Visit(request, link, record, address, refused)


def _nothing_here(request, status: int) -> HttpResponse:
    answer = render(request, "core/link_closed.html", {"company": Company.ours()}, status=status)
    answer.is_page_of_ours = True  # type: ignore[attr-defined]
    return answer


# ---- for staff -------------------------------------------------------------------------------------------------------


def hand_out(request, purpose: Purpose, record, given_to: str = "") -> HttpResponseSeeOther:
    """Makes a link and leads to the page that shows it, for some minutes and in this browser only: the token travels in
    a cookie, because nothing that can open the document is kept on our side.
    """
    return _shown_once(
        request, record, lambda: make_link(purpose=purpose, record=record, by=request.user, given_to=given_to)
    )


def _shown_once(request, record, make: Callable[[], tuple[PrivateLink, str]]) -> HttpResponseSeeOther:
    try:
        link, token = make()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return see_other(record)
    answer = see_other("link", link.pk)
    answer.set_cookie(
        _cookie(link),
        token,
        max_age=_SHOWN_FOR,
        path=reverse("link", args=[link.pk]),
        secure=request.is_secure(),
        httponly=True,
        samesite="Strict",
    )
    return answer


def _cookie(link: PrivateLink) -> str:
    return f"link-{link.pk}"


def link_seen_by(user, pk: int) -> tuple[PrivateLink, Any]:
    """A link and the record to which it leads now, of those that this person may see. Raises Http404."""
    link = get_object_or_404(PrivateLink.objects.select_related("subject_type", "made_by", "revoked_by"), pk=pk)
    purpose = registries.link_purposes.get(link.purpose)
    record = purpose.record(link.subject_id) if purpose else None
    if purpose is None or record is None or not purpose.seen_by(user).filter(pk=record.pk).exists():
        raise Http404
    return link, record


@require_GET
def link_page(request, pk: int):
    """One link that was given away; in the browser that has just made it with its address and its QR code."""
    link, record = link_seen_by(request.user, pk)
    token = request.COOKIES.get(_cookie(link), "")
    found = link_with(token) if token else None
    address = request.build_absolute_uri(reverse("private-page", args=[token])) if found == link else ""
    purpose = registries.link_purposes[link.purpose]
    context = {
        "link": link,
        "purpose": purpose,
        "record": record,
        "address": address,
        "code": qr_code(address) if address else "",
        "may_revoke": link.is_open and purpose.allows(request.user, record),
        "minutes": _SHOWN_FOR // 60,
        "days": (link.expires_at - timezone.now()).days + 1,
    }
    return render(request, "core/link.html", context)


@require_POST
def revoke(request, pk: int):
    """Ends a link; what it led to cannot be opened or answered any more."""
    link, record = link_seen_by(request.user, pk)
    revoke_link(link=link, by=request.user)
    messages.success(request, _("The link is revoked: it leads nowhere any more."))
    return see_other(record)


@require_POST
def renew(request, pk: int):
    """Another link in place of this one, and leads to it."""
    link, record = link_seen_by(request.user, pk)
    return _shown_once(request, record, lambda: renew_link(link=link, by=request.user))
