"""Which orders a figure is about: a scope, and within it at most one value of one dimension."""

from dataclasses import dataclass, replace

from analytics.models import Dimension, Scope


@dataclass(frozen=True)
class Segment:
    """A scope (everybody, a team or a rep by id) and at most one value of one dimension.

    The value is a province, a grade, or a category's id as text; "0" is the category of lines without one.
    """

    scope: str = Scope.ALL
    scope_id: int = 0
    dimension: str = Dimension.NONE
    value: str = ""

    @property
    def scope_key(self) -> str:
        """The scope as it stands in addresses and on the command line: ``all``, ``team:3``."""
        return self.scope if self.scope == Scope.ALL else f"{self.scope}:{self.scope_id}"

    @property
    def undivided(self) -> "Segment":
        """The whole scope."""
        return replace(self, dimension=Dimension.NONE, value="")

    def of(self, dimension: str, value: str) -> "Segment":
        """One value of a dimension within the same scope."""
        return replace(self, dimension=dimension, value=value)
