"""What an import would create and change, record by record and field by field, for the page of its dry run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Model

from core.events import change_in_words
from core.imports.values import displayed

SHOWN_RECORDS = 200  # of the new ones, and of the changed ones
_AT_ONCE = 8  # records that stand open; the others are folded


@dataclass
class Differences:
    """The first SHOWN_RECORDS new and changed records of a file; how many there are is counted elsewhere."""

    new: list[dict] = field(default_factory=list)
    changed: list[dict] = field(default_factory=list)

    def creates(self, row: int, name: str, cells: Mapping[str, Any]) -> None:
        """A record that the row (its number) would make, with what is filled in, by column."""
        if len(self.new) < SHOWN_RECORDS:
            filled = [[column, displayed(value)] for column, value in cells.items()]
            self.new.append({"row": row, "name": name, "cells": filled})

    def changes(self, row: int, record: Model, changes: Sequence[Sequence[str]], name: str = "") -> None:
        """``[field, old, new]`` of a known record, as in its history; ``name`` is how it is called until now."""
        if len(self.changed) < SHOWN_RECORDS:
            kept = {"row": row, "name": name or str(record), "model": record._meta.label}
            self.changed.append({**kept, "changes": [list(change) for change in changes]})

    def stored(self) -> dict[str, list[dict]]:
        """As they are kept with the findings."""
        return {"new": self.new, "changed": self.changed}


@dataclass(frozen=True)
class Shown:
    """One record on the page: (label, old, new) lines; ``is_open`` where they are seen at once."""

    row: int
    name: str
    lines: list[tuple[str, str, str]]
    is_open: bool


def in_words(stored: Mapping[str, list[dict]]) -> dict[str, list[Shown]]:
    """Kept differences as the page shows them, the fields named in the reader's language."""
    changed = []
    for place, each in enumerate(stored.get("changed", ())):
        model = apps.get_model(each["model"])
        lines = [change_in_words(model, *change) for change in each["changes"]]
        changed.append(Shown(each["row"], each["name"], lines, place < _AT_ONCE))
    new = [
        Shown(each["row"], each["name"], [(column, "", value) for column, value in each["cells"]], False)
        for each in stored.get("new", ())
    ]
    return {"changed": changed, "new": new}
