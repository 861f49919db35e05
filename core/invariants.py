"""What must always hold in the data, recomputed from the facts; each app lists its own in ``<app>/invariants.py``."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from core import guards, registries
from core.files import location_of
from core.models import Attachment

#: A rule that is broken everywhere is shown with this many examples.
EXAMPLES = 20


@dataclass(frozen=True)
class Invariant:
    """One rule: a short name, the rule in words, and a search for what breaks it (one line each)."""

    name: str
    rule: str
    breaches: Callable[[], Iterable[str]]


@dataclass(frozen=True)
class Finding:
    """A rule with examples of what breaks it; none means that it holds."""

    invariant: Invariant
    examples: list[str]

    @property
    def holds(self) -> bool:
        return not self.examples


def examine() -> Iterator[Finding]:
    """Every registered rule, recomputed now."""
    for invariant in registries.invariants:
        yield Finding(invariant, list(islice(invariant.breaches(), EXAMPLES)))


def missing_guards() -> list[str]:
    """Triggers that the database lacks."""
    return guards.missing()


def lost_files() -> Iterator[str]:
    """Attached files that are gone from the disk, or no longer what was uploaded."""
    for attachment in Attachment.objects.order_by("pk").iterator():
        path = location_of(attachment)
        if not path.is_file():
            yield f"file {attachment.pk} ({attachment.name}): missing"
        elif _sha256(path) != attachment.sha256:
            yield f"file {attachment.pk} ({attachment.name}): its content changed"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


INVARIANTS = [
    Invariant("guards", "every trigger is in the database", missing_guards),
    Invariant("files", "every attached file is present and as it was uploaded", lost_files),
]
