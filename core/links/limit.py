"""How often one address may try links that lead nowhere, and send forms by links."""

from datetime import timedelta

from axes.helpers import get_client_ip_address
from django.conf import settings
from django.utils import timezone

from core.models import LinkTry

_WINDOW = timedelta(minutes=15)
_KEPT = timedelta(days=1)


def address_of(request) -> str:
    """Where the request comes from, as the guard of the login sees it behind proxies that we trust."""
    return get_client_ip_address(request) or ""


def is_tired_of(address: str) -> bool:
    """Whether this address has tried as much lately as anybody may."""
    lately = LinkTry.objects.filter(address=address, at__gt=timezone.now() - _WINDOW)
    return lately.count() >= settings.LINK_TRIES_AN_ADDRESS


def count_try(address: str) -> None:
    """One more link that led nowhere, or one more form."""
    LinkTry.objects.create(address=address)


def forget_old_tries() -> int:
    """Removes what counts no more; returns how many."""
    return LinkTry.objects.filter(at__lt=timezone.now() - _KEPT).delete()[0]
