"""Addresses of the dashboard and of the rows behind its figures; what is chosen travels in them."""

from urllib.parse import urlencode

from django.urls import reverse

from analytics.models import Dimension
from analytics.months import Month
from analytics.slices import Slice


def dashboard_url(month: Month, slice_: Slice, by: str = "") -> str:
    """The dashboard of a month for a slice, split by the dimension ``by`` where the slice is a whole scope."""
    chosen = {"scope": slice_.scope_key, "by": by, "part": part_key(slice_)}
    return f"{reverse('analytics:month', args=[month])}?{_query(chosen)}"


def rows_url(rows: str, of: str, month: Month, slice_: Slice) -> str:
    """A list of rows (``orders``, ``lines`` or ``customers``) behind a figure."""
    chosen = {"month": str(month), "of": of, "scope": slice_.scope_key, "part": part_key(slice_)}
    return f"{reverse(f'analytics:{rows}')}?{_query(chosen)}"


def part_key(slice_: Slice) -> str:
    """The value of a dimension in one word: ``grade:A``; empty for a whole scope."""
    return f"{slice_.dimension}:{slice_.value}" if slice_.dimension else ""


def part_of(scope: Slice, key: str) -> Slice:
    """The part of a scope that a word names; the whole scope for an empty one. Raises ValueError."""
    if not key:
        return scope
    dimension, colon, value = key.partition(":")
    if not (dimension and colon) or (dimension == Dimension.CATEGORY and not value.isdecimal()):
        raise ValueError(key)
    return scope.of(Dimension(dimension), value)


def _query(chosen: dict[str, str]) -> str:
    return urlencode({name: value for name, value in chosen.items() if value})
