"""Who guesses passwords is kept out: by name and address, and by address alone for who tries many names.

django-axes counts the failures. A lock concerns one name at one address, so that nobody locks a name for its owner; it
ends ``AXES_COOLOFF_TIME`` after the last failure that was judged, because tries of who is locked are not judged.
"""

from ipaddress import ip_address

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import PermissionDenied
from django.db.models import Sum

from accounts.people import PASSWORD
from core.proxies import is_trusted


class LoginGuard(AxesDatabaseHandler):
    """Beside the limit of a name: all failures that came from one address, whatever the names."""

    def is_locked(self, request, credentials=None) -> bool:
        return super().is_locked(request, credentials) or failures_from(request) >= settings.LOGIN_FAILURES_AN_ADDRESS


def failures_from(request) -> int:
    """How many logins failed lately from where this request comes from."""
    since = get_cool_off_threshold(request)
    lately = AccessAttempt.objects.filter(ip_address=request.axes_ip_address, attempt_time__gte=since)
    return lately.aggregate(failures=Sum("failures_since_start"))["failures"] or 0


def client_address(request) -> str | None:
    """The address of the browser: what the nearest proxy that we trust has seen, else who is connected.

    Proxies append to X-Forwarded-For; what stands left of the first one that is not ours, anybody can have written.
    """
    seen = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    address = request.META.get("REMOTE_ADDR") or None
    while seen and is_trusted(address) and _is_address(seen[-1]):
        address = seen.pop()
    return address


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


class NoDemoLogins(BaseBackend):
    """Stops the password that everybody knows, unless this is a development machine."""

    def authenticate(self, request, username=None, password=None, **credentials):
        if password == PASSWORD and not settings.DEBUG:
            raise PermissionDenied
