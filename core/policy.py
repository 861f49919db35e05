"""Numbers and switches with a default that an administrator may change: declared in code, kept in one table.

An app declares its own in ``<app>/policies.py``; the default's type (int, bool or Decimal) is the value's type.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal

from django.utils.translation import gettext as _

from core.models import PolicyValue
from core.registries import Words, policies

_SWITCH = {"true": True, "false": False}
#: All stored values by key, within ``read_once``.
_stored: ContextVar[dict[str, str] | None] = ContextVar("stored policies", default=None)


def declare(key: str, default: int | bool | Decimal, label: Words) -> str:
    """Lets an administrator change the value under this key; returns the key."""
    policies[key] = (default, label)
    return key


def value(key: str):
    """The policy's value in force. Raises KeyError for a key nobody declared."""
    default, _label = policies[key]
    known = _stored.get()
    if known is None:
        known = dict(PolicyValue.objects.filter(key=key).values_list("key", "value"))
    stored = known.get(key)
    return default if stored is None else parse(default, stored)


@contextmanager
def read_once() -> Iterator[None]:
    """Within, all policies are read in one query: for pages that ask for many, never for what decides something."""
    token = _stored.set(dict(PolicyValue.objects.values_list("key", "value")))
    try:
        yield
    finally:
        _stored.reset(token)


def parse(default, text: str):
    """The text as the default's type. Raises ValueError or ArithmeticError when it is not one."""
    text = text.strip()
    if not isinstance(default, bool):
        return type(default)(text)
    if text.lower() not in _SWITCH:
        raise ValueError(text)
    return _SWITCH[text.lower()]


def problem_with(default, text: str) -> str:
    """Why the text cannot be the value of a policy with this default; empty when it can. Figures are never negative."""
    try:
        parsed = parse(default, text)
    except (ValueError, ArithmeticError):
        return _("Write it like the default, %(default)s.") % {"default": default}
    if not isinstance(parsed, bool) and not (Decimal(parsed).is_finite() and parsed >= 0):
        return _("Write a figure that is not negative.")
    return ""
