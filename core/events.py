"""Writing history and reading it back as a timeline."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.contrib.contenttypes.models import ContentType
from django.db.models import BooleanField, Field, Model
from django.utils import timezone
from django.utils.translation import gettext as _

from core import registries
from core.models import Event

_AT_ONCE = 1000


def describe(verb: str, sentence, tone: str = "") -> None:
    """Registers how a verb reads in the timeline; tone is ``now``, ``good``, ``bad`` or empty."""
    registries.sentences[verb] = (sentence, tone)


def record(subject: Model, verb: str, *, by, note: str = "", **data) -> Event:
    """Appends one event to a record's history; ``by=None`` is the system."""
    return Event.objects.create(
        subject_type=ContentType.objects.get_for_model(subject),
        subject_id=subject.pk,
        actor=by,
        verb=verb,
        note=note,
        data=data,
        at=timezone.now(),
    )


def record_all(verb: str, entries: Iterable[tuple[Model, dict]], *, by) -> None:
    """Appends one event to each record's history, in bulk; an entry is the record with its data."""
    now = timezone.now()
    rows = [
        Event(
            subject_type=ContentType.objects.get_for_model(subject),
            subject_id=subject.pk,
            actor=by,
            verb=verb,
            data=data,
            at=now,
        )
        for subject, data in entries
    ]
    Event.objects.bulk_create(rows, _AT_ONCE)


def changes_between(before: dict, after: Model) -> list[list[str]]:
    """``[field, old, new]`` for every field of ``before`` (name → value) that the saved object now has otherwise."""
    pairs = ((name, old, getattr(after, name)) for name, old in before.items())
    return [[name, _text(old), _text(new)] for name, old, new in pairs if old != new]


def _text(value) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)


@dataclass(frozen=True)
class Entry:
    """One line of a timeline, ready to show."""

    sentence: str
    actor_name: str
    at: datetime
    note: str = ""
    tone: str = ""
    changes: list = field(default_factory=list)


def timeline_of(subject: Model, limit: int = 200, verbs: Collection[str] | None = None) -> list[Entry]:
    """The record's history as it reads on the page, newest first, in one query; only those ``verbs`` when given."""
    rows = Event.objects.filter(subject_type=ContentType.objects.get_for_model(subject), subject_id=subject.pk)
    if verbs is not None:
        rows = rows.filter(verb__in=verbs)
    return [_entry(row, type(subject)) for row in rows.select_related("actor").order_by("-id")[:limit]]


def _entry(row: Event, model) -> Entry:
    sentence, tone = registries.sentences.get(row.verb, (row.verb, ""))
    return Entry(
        sentence=str(sentence) % _Shown(row.data),
        actor_name=str(row.actor) if row.actor else _("the system"),
        at=row.at,
        note=row.note,
        tone=tone,
        changes=[_change(model, *change) for change in row.data.get("changes", [])],
    )


class _Shown(dict):
    """Lets an old event without a value that a newer sentence names still be shown."""

    def __missing__(self, key):
        return "—"


def _change(model, name: str, old: str, new: str) -> tuple[str, str, str]:
    """A kept change in words: the field's or the related records' name, and for a choice its labels."""
    related = {r.name: r.related_model._meta.verbose_name_plural for r in model._meta.related_objects}
    fields = {f.name: f for f in model._meta.concrete_fields}
    if name not in fields:
        return str(related.get(name, name)), old, new
    labels = _labels(fields[name])
    return str(fields[name].verbose_name), labels.get(old, old), labels.get(new, new)


def _labels(known: Field) -> dict[str, str]:
    """What the kept texts of a choice or a switch are called."""
    if isinstance(known, BooleanField):
        return {"True": _("yes"), "False": _("no")}
    return {str(key): str(label) for key, label in known.flatchoices}
