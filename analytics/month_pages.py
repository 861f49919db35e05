"""Views about a month: only for people who may see them, with the month that the path names."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase

from accounts.models import User
from accounts.requests import PersonRequest
from analytics.archive.automatic_closing import is_known
from analytics.figures.months import Month

View = Callable[..., HttpResponseBase]


def only_who(may: Callable[[User], bool]) -> Callable[[View], View]:
    """Lets only people in who ``may``, and gives the view its month, if the path names one.

    Months before the first record, or to come, are not found.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def for_them(request: PersonRequest, month: str = "") -> HttpResponseBase:
            if not may(request.user):
                raise PermissionDenied
            if not month:
                return view(request)
            wanted = month_called(month)
            if not is_known(wanted):
                raise Http404
            return view(request, wanted)

        return for_them

    return decorate


def month_called(text: str) -> Month:
    """The month of that name; the running one for an empty name. Raises Http404."""
    try:
        return Month.parse(text) if text else Month.current()
    except ValueError:
        raise Http404 from None
