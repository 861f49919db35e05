"""Two people changed one record: who comes second is told, and sees what stands there now beside what was typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model


class Stale(Exception):
    """Somebody changed the record after this person had opened it; ``current`` is how it stands now."""

    def __init__(self, current: Any):
        self.current = current
        super().__init__(f"{current} was changed meanwhile.")


@dataclass(frozen=True)
class Difference:
    """One part of a record as it is stored now and as this person typed it."""

    label: str
    theirs: str
    mine: str


def differences_between(current: Model, typed: Mapping[str, Any]) -> list[Difference]:
    """The fields in which a record differs from what was typed, by the names and in the words of their pages."""
    found = []
    for name, value in typed.items():
        stored = getattr(current, name)
        if stored != value:
            field: Any = current._meta.get_field(name)
            labels = dict(field.flatchoices)
            words = [str(labels.get(each, "" if each is None else each)) for each in (stored, value)]
            found.append(Difference(str(field.verbose_name), *words))
    return found
