"""History that proves itself: each row carries one SHA-256 of its content and of its predecessor's hash.

The rows of a chain are those of one record, in the order of their ids. Whoever changes one, or takes one out, breaks it
there; whoever takes away its end is found by what the records themselves say, by the month's archive and by the checks
made before (``core.history_check``).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Max, Model, QuerySet

from core.facts import plain
from core.models import Event

#: What of an event its hash is about, in this order, by column.
CONTENT = ("subject_type_id", "subject_id", "verb", "actor_id", "at", "note", "data", "facts")
_LAST = "SELECT hash FROM core_event WHERE subject_type_id = %s AND subject_id = %s ORDER BY id DESC LIMIT 1"
_AT_ONCE = 2000


def link(before: str, content: Sequence[Any]) -> str:
    """The hash of a row with this content after the one whose hash is ``before`` (empty: after none)."""
    text = json.dumps([plain(value) for value in content], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()


def content_of(event: Event) -> list[Any]:
    """What the hash of an event is about."""
    return [getattr(event, name) for name in CONTENT]


def link_up(events: Iterable[Event], ends: dict[int, str] | None = None) -> None:
    """Gives events of one kind of record, in the order in which they are written, their hashes.

    ``ends`` are the last hashes of records that have a history already, by the record's id.
    """
    known = dict(ends or {})
    for event in events:
        event.hash = known[event.subject_id] = link(known.get(event.subject_id, ""), content_of(event))


def end_of(subject: Model) -> str:
    """The hash of a record's last event. Holds the record's row, so that nobody else adds to its history meanwhile."""
    assert connection.in_atomic_block, "A lock outside a transaction protects nothing."
    kind = ContentType.objects.get_for_model(subject).pk
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # One way to the database, two statements: the second one sees what was written before the lock was given.
            table = connection.ops.quote_name(subject._meta.db_table)
            hold = f"SELECT id FROM {table} WHERE id = %s FOR NO KEY UPDATE"
            cursor.execute(f"{hold}; {_LAST}", [subject.pk, kind, subject.pk])
            cursor.nextset()
        else:
            cursor.execute(_LAST, [kind, subject.pk])
        found = cursor.fetchone()
    return found[0] if found else ""


def ends_of(subjects: Iterable[Model]) -> dict[int, str]:
    """The same of many records of one kind, by id; whoever asks holds their rows, or has just made them."""
    records = list(subjects)
    if not records:
        return {}
    of_these = Event.objects.filter(
        subject_type=ContentType.objects.get_for_model(records[0]), subject_id__in=[each.pk for each in records]
    )
    last = of_these.order_by().values("subject_id").annotate(last=Max("pk")).values("last")
    return dict(Event.objects.filter(pk__in=last).order_by().values_list("subject_id", "hash"))


def broken_links(events: QuerySet[Event]) -> Iterator[tuple[int, int, int]]:
    """Kind and id of the record, and id of the event, of all events that are not what they were, or not in their place.

    ``events`` are whole histories.
    """
    rows = events.order_by("subject_type_id", "subject_id", "pk").values_list("pk", "hash", *CONTENT)
    of_record, before = None, ""
    for pk, kept, *content in rows.iterator(chunk_size=_AT_ONCE):
        if (content[0], content[1]) != of_record:
            of_record, before = (content[0], content[1]), ""
        if kept != link(before, content):
            yield content[0], content[1], pk
        before = kept
