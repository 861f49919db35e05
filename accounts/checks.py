"""Deployment checks of logins: what is fit for development only is named before anybody meets it."""

from django.conf import settings
from django.core.checks import Error, Warning, register

from accounts.people import PASSWORD, with_demo_password


@register("logins", deploy=True)
def demo_logins_are_gone(app_configs, databases, **kwargs):
    """One error that names those who still have the demonstration's password; ask with ``--database default``."""
    names = with_demo_password() if databases else []
    if not names:
        return []
    problem = f"These logins have the demonstration's password “{PASSWORD}” and do not work: {', '.join(names)}."
    return [Error(problem, hint="Give them passwords in /admin/, or set them inactive.", id="accounts.E001")]


@register("logins", deploy=True)
def proxies_are_known(app_configs, **kwargs):
    """A warning where nobody has said which proxy stands in front."""
    if settings.TRUSTED_PROXIES:
        return []
    problem = "TRUSTED_PROXIES is empty: behind a proxy everybody has its address, and a lock of one is a lock of all."
    return [Warning(problem, hint="Name the proxy's address, see docs/operations.md.", id="accounts.W001")]
