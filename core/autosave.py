"""Forms that keep themselves while somebody types: as text, for the person alone, until they are saved.

A form takes part with ``data-autosave="{{ request.path }}"``. Its page shows the offer with ``{% autosave %}`` and
``components/_autosaved.html``; its view has ``takes_up``, begins with ``core.interrupted.take_up`` and ends with
``saved``. ``static/js/autosave.js`` does the rest, and keeps the form in the browser while the server does not answer.
"""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import quote

from django.http import HttpResponse
from django.utils import timezone

from core.models import Autosave

KEPT_FOR = timedelta(days=30)
#: Characters in one form, several times what an order of 500 lines has.
LARGEST = 2_000_000
MOST_OF_A_PERSON = 20
_COOKIE = "form-saved"  # tells the browser to keep this form no longer


def keep(*, person, page: str, form: str, entries: Sequence[tuple[str, str]]) -> Autosave:
    """Keeps a form in the place of what was kept of it before, and of the person's only the newest forms."""
    row = Autosave(person=person, page=page, form=form, entries=list(entries), at=timezone.now())
    Autosave.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["person", "page", "form"], update_fields=["entries", "at"]
    )
    own = Autosave.objects.filter(person=person)
    own.exclude(pk__in=own.order_by("-at", "-id").values("pk")[:MOST_OF_A_PERSON]).delete()
    return row


def kept_for(person, page: str) -> Autosave | None:
    """The newest form of a page that this person has not saved."""
    return Autosave.objects.filter(person=person, page=page).order_by("-at", "-id").first()


def saved(answer: HttpResponse, *, person, page: str, form: str = "") -> HttpResponse:
    """The answer to a form that is stored now: neither server nor browser keeps it as typed any longer."""
    Autosave.objects.filter(person=person, page=page, form=form).delete()
    answer.set_cookie(_COOKIE, quote(f"{person.pk}:{page}:{form}", safe=""), max_age=600, samesite="Lax")
    return answer


def forget_old() -> None:
    """Drops what nobody came back for."""
    Autosave.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()
