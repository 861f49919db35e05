"""Sentences that are stored today and read tomorrow, perhaps in another language.

What is kept is the English source with its values; the sentence is made when somebody reads it.
"""

from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext, override


def kept(sentence: str, **values) -> dict:
    """A sentence in a form that fits a JSON field.

    ``sentence`` is English source text marked with ``gettext_noop``, its ``%(name)s`` filled from ``values``. A lazily
    translated value is kept by its source as well.
    """
    return {"text": _source_of(sentence), "values": {name: _kept_value(value) for name, value in values.items()}}


def told(stored: dict) -> str:
    """The kept sentence in the language in force; empty when there is none."""
    if not stored:
        return ""
    values = {name: _told_value(value) for name, value in stored.get("values", {}).items()}
    sentence = gettext(stored["text"])
    return sentence % values if values else sentence


def _source_of(text) -> str:
    with override(None):
        return str(text)


def _kept_value(value):
    if isinstance(value, Promise):
        return {"text": _source_of(value)}
    return str(value) if isinstance(value, Decimal) else value


def _told_value(value):
    return told(value) if isinstance(value, dict) else value
