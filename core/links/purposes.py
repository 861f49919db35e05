"""What a private link can be for: each purpose shows one document of one kind of record, and takes its form."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from core import registries
from core.models import PrivateLink


@dataclass(frozen=True)
class Visit:
    """Somebody who has the link asks for its document, or sends its form (then the link's row is locked).

    ``refused`` is a sentence when the form cannot be taken as it came (too old a page, too many tries); the view then
    shows it again with what was typed.
    """

    request: HttpRequest
    link: PrivateLink
    record: Any
    address: str
    refused: str = ""

    @property
    def sends(self) -> bool:
        """Whether the form of the document is to be taken."""
        return self.request.method == "POST" and not self.refused

    @property
    def typed(self):
        """What the form holds: sent now, or nothing."""
        return self.request.POST if self.request.method == "POST" else None


@dataclass(frozen=True)
class Purpose:
    """One use of private links.

    ``show`` answers a visit with the document and nothing else. ``allows`` says who of those who see the record may
    give such a link away; ``is_over`` whether the record has come to where its links lead nowhere any more;
    ``outlasts`` a day after which they still lead there for as long as links do; ``told_in`` in which record's history
    they are told.
    """

    key: str
    label: registries.Words
    model: str
    show: Callable[[Visit], HttpResponse]
    allows: Callable[[Any, Any], bool]
    is_over: Callable[[Any], bool]
    outlasts: Callable[[Any], date | None]
    told_in: Callable[[Any], Model]

    def seen_by(self, user) -> Any:
        """The records of this purpose that a person may see."""
        return apps.get_model(self.model).objects.visible_to(user)

    def record(self, pk: int) -> Model | None:
        """The record that a link of this purpose is about, whoever asks; what took its place, where it gave way."""
        found = apps.get_model(self.model)._base_manager.filter(pk=pk).first()
        return getattr(found, "successor", found)


def link_purpose(
    key: str,
    label: registries.Words,
    model: str,
    *,
    allows,
    is_over=lambda record: False,
    outlasts=lambda record: None,
    told_in=lambda record: record,
) -> Callable[[Callable[[Visit], HttpResponse]], Purpose]:
    """Makes a purpose of the function that shows its document."""

    def register(show: Callable[[Visit], HttpResponse]) -> Purpose:
        registries.link_purposes[key] = Purpose(key, label, model, show, allows, is_over, outlasts, told_in)
        return registries.link_purposes[key]

    return register
