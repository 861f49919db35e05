"""What stands in every form that is posted. Built into the template engine, in the place of Django's own tag."""

from django import template
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import format_html_join

from core.autosave import kept_for
from core.files import attachment_rules
from core.held_files import held_for
from core.http import in_rows, typed_in

register = template.Library()


@register.simple_tag(takes_context=True)
def csrf_token(context) -> str:
    """The form's token, and the person whom its page was made for: what they type is nobody else's."""
    token = context.get("csrf_token")
    if not token or token == "NOTPROVIDED":
        return ""
    fields = [("csrfmiddlewaretoken", token)]
    person = getattr(getattr(context, "request", None), "user", None)
    if person is not None and person.is_authenticated:
        fields.append(("page_of", person.pk))
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', fields)


@register.simple_tag
def file_rules() -> str:
    """The attributes of a file box that refuses what cannot be attached, before it is sent."""
    return flatatt(attachment_rules().attributes())


@register.inclusion_tag("components/_autosave.html", takes_context=True)
def autosave(context, page: str = "") -> dict:
    """What this person typed on this page before and has not saved, to be restored; nothing once something is typed.

    ``page`` is what its form has in ``data-autosave``, when that is not the path of the page.
    """
    request = context["request"]
    is_fresh = request.method == "GET" and not getattr(request, "taken_up", False)
    row = kept_for(request.user, page or request.path) if is_fresh else None
    return {"row": row, "age": (timezone.now() - row.at).total_seconds() if row else "", "request": request}


@register.inclusion_tag("components/_held_files.html", takes_context=True)
def held_files(context) -> dict:
    """The files that a refused form of this page waits with, each with a box to drop it."""
    return {"held": held_for(context["request"])}


@register.inclusion_tag("components/_typed_text.html", takes_context=True)
def typed_text(context) -> dict:
    """What was typed into a form that could not be taken, as text to be copied; nothing after anything but a form."""
    request = context.get("request")
    return {"text": in_rows(typed_in(request.POST)) if request is not None and request.method == "POST" else ""}
