"""Many things a few at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

AT_ONCE = 500
_T = TypeVar("_T")


def chunks(things: Iterable[_T], size: int = AT_ONCE) -> Iterator[list[_T]]:
    """The things in their order, in lists of ``size``; the last one may be shorter."""
    left = iter(things)
    while chunk := list(islice(left, size)):
        yield chunk
