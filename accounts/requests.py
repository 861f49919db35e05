"""Requests as views get them: every page but the login asks for one, so there is always a person behind it."""

from django.http import HttpRequest

from accounts.models import User


class PersonRequest(HttpRequest):
    """A request of somebody who is logged in."""

    user: User
