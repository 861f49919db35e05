"""Which verbs a person may press on a record, with the reason beside each that is closed."""

from dataclasses import dataclass

from django.urls import reverse

from core.workflow import Attempt, Transition, machine_of, obstacles_before_input


@dataclass(frozen=True)
class Button:
    """One verb as the page shows it; ``reasons`` are why it is closed, ``page`` is where it is decided."""

    name: str
    label: str
    url: str
    page: str
    icon: str
    primary: bool
    dangerous: bool
    note_required: bool
    reasons: tuple[str, ...]


def buttons_for(obj, user) -> list[Button]:
    """The verbs whose role and state fit; those that a guard closes stay visible with their reasons."""
    machine = machine_of(obj)
    attempt = Attempt(obj, user)
    found = ((t, obstacles_before_input(t, attempt)) for t in machine.transitions)
    return [
        _button(t, machine.url_name, obj, [o.sentence for o in obstacles])
        for t, obstacles in found
        if not {o.kind for o in obstacles} & {"role", "state"}
    ]


def _button(transition: Transition, url_name: str, obj, reasons: list[str]) -> Button:
    return Button(
        name=transition.name,
        label=str(transition.label),
        url=reverse(url_name, args=[obj.pk, transition.name]),
        page=reverse(transition.page, args=[obj.pk]) if transition.page else "",
        icon=transition.icon,
        primary=transition.primary,
        dangerous=transition.dangerous,
        note_required=transition.note_required,
        reasons=tuple(reasons),
    )
