"""Which verbs a person may press on a record, with the reason beside each that is closed."""

from collections.abc import Container
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from core.workflow import Attempt, machine_of, obstacles_before_input


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
    question: str  # what is asked before a dangerous verb: the record with its amount


def buttons_for(obj, user, *, attempt: Attempt | None = None, verbs: Container[str] | None = None) -> list[Button]:
    """The verbs whose role and state fit; those that a guard closes stay visible with their reasons.

    ``attempt`` is for who has worked something out for its guards already, ``verbs`` for who shows only some.
    """
    machine, buttons = machine_of(obj), []
    attempt = attempt or Attempt(obj, user)
    question, what = _("%(verb)s: %(what)s?"), obj.described_to(user)
    for transition in machine.transitions:
        if verbs is not None and transition.name not in verbs:
            continue
        obstacles = obstacles_before_input(transition, attempt)
        if {obstacle.kind for obstacle in obstacles} & {"role", "state"}:
            continue
        buttons.append(
            Button(
                name=transition.name,
                label=str(transition.label),
                url=reverse(machine.url_name, args=[obj.pk, transition.name]),
                page=reverse(transition.page, args=[obj.pk]) if transition.page else "",
                icon=transition.icon,
                primary=transition.primary,
                dangerous=transition.dangerous,
                note_required=transition.note_required,
                reasons=tuple(obstacle.sentence for obstacle in obstacles),
                question=question % {"verb": transition.label, "what": what} if transition.dangerous else "",
            )
        )
    return buttons
