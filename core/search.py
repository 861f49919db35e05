"""The header's search: every app contributes hits for what it owns, each within the person's rights."""

from dataclasses import dataclass

from core import registries

PER_KIND = 8
SHORTEST = 2


@dataclass(frozen=True)
class Hit:
    """One thing found: its kind in words, a title, a line of detail, where it lives, and its badge if it has one."""

    kind_label: str
    title: str
    detail: str
    url: str
    family: str = ""
    badge: str = ""


def find(user, text: str) -> list[Hit]:
    """What this person may see that contains the text; nothing for less than two characters."""
    text = text.strip()
    if len(text) < SHORTEST:
        return []
    # Apps register from the top down; whom we serve stands before what was ordered and sent.
    return [hit for source in reversed(registries.search) for hit in source(user, text, PER_KIND)]
