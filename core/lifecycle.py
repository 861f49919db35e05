"""A record's life as a picture and a table in Markdown, printed from the transitions themselves."""

from collections.abc import Callable, Iterable
from pathlib import Path

from django.conf import settings
from django.utils import translation

from core import registries
from core.locks import rank
from core.workflow import Machine, Transition

BEGIN = "<!-- printed by manage.py print_lifecycle --write; do not edit -->"
END = "<!-- end of what is printed -->"
_HEAD = ("verb", "from", "to", "who", "locks", "only if", "and then")


def lifecycle_pages() -> dict[Path, Machine]:
    """The machines that have a page of their own: ``docs/<model>-lifecycle.md``."""
    docs = Path(settings.BASE_DIR) / "docs"
    pages = {docs / f"{label.split('.')[1].lower()}-lifecycle.md": each for label, each in registries.machines.items()}
    return {page: machine for page, machine in pages.items() if page.exists()}


def lifecycle_markdown(machine: Machine) -> str:
    """Diagram and table of a state machine, in English, and what each named condition and effect means."""
    begin = machine.transitions[0].source[0]
    with translation.override("en"):
        steps = [(source, each) for each in machine.transitions for source in each.source]
        arrows = [f"    {source} --> {each.target}: {each.name}" for source, each in steps]
        diagram = ["```mermaid", "stateDiagram-v2", f"    [*] --> {begin}", *arrows, "```"]
        functions = [f for each in machine.transitions for f in (*_conditions(each), *each.effects)]
        meanings = [f"- `{f.__name__}`: {(f.__doc__ or '').strip().splitlines()[0]}" for f in dict.fromkeys(functions)]
        parts = ([BEGIN], diagram, _table(machine), meanings, [END])
        return "\n\n".join("\n".join(lines) for lines in parts)


def _table(machine: Machine) -> list[str]:
    rows = [_HEAD, ("---",) * len(_HEAD), *(_row(machine, each) for each in machine.transitions)]
    return ["| " + " | ".join(row) + " |" for row in rows]


def _row(machine: Machine, each: Transition) -> tuple[str, ...]:
    conditions = _names(_conditions(each)) + (["a reason is written"] if each.note_required else [])
    return (
        f"`{each.name}`<br>{each.label}",
        "<br>".join(each.source),
        each.target,
        _who(each),
        ", ".join(sorted({*each.locks, machine.own_lock}, key=rank)),
        "<br>".join(conditions) or "—",
        "<br>".join(_names(each.effects)) or "—",
    )


def _who(each: Transition) -> str:
    """The roles; where a state narrows them, state by state; without any it is the system's own."""
    if not each.roles_at:
        return ", ".join(each.roles) or "the system"
    return "<br>".join(f"{source}: {', '.join(each.roles_in(source))}" for source in each.source)


def _conditions(each: Transition) -> tuple[Callable, ...]:
    return (*((each.over,) if each.over else ()), *each.guards, *each.input_guards)


def _names(functions: Iterable[Callable]) -> list[str]:
    return [f"`{function.__name__}`" for function in functions]


def with_lifecycle(page: str, machine: Machine) -> str:
    """The page with what is printed between its two marks brought up to date. Raises ValueError without the marks."""
    before, begin, rest = page.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("The page has no place for the printed part.")
    return before + lifecycle_markdown(machine) + after
