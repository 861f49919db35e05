"""The one engine that moves a record from state to state.

A machine is a declarative table of transitions over one status field. The same guards feed the reason beside a disabled
button, the refusal and the tests. Nothing else writes a status, except ``born`` for history that arrives finished.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F
from django.dispatch import Signal
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core import registries
from core.events import Wording, describe, record
from core.locks import lock_row, rank
from core.models import Event

#: Sent after the commit with ``obj``, ``transition`` (its name), ``by`` and ``event``.
taken = Signal()


@dataclass
class Attempt:
    """One person trying one verb: what guards look at and effects work with.

    ``obj`` is a record of the machine's model; ``by`` a user, or None for the system.
    """

    obj: Any
    by: Any
    note: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    # Effects put here what the history shall keep about this step.
    data: dict = field(default_factory=dict)
    # What one guard worked out, for later guards and effects of the same attempt; kept nowhere.
    memo: dict = field(default_factory=dict)


Guard = Callable[[Attempt], str | None]
Effect = Callable[[Attempt], None]


@dataclass(frozen=True)
class Transition:
    """One row of a state table.

    ``roles_at`` narrows ``roles`` in some of the source states. ``guards`` say why not (a sentence) or None;
    ``input_guards`` do the same about what was typed, so they count when the verb is taken but do not disable its
    button. ``locks`` name other rows to lock first, see ``Machine.locks``. ``page`` names the URL where the verb is
    decided when a bare button is not enough. ``over`` says (a sentence) that nothing is left for the verb to do,
    although the state would allow it; its button is not shown then. ``afterwards`` are effects that look at the record
    in its new state, in the same transaction. ``sentence``, ``tone`` and ``of_money`` are how the
    step reads in the history, see ``core.events.Wording``.
    """

    name: str
    label: str | Promise
    source: tuple[str, ...]
    target: str
    roles: tuple[str, ...]
    roles_at: dict[str, tuple[str, ...]] = field(default_factory=dict)
    locks: tuple[str, ...] = ()
    over: Guard | None = None
    guards: tuple[Guard, ...] = ()
    input_guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()
    on_commit: tuple[Effect, ...] = ()
    note_required: bool = False
    dangerous: bool = False
    primary: bool = False
    page: str = ""
    icon: str = ""
    afterwards: tuple[Effect, ...] = ()
    sentence: str | Promise = ""
    tone: str = ""
    of_money: bool = False

    def roles_in(self, state: str) -> tuple[str, ...]:
        """The roles that may take this verb in a state; none when it does not start there."""
        return self.roles_at.get(state, self.roles) if state in self.source else ()


@dataclass(frozen=True)
class Machine:
    """A model's state table: the transitions, its own place in the lock order and how other rows are locked."""

    model: str
    transitions: tuple[Transition, ...]
    own_lock: str
    locks: dict[str, Callable[[Any], object]] = field(default_factory=dict)
    url_name: str = ""

    def transition(self, name: str) -> Transition:
        """The transition of that name. Raises KeyError."""
        return {t.name: t for t in self.transitions}[name]

    def verbs(self) -> list[str]:
        return [t.name for t in self.transitions]


@dataclass(frozen=True)
class Obstacle:
    """Why a verb cannot be taken: ``kind`` is role, state, stale, guard or input, with a sentence for the user."""

    kind: str
    sentence: str


class Refused(Exception):
    """A verb was not taken; carries every obstacle at once. Nothing was written."""

    def __init__(self, obstacles: list[Obstacle]):
        self.obstacles = obstacles
        super().__init__(" ".join(o.sentence for o in obstacles))

    @property
    def kinds(self) -> set[str]:
        return {o.kind for o in self.obstacles}


def register_machine(machine: Machine) -> Machine:
    """Makes a state table known to buttons, views, the timeline and ``take``."""
    registries.machines[machine.model] = machine
    describe(machine.model, **{t.name: Wording(t.sentence, t.tone, t.of_money) for t in machine.transitions})
    return machine


def machine_of(obj) -> Machine:
    """The state table of a record or model. Raises KeyError when it has none."""
    return registries.machines[obj._meta.label]


def obstacles_before_input(transition: Transition, attempt: Attempt) -> list[Obstacle]:
    """Everything that forbids the verb whatever is typed: role, state, reach, guards. Used for buttons and ``take``."""
    if attempt.by is not None and attempt.by.role not in transition.roles:
        return [Obstacle("role", _("Your role may not do this."))]
    status = attempt.obj.status
    is_anothers_turn = attempt.by is not None and attempt.by.role not in transition.roles_in(status)
    if status not in transition.source or is_anothers_turn:
        # Asked once, however many verbs of the record are closed.
        if "state" not in attempt.memo:
            attempt.memo["state"] = _state_sentence(attempt.obj)
        return [Obstacle("state", attempt.memo["state"])]
    if transition.over and (text := transition.over(attempt)):
        return [Obstacle("state", text)]
    found = [Obstacle("guard", text) for guard in transition.guards if (text := guard(attempt))]
    if is_in_reach(attempt):
        return found
    what = attempt.obj._meta.verbose_name
    return [Obstacle("guard", _("This %(what)s belongs to somebody else.") % {"what": what}), *found]


def is_in_reach(attempt: Attempt) -> bool:
    """Whether the person may see the record at all; asked once for an attempt."""
    if attempt.by is None:
        return True
    if "in_reach" not in attempt.memo:
        seen = type(attempt.obj)._default_manager.visible_to(attempt.by)
        attempt.memo["in_reach"] = seen.filter(pk=attempt.obj.pk).exists()
    return attempt.memo["in_reach"]


def _input_obstacles(transition: Transition, attempt: Attempt) -> list[Obstacle]:
    found = [Obstacle("input", text) for guard in transition.input_guards if (text := guard(attempt))]
    if transition.note_required and not attempt.note.strip():
        found.append(Obstacle("input", _("Please write a reason.")))
    return found


def _state_sentence(obj) -> str:
    """Says what the record's state is by now and who made it so."""
    last = (
        Event.objects.filter(
            subject_type__app_label=obj._meta.app_label,
            subject_type__model=obj._meta.model_name,
            subject_id=obj.pk,
            verb__in=machine_of(obj).verbs(),
        )
        .order_by("-id")
        .select_related("actor")
        .first()
    )
    if last is None:
        return _("Not possible now: the state is “%(state)s”.") % {"state": obj.get_status_display()}
    sentence = _("Not possible any more: %(who)s made it “%(state)s” on %(when)s.") % {
        "who": last.actor or _("the system"),
        "state": obj.get_status_display(),
        "when": timezone.localtime(last.at).strftime("%Y-%m-%d %H:%M"),
    }
    # Nobody can be asked why the system did it.
    return sentence if last.actor or not last.note else f"{sentence} {last.note}"


def take(
    obj,
    name: str,
    *,
    by,
    note: str = "",
    answers: dict | None = None,
    version: int | None = None,
    data: dict | None = None,
) -> Event:
    """Takes one verb: locks, checks everything, runs the effects, writes the status, keeps the history.

    ``version`` is the record's version that the person was looking at, if known; ``data`` what the history shall keep
    besides. On return ``obj`` is fresh.

    Raises:
        Refused: with every obstacle; the database is unchanged.
        KeyError: when the machine has no such verb.
    """
    machine = machine_of(obj)
    transition = machine.transition(name)
    attempt = Attempt(obj, by, note, answers or {}, dict(data or {}))
    with transaction.atomic():
        _lock(machine, transition, obj)
        _refuse_if_impossible(transition, attempt, version)
        came_from = obj.status
        # Before the status, because the database asks a number of a submitted order and a date of an approved one.
        for effect in transition.effects:
            effect(attempt)
        _write_status(obj, transition.target)
        for effect in transition.afterwards:
            effect(attempt)
        event = record(obj, name, by=by, note=note, **{"from": came_from, "to": transition.target}, **attempt.data)
        _speak_on_commit(transition, attempt, event)
    return event


def _lock(machine: Machine, transition: Transition, obj) -> None:
    """All locks in the global order, the record's own row at its place; then ``obj`` is what it is under the lock."""
    for name in sorted({*transition.locks, machine.own_lock}, key=rank):
        if name == machine.own_lock:
            lock_row(type(obj), obj.pk)
        else:
            machine.locks[name](obj)
    obj.refresh_from_db()


def _refuse_if_impossible(transition: Transition, attempt: Attempt, version: int | None) -> None:
    found = obstacles_before_input(transition, attempt)
    if not found and version is not None and version != attempt.obj.version:
        found = [Obstacle("stale", _("Somebody changed this meanwhile. Please look at it again and then decide."))]
    if not {o.kind for o in found} & {"role", "state"}:
        found += _input_obstacles(transition, attempt)
    if found:
        raise Refused(found)


def _write_status(obj, target: str) -> None:
    """Compare-and-set: the row must still be what the guards saw."""
    rows = type(obj)._base_manager.filter(pk=obj.pk, status=obj.status, version=obj.version)
    changed = rows.update(status=target, status_since=timezone.now(), version=F("version") + 1)
    if changed != 1:
        raise Refused([Obstacle("state", _state_sentence(obj))])
    obj.refresh_from_db()


def _speak_on_commit(transition: Transition, attempt: Attempt, event: Event) -> None:
    """Tells the world only what is true: after the commit, and a failing listener harms nobody else."""
    for effect in transition.on_commit:
        transaction.on_commit(partial(effect, attempt), robust=True)
    news = {"obj": attempt.obj, "transition": transition.name, "by": attempt.by, "event": event}
    transaction.on_commit(partial(taken.send_robust, type(attempt.obj), **news), robust=True)


def born(objects: list, status: str) -> None:
    """Writes the status of records that arrive with their history behind them (import, demo data), in one update.

    Their drafts must exist already; the caller leaves a mark in each record's history.
    """
    if not objects:
        return
    now = timezone.now()
    type(objects[0])._base_manager.filter(pk__in=[o.pk for o in objects]).update(status=status, status_since=now)
    for obj in objects:
        obj.status, obj.status_since = status, now
