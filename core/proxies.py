"""Whose word counts about where a request comes from and how: that of the proxies we trust, and of nobody else."""

from ipaddress import ip_address, ip_network

from django.conf import settings

#: What a proxy says about https, see ``SECURE_PROXY_SSL_HEADER``.
_SAID_ABOUT_HTTPS = "HTTP_X_FORWARDED_PROTO"


def is_trusted(address: str | None) -> bool:
    """Whether this is the address of one of ``TRUSTED_PROXIES``; without an address it is a socket on this machine."""
    if not address:
        return bool(settings.TRUSTED_PROXIES)
    return any(ip_address(address) in ip_network(proxy, strict=False) for proxy in settings.TRUSTED_PROXIES)


class TrustedProxiesMiddleware:
    """Forgets what anybody else says about https, before anything asks whether the request is secure."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not is_trusted(request.META.get("REMOTE_ADDR")):
            request.META.pop(_SAID_ABOUT_HTTPS, None)
        return self.get_response(request)
