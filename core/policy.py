"""Numbers and switches with a default that an administrator may change: declared in code, kept in one table.

An app declares ``registries.policies["key"] = (default, label)`` in ``apps.py:ready()``; the default's type (int, bool
or Decimal) is the value's type.
"""

from decimal import Decimal

from django.utils.translation import gettext as _

from core.models import PolicyValue
from core.registries import policies

_SWITCH = {"true": True, "false": False}


def value(key: str):
    """The policy's value in force. Raises KeyError for a key nobody declared."""
    default, _label = policies[key]
    stored = PolicyValue.objects.filter(key=key).values_list("value", flat=True).first()
    return default if stored is None else parse(default, stored)


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
