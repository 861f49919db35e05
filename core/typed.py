"""Keeps what a person typed beside a verb that was refused, until the page that shows the refusal has shown it."""

from core.http import typed_in

_KEY = "typed"


def keep(request, obj, verb: str, data=None) -> None:
    """Remembers note and answers of a refused verb for the next page of this record; ``data`` instead of the post.

    ``obj`` is a record, or the URL name of a page on which many are decided at once.
    """
    values = dict(typed_in(data or request.POST))
    request.session[_KEY] = {"subject": _subject(obj), "verb": verb, "values": values}


def recall(request, obj) -> dict:
    """What was typed last on this record, once: ``{"verb": …, "values": {…}}``, or an empty dict."""
    kept = request.session.get(_KEY)
    if not kept or kept["subject"] != _subject(obj):
        return {}
    del request.session[_KEY]
    return kept


def _subject(obj) -> str:
    return obj if isinstance(obj, str) else f"{obj._meta.label}:{obj.pk}"
