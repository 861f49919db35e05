"""A form that creates something is sent with a token, so that a second click lands on what the first one made.

The token counts for one person and for what the form is about. Sent again with the same content it leads to the first
result; with other content it is refused, and what was recorded is said.
"""

from collections.abc import Mapping
from functools import partial
from typing import TypeVar
from uuid import UUID, uuid4, uuid5

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

_Record = TypeVar("_Record", bound=Model)


class SentOtherwise(ValidationError):
    """The form was sent before, with other content; the sentence says what was recorded then."""


def scoped(token: UUID | None, by, about: Model | None = None) -> UUID | None:
    """The token as it is stored: of this person, and of the record that the form is about; of another it is another."""
    if token is None:
        return None
    return uuid5(token, f"{by.pk} {about._meta.label} {about.pk}" if about else f"{by.pk}")


def first_result(model: type[_Record], token: UUID | None) -> _Record | None:
    """What an earlier sending of the form with this (scoped) token made."""
    return model._default_manager.filter(submit_token=token).first() if token else None


def refuse_other_content(first: Model, recorded: Mapping[str, object], given: Mapping[str, object]) -> None:
    """Raises SentOtherwise when the form now says something else than was recorded; both by label."""
    differing = [f"{label}: {recorded[label] or _('empty')}" for label in given if recorded[label] != given[label]]
    if differing:
        words = {"record": first, "recorded": _("; ").join(differing)}
        sentence = _("This form was sent before and made %(record)s, with %(recorded)s. What you changed was not kept.")
        raise SentOtherwise(f"{sentence % words} {_('If you mean a second one, send it again.')}")


def said_in(record: Model, names: tuple[str, ...]) -> dict[str, object]:
    """What a record says in these fields, by their labels and in the words of their choices."""
    labels = {name: str(record._meta.get_field(name).verbose_name) for name in names}  # type: ignore[union-attr]
    return {labels[name]: getattr(record, f"get_{name}_display", partial(getattr, record, name))() for name in names}


def renew_token(form, name: str) -> None:
    """Gives a refused form another token: who reads why it was refused and sends it again means a second record."""
    form.data = form.data.copy()
    form.data[name] = str(uuid4())
