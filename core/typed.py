"""Keeps what a person typed beside a verb that was refused, until the page that shows the refusal has shown it."""

_KEY = "typed"


def keep(request, obj, verb: str) -> None:
    """Remembers note and answers of a refused verb for the next page of this record."""
    values = {k: v for k, v in request.POST.items() if k != "csrfmiddlewaretoken"}
    request.session[_KEY] = {"subject": f"{obj._meta.label}:{obj.pk}", "verb": verb, "values": values}


def recall(request, obj) -> dict:
    """What was typed last on this record, once: ``{"verb": …, "values": {…}}``, or an empty dict."""
    kept = request.session.get(_KEY)
    if not kept or kept["subject"] != f"{obj._meta.label}:{obj.pk}":
        return {}
    del request.session[_KEY]
    return kept
