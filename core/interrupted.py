"""A form without a login, or with the token of an earlier one: carried through the login, never sent by itself.

What was typed waits sealed in the login form, and after the login in the session until its page has taken it; nobody
gets it but the person whom the form's page was made for. Passwords are not kept, and files cannot be: their names are,
so that it can be said.
"""

from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse, QueryDict
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from core import parameters, typed
from core.http import names_of_files, see_other, typed_in
from core.verbs import advance, record_of

_KEY = "interrupted"
_LASTS = 24 * 60 * 60  # seconds between the refused form and the login


@dataclass(frozen=True)
class Interrupted:
    """What was sent to ``path`` from the page ``before``: its values, the names of its files, and who typed it."""

    path: str
    before: str
    values: list[tuple[str, str]]
    files: list[str]
    person: int | None = None

    @property
    def data(self) -> QueryDict:
        """The values as a form posts them."""
        data = QueryDict(mutable=True)
        for name, value in self.values:
            data.appendlist(name, value)
        return data

    def sealed(self) -> str:
        """As a text that only we can have written."""
        return signing.dumps(asdict(self), salt=_KEY, compress=True)


def interrupted(request) -> Interrupted:
    """What this request has sent; nothing of a form in which there is a password."""
    files, values = names_of_files(request), typed_in(request.POST)
    person = parameters.key(request.POST, "page_of")
    return Interrupted(request.get_full_path(), _page_before(request), values, files, person)


def unsealed(text: str) -> Interrupted | None:
    """What ``sealed`` has written within the last day."""
    try:
        return Interrupted(**signing.loads(text, salt=_KEY, max_age=_LASTS))
    except signing.BadSignature:
        return None


def go_on(request, sent: Interrupted) -> HttpResponse:
    """Leads the person, who is logged in by now, to the page where everything still stands; nothing is done yet.

    A verb leads to where it would have led, its reason kept; a page that takes it up shows it; anything else can be
    sent again. What somebody else typed is not shown.
    """
    if sent.person not in (None, request.user.pk):
        messages.warning(request, _("Somebody else was logged in here before. What they typed is not shown to you."))
        return see_other("worklist")
    if sent.files:
        names = _(", ").join(sent.files)
        messages.warning(
            request, _("Files are not kept while logging in: please choose %(files)s again.") % {"files": names}
        )
    if not sent.values:
        return see_other(sent.before or "worklist")
    view, arguments = _view_of(sent.path)
    obj = record_of(request, arguments["model"], arguments["pk"]) if view is advance else None
    if obj:
        typed.keep(request, obj, arguments["verb"], sent.data)
        messages.warning(request, _("You had to log in again, so nothing has been done yet. Please do it once more."))
        return see_other(parameters.page_of_ours(sent.data, "back", obj.get_absolute_url()))
    request.session[_KEY] = asdict(sent)
    if not takes_up(sent.path):
        return see_other("typed-again")
    messages.warning(request, _("You had to log in again. Everything you typed is here; nothing of it is saved yet."))
    return see_other(sent.path)


def bring_back(request, page: str, values: list[tuple[str, str]]) -> HttpResponse:
    """Leads to a page that takes up what is typed, with these values in it."""
    request.session[_KEY] = asdict(Interrupted(page, "", values, [], request.user.pk))
    return see_other(page)


def takes_up(path: str) -> bool:
    """Whether at this path is a page that shows what was typed on it before."""
    view, _arguments = _view_of(path)
    return getattr(getattr(view, "view_class", view), "takes_up", False)


def taking_up(view):
    """Says of a view function that its page shows what was typed on it before; a class has ``takes_up``."""
    view.takes_up = True
    return view


def waiting(request) -> Interrupted | None:
    """What waits in the session to be sent again."""
    kept = request.session.get(_KEY)
    return Interrupted(**kept) if kept else None


def take_up(request) -> QueryDict | None:
    """What was typed on this page before, once."""
    sent = waiting(request)
    if sent is None or sent.path != request.get_full_path():
        return None
    del request.session[_KEY]
    request.taken_up = True
    return sent.data


def _page_before(request) -> str:
    """The path of the page that the form stood on; empty unless it was one of ours."""
    before = urlsplit(request.headers.get("Referer", ""))
    path = f"{before.path}?{before.query}" if before.query else before.path
    return path if before.netloc == request.get_host() and path.startswith("/") and not path.startswith("//") else ""


def _view_of(path: str) -> tuple:
    try:
        found = resolve(urlsplit(path).path)
    except Resolver404:
        return None, {}
    return found.func, found.kwargs
