"""The header's search: every app contributes hits for what it owns, each within the person's rights."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from core import registries

PER_KIND = 8
SHORTEST = 2
_T = TypeVar("_T")


@dataclass(frozen=True)
class Hit:
    """One thing found: its kind in words, a title, a line of detail, where it lives, and its badge if it has one."""

    kind_label: str
    title: str
    detail: str
    url: str
    family: str = ""
    badge: str = ""


@dataclass(frozen=True)
class Question:
    """Who asks for what, and how many hits of a kind are wanted."""

    user: Any
    text: str
    limit: int = PER_KIND
    _known: dict = field(default_factory=dict)

    def once(self, ask: Callable[[str], _T]) -> _T:
        """What ``ask`` makes of the text, made once for all sources that want it."""
        if ask not in self._known:
            self._known[ask] = ask(self.text)
        return self._known[ask]


_Source = TypeVar("_Source", bound=Callable[[Question], list[Hit]])


def search_source(source: _Source) -> _Source:
    """Has the header's search find what the function finds."""
    registries.search.append(source)
    return source


def find(user, text: str) -> list[Hit]:
    """What this person may see that contains the text; nothing for less than two characters."""
    question = Question(user, text.strip())
    if len(question.text) < SHORTEST:
        return []
    # Apps register from the top down; whom we serve stands before what was ordered and sent.
    return [hit for source in reversed(registries.search) for hit in source(question)]
