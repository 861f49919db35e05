"""The order's life as a picture and a table in Markdown, printed from the transitions themselves."""

from collections.abc import Callable, Iterable

from django.utils import translation

from approvals.workflow import ORDER_LIFE
from core.locks import rank
from core.workflow import Machine, Transition

BEGIN = "<!-- printed by manage.py print_lifecycle --write; do not edit -->"
END = "<!-- end of what is printed -->"
_HEAD = ("verb", "from", "to", "who", "locks", "only if", "and then")


def lifecycle_markdown(machine: Machine = ORDER_LIFE) -> str:
    """Diagram and table of a state machine, in English."""
    with translation.override("en"):
        parts = ([BEGIN], _diagram(machine), _table(machine), _meanings(machine), [END])
        return "\n\n".join("\n".join(lines) for lines in parts)


def _diagram(machine: Machine) -> list[str]:
    arrows = [f"    {source} --> {each.target}: {each.name}" for each in machine.transitions for source in each.source]
    return ["```mermaid", "stateDiagram-v2", "    [*] --> draft", *arrows, "```"]


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


def _meanings(machine: Machine) -> list[str]:
    """Every condition and effect that the table names, with the first line of its docstring."""
    functions = [f for each in machine.transitions for f in (*_conditions(each), *each.effects)]
    return [f"- `{f.__name__}`: {(f.__doc__ or '').strip().splitlines()[0]}" for f in dict.fromkeys(functions)]


def with_lifecycle(page: str) -> str:
    """The page with what is printed between its two marks brought up to date. Raises ValueError without the marks."""
    before, begin, rest = page.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("The page has no place for the printed part.")
    return before + lifecycle_markdown() + after
