"""Writing history and reading it back as a timeline."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import BooleanField, DateTimeField, DecimalField, Model
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from core import registries
from core.chain import content_of, end_of, ends_of, link, link_up
from core.chunks import chunks
from core.facts import facts_of
from core.models import Event

_AT_ONCE = 1000
_LARGEST_RATE = 5  # digits: percentages have no more, amounts have


@dataclass(frozen=True)
class Wording:
    """How a verb reads in the timeline, filled with the event's data; the tone is ``now``, ``good``, ``bad`` or empty.

    What speaks of money is left out for those who see no prices.
    """

    sentence: registries.Words
    tone: str = ""
    of_money: bool = False


def describe(model: str, **wordings: Wording) -> None:
    """Says how the verbs of a model read: "app.Model", or "" for whatever has no wording of its own."""
    registries.sentences.update({(model, verb): wording for verb, wording in wordings.items()})


def verbs_without_money(model: type[Model]) -> list[str]:
    """The verbs of a model's history that whoever sees no prices may read."""
    label = model._meta.label
    return [verb for (of, verb), it in registries.sentences.items() if of in (label, "") and not it.of_money]


def record(subject: Model, verb: str, *, by, note: str = "", **data) -> Event:
    """Appends one event to a record's history; ``by=None`` is the system. Holds the record's row."""
    with transaction.atomic(savepoint=False):
        before = end_of(subject)
        event = _event(subject, verb, by, str(note), data)
        event.hash = link(before, content_of(event))
        event.save(force_insert=True)
    return event


def record_all(verb: str, entries: Iterable[tuple[Model, dict]], *, by) -> None:
    """Appends one event to each record's history, in bulk; an entry is the record with its data.

    The records are of one kind, each comes once, and whoever calls this holds their rows or has just made them.
    """
    for some in chunks(entries, _AT_ONCE):
        events = [_event(subject, verb, by, "", data) for subject, data in some]
        link_up(events, ends_of(subject for subject, _data in some))
        Event.objects.bulk_create(events)


def _event(subject: Model, verb: str, by, note: str, data: dict) -> Event:
    kind = ContentType.objects.get_for_model(subject)
    return Event(
        subject_type=kind,
        subject_id=subject.pk,
        actor=by,
        verb=verb,
        note=note,
        data=data,
        at=timezone.now(),
        facts=facts_of(subject),
    )


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
    # Whose history it is part of, as its address names it: "orders-order", and the record's key.
    model: str = ""
    record: int = 0
    # Of which other record it tells, where the history of several is shown.
    mark: str = ""


def timeline_of(
    subject: Model,
    limit: int = 200,
    verbs: Collection[str] | None = None,
    besides: dict[int, str] | None = None,
) -> list[Entry]:
    """The record's history as it reads on the page, newest first, in one query; only those ``verbs`` when given.

    ``besides`` are records of its kind whose history is shown among its own: key → the mark of their entries.
    """
    marks = {subject.pk: "", **(besides or {})}
    rows = Event.objects.filter(subject_type=ContentType.objects.get_for_model(subject), subject_id__in=marks)
    if verbs is not None:
        rows = rows.filter(verb__in=verbs)
    entries, known, label = [], registries.sentences, subject._meta.label
    for row in rows.select_related("actor").order_by("-id")[:limit]:
        wording = known.get((label, row.verb)) or known.get(("", row.verb)) or Wording(row.verb)
        entry = Entry(
            sentence=str(wording.sentence) % _Shown(row.data),
            actor_name=str(row.actor) if row.actor else _("the system"),
            at=row.at,
            note=row.note,
            tone=wording.tone,
            changes=[change_in_words(type(subject), *change) for change in row.data.get("changes", [])],
            model=subject._meta.label_lower.replace(".", "-"),
            record=row.subject_id,
            mark=marks[row.subject_id],
        )
        entries.append(entry)
    return entries


class _Shown(dict):
    """Lets an old event without a value that a newer sentence names still be shown."""

    def __missing__(self, key):
        return "—"


def change_in_words(model, name: str, old: str, new: str) -> tuple[str, str, str]:
    """A kept change in words: the field's or the related records' name, and for a choice its labels.

    ``lines.condition`` is a field of related records.
    """
    relation, _dot, of_related = name.partition(".")
    if of_related:
        return change_in_words(model._meta.get_field(relation).related_model, of_related, old, new)
    related = {r.name: r.related_model._meta.verbose_name_plural for r in model._meta.related_objects}
    fields = {f.name: f for f in model._meta.concrete_fields}
    if name not in fields:
        return str(related.get(name, name)), old, new
    known = fields[name]
    if isinstance(known, DecimalField):
        is_amount = known.decimal_places == 2 and known.max_digits > _LARGEST_RATE
        return str(known.verbose_name), _separated(old, is_amount), _separated(new, is_amount)
    if isinstance(known, DateTimeField):
        return str(known.verbose_name), _moment(old), _moment(new)
    if isinstance(known, BooleanField):
        labels = {"True": _("yes"), "False": _("no")}
    else:
        labels = {str(key): str(label) for key, label in known.flatchoices}
    return str(known.verbose_name), labels.get(old, old), labels.get(new, new)


def _moment(text: str) -> str:
    """A kept moment in our time; at midnight only its day is known."""
    moment = parse_datetime(text)
    if moment is None:
        return text
    here = timezone.localtime(moment)
    return f"{here:%Y-%m-%d %H:%M}".removesuffix(" 00:00")


def _separated(text: str, is_amount: bool) -> str:
    """A kept figure with its thousands separated, an amount in 元 with both its digits."""
    try:
        return f"{Decimal(text):,.2f}" if is_amount else f"{Decimal(text):,f}"
    except InvalidOperation:
        return text
