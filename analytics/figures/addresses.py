"""Addresses of the dashboard and of the rows behind its figures; what is chosen travels in them."""

from urllib.parse import urlencode

from django.urls import reverse

from analytics.figures.months import Month
from analytics.figures.segments import Segment
from analytics.models import Dimension
from core.http import is_key


def dashboard_url(month: Month, segment: Segment, by: str = "") -> str:
    """The dashboard of a month for a segment, split by the dimension ``by`` where the segment is a whole scope."""
    chosen = {"scope": segment.scope_key, "by": by, "part": part_key(segment)}
    return f"{reverse('analytics:month', args=[month])}?{_query(chosen)}"


def rows_url(rows: str, of: str, month: Month, segment: Segment) -> str:
    """A list of rows (``orders``, ``lines``, ``customers``, ``requirements``, ``refunds``) behind a figure."""
    chosen = {"month": str(month), "of": of, "scope": segment.scope_key, "part": part_key(segment)}
    return f"{reverse(f'analytics:{rows}')}?{_query(chosen)}"


def part_key(segment: Segment) -> str:
    """The value of a dimension in one word: ``grade:A``; empty for a whole scope."""
    return f"{segment.dimension}:{segment.value}" if segment.dimension else ""


def part_of(scope: Segment, key: str) -> Segment:
    """The part of a scope that a word names; the whole scope for an empty one. Raises ValueError."""
    if not key:
        return scope
    dimension, colon, value = key.partition(":")
    if not (dimension and colon) or (dimension == Dimension.CATEGORY and not is_key(value)):
        raise ValueError(key)
    return scope.of(Dimension(dimension), value)


def _query(chosen: dict[str, str]) -> str:
    return urlencode({name: value for name, value in chosen.items() if value})
