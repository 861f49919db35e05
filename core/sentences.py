"""Sentences that are stored today and read tomorrow, perhaps in another language.

What is stored is the English source with its values; the sentence is made when somebody reads it.
"""

from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext, override


def stored_sentence(sentence: str, **values) -> dict:
    """A sentence in a form that fits a JSON field.

    ``sentence`` is English source text marked with ``gettext_noop``, its ``%(name)s`` filled from ``values``. Of a
    lazily translated value its source is stored as well.
    """
    stored: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, Promise):
            stored[name] = {"text": _source_of(value)}
        else:
            stored[name] = str(value) if isinstance(value, Decimal) else value
    return {"text": _source_of(sentence), "values": stored}


def translated(stored: dict) -> str:
    """The stored sentence in the language in force; empty when there is none."""
    if not stored:
        return ""
    found = stored.get("values", {})
    values = {name: translated(value) if isinstance(value, dict) else value for name, value in found.items()}
    sentence = gettext(stored["text"])
    return sentence % values if values else sentence


def _source_of(text) -> str:
    with override(None):
        return str(text)
