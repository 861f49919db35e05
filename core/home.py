"""What stands on the home page below the worklist: a few panels by role, in each a few rows that lead on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from core import registries

AT_MOST = 6  # rows of a panel


@dataclass(frozen=True)
class Row:
    """One row of a panel: what it is about, where it leads, a remark, a figure; ``tone`` is late, soon or empty.

    ``percent`` (0 to 100) is drawn as a bar.
    """

    label: str
    url: str
    detail: str = ""
    value: str = ""
    tone: str = ""
    percent: int | None = None


class Panel:
    """One panel; ``place`` is its rank on the page, ``empty`` what it says without rows."""

    place = 0
    title: Any = ""
    empty: Any = ""

    def is_for(self, user) -> bool:
        """Whether it concerns this person's role."""
        raise NotImplementedError

    def rows(self, user) -> Sequence[Row]:
        """The most important rows, at most ``AT_MOST``, in a bounded number of queries."""
        raise NotImplementedError

    def all_url(self, user) -> str:
        """Where all of them are listed; empty when nowhere."""
        raise NotImplementedError


_Kind = TypeVar("_Kind", bound=type[Panel])


@dataclass(frozen=True)
class Shown:
    """A panel as the page shows it to one person."""

    title: str
    empty: str
    rows: Sequence[Row]
    all_url: str


def home_panel(kind: _Kind) -> _Kind:
    """Puts a panel on the home page of those whom it is for."""
    registries.home.append(kind())
    registries.home.sort(key=lambda panel: panel.place)
    return kind


def panels_for(user) -> list[Shown]:
    """The panels of this person, in their order."""
    return [
        Shown(str(panel.title), str(panel.empty), panel.rows(user), panel.all_url(user))
        for panel in registries.home
        if panel.is_for(user)
    ]
