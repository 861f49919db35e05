"""A line through a few values, small enough for a tile or a cell: drawn on a picture of 100 by 30 units."""

from collections.abc import Sequence
from typing import Any

_LEFT, _TOP, _WIDTH, _HEIGHT = 0, 3, 100, 24  # of the line, in the units of its picture


def sparkline(values: Sequence[Any]) -> tuple[str, str]:
    """The path of a line through the values, and of the dot at its last one; gaps where there is no value."""
    known = [float(value) for value in values if value is not None]
    if not known:
        return "", ""
    low, span = min(known), (max(known) - min(known)) or 1
    points: list[str] = []
    for n, value in enumerate(values):
        x = _LEFT + _WIDTH * n / max(len(values) - 1, 1)
        points.append("" if value is None else f"{x:.1f} {_TOP + _HEIGHT * (1 - (float(value) - low) / span):.1f}")
    pieces = [f"{'L' if n and points[n - 1] else 'M'}{point}" for n, point in enumerate(points) if point]
    return " ".join(pieces), f"M{points[-1]}h0" if points[-1] else ""
