"""What must always hold in the data, recomputed from the facts; each app lists its own in ``<app>/invariants.py``."""

import hashlib
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, gettext_noop, override

from core import protections, registries
from core.chain import broken_links
from core.chunks import chunks
from core.facts import facts_of
from core.files import location_of
from core.imports.store import KEPT_FOR
from core.jobs.files import path_of
from core.keys import key_fields
from core.models import Attachment, ClosedMonth, Event, ImportRun, Job, PrivateLink
from core.sentences import stored_sentence, translated
from core.steady import steady

#: A rule that is broken everywhere is shown with this many examples.
EXAMPLES = 20
_NUMBERS_AT_ONCE = 5000


@dataclass(frozen=True)
class Invariant:
    """One rule: a short name, the rule in words, and a search for what breaks it (one line each), which only reads.

    What has to be written first, ``prepare`` does. ``of_history``: it is about whether history proves itself; its words
    are translated then.
    """

    name: str
    rule: str
    breaches: Callable[[], Iterable[str]]
    prepare: Callable[[], object] | None = None
    of_history: bool = False


class About(str):
    """One line that says what is wrong, in English; ``said`` is the same to be read in any language.

    Made of a sentence, marked by ``gettext_noop``, and its values; of which record it is, say its kind (content type)
    and its key, 0 when of none.
    """

    kind: int
    record: int
    said: dict

    def __new__(cls, sentence: str, kind: int = 0, record: int = 0, **values) -> "About":
        said = stored_sentence(sentence, **values)
        with override(None):
            made = super().__new__(cls, translated(said))
        made.kind, made.record, made.said = kind, record, said
        return made


def named(kind: int, record: int) -> dict:
    """The values ``kind`` and ``record`` of a sentence: a record as people call it, its key when it is gone."""
    found = ContentType.objects.get_for_id(kind)
    model = found.model_class()
    row = model._base_manager.filter(pk=record).first() if model else None
    return {"kind_name": model._meta.verbose_name if model else found.model, "name": str(row or record)}


@dataclass(frozen=True)
class Finding:
    """A rule with examples of what breaks it; none means that it holds."""

    invariant: Invariant
    examples: list[str]

    @property
    def holds(self) -> bool:
        return not self.examples


_Search = TypeVar("_Search", bound=Callable[[], Iterable[str]])


def invariant(
    name: str, rule: str, prepare: Callable[[], object] | None = None, of_history: bool = False
) -> Callable[[_Search], _Search]:
    """Makes a rule of the function that finds what breaks it."""

    def register(breaches: _Search) -> _Search:
        registries.invariants.append(Invariant(name, rule, breaches, prepare, of_history))
        return breaches

    return register


def examine(of_history: bool = False) -> Iterator[Finding]:
    """Every registered rule, recomputed from the data of one moment: what people do meanwhile breaks none.

    ``of_history``: only those that are about that.
    """
    rules = [rule for rule in registries.invariants if rule.of_history or not of_history]
    for invariant in rules:
        if invariant.prepare:
            invariant.prepare()
    with steady():
        for invariant in rules:
            yield Finding(invariant, list(islice(invariant.breaches(), EXAMPLES)))


def carried_by_none(given: Iterator[str], numbers: QuerySet) -> Iterator[str]:
    """Those of the given numbers that are not among ``numbers`` (values of one field), looked up many at a time."""
    (field,) = numbers.query.values_select
    for wanted in map(set, chunks(given, _NUMBERS_AT_ONCE)):
        yield from sorted(wanted - set(numbers.filter(**{f"{field}__in": wanted})))


@invariant(
    "protections", gettext_noop("every trigger is in the database, switched on and as we made it"), of_history=True
)
def missing_protections() -> Iterator[str]:
    """Triggers that the database lacks, that are switched off, or that do something else than they should."""
    for name in protections.missing():
        yield About(gettext_noop("%(name)s is missing, switched off or not as we made it"), name=name)


@invariant("histories", gettext_noop("every event is what it was, and follows the one before it"), of_history=True)
def broken_histories() -> Iterator[str]:
    """Events that were changed, are out of their place, or stand where one before them is gone."""
    for kind, record, event in broken_links(Event.objects.all()):
        sentence = gettext_noop("%(kind_name)s %(name)s: event %(event)s is not what it was, or one before it is gone")
        yield About(sentence, kind, record, **named(kind, record), event=event)


@invariant("followed facts", gettext_noop("records are what the last event of their history left"), of_history=True)
def strayed_facts() -> Iterator[str]:
    """Records of which a fact that only changes with an event is another than the last event kept."""
    for label in registries.followed:
        yield from strayed_among(apps.get_model(label)._base_manager.all())


def strayed_among(records: QuerySet) -> Iterator[About]:
    """Those of the records that are not what the last event of their history left."""
    kind = ContentType.objects.get_for_model(records.model)
    last = Event.objects.filter(subject_type=kind, subject_id=OuterRef("pk"), facts__isnull=False).order_by("-pk")
    for row in records.annotate(kept_facts=Subquery(last.values("facts")[:1])).iterator():
        kept, now = row.kept_facts or {}, facts_of(row) or {}
        for field in [name for name, value in kept.items() if value != now.get(name)]:
            values = {"field": _label(row, field), "now": _said(row, field, now), "kept": _said(row, field, kept)}
            sentence = gettext_noop("%(kind_name)s %(name)s: %(field)s is %(now)s, by its history %(kept)s")
            yield About(sentence, kind.pk, row.pk, kind_name=row._meta.verbose_name, name=str(row), **values)


def _label(row: Model, field: str):
    label: Any = row._meta.get_field(field).verbose_name  # type: ignore[union-attr]
    return label if isinstance(label, Promise) else gettext_lazy(label)


def _said(row: Model, field: str, facts: dict):
    """A fact in words: the label of a choice, else its value; "—" for none."""
    value = facts.get(field)
    choices: dict = dict(row._meta.get_field(field).flatchoices)  # type: ignore[union-attr]
    return "—" if value in (None, "") else choices.get(value, str(value))


@invariant("files", "every attached file is present and as it was uploaded")
def lost_files() -> Iterator[str]:
    """Attached files that are gone from the disk, or no longer what was uploaded."""
    for attachment in Attachment.objects.order_by("pk").iterator():
        path = location_of(attachment)
        if not path.is_file():
            yield f"file {attachment.pk} ({attachment.name}): missing"
        elif _sha256(path) != attachment.sha256:
            yield f"file {attachment.pk} ({attachment.name}): its content changed"


@invariant("uploads", "every workbook to be imported is present and as it was uploaded")
def lost_uploads() -> Iterator[str]:
    """Workbooks brought to be imported that are gone before their time, or no longer what was uploaded."""
    runs = ImportRun.objects.filter(brought_at__gt=timezone.now() - KEPT_FOR).exclude(path="")
    for run in runs.order_by("pk").iterator():
        path = Path(settings.MEDIA_ROOT) / run.path
        if not path.is_file():
            yield f"import {run.pk} ({run.name}): missing"
        elif _sha256(path) != run.sha256:
            yield f"import {run.pk} ({run.name}): its content changed"


@invariant("results", "every file of a finished job is present until it expires")
def lost_results() -> Iterator[str]:
    """Finished jobs whose file is gone before it has expired."""
    jobs = Job.objects.filter(state=Job.State.DONE, expires_at__gt=timezone.now()).exclude(result_file="")
    for job in jobs.order_by("pk").iterator():
        if path_of(job) is None:
            yield f"job {job.pk} ({job.result_name}): missing"


@invariant("private links", "every private link is for something we know, and for a record that is there")
def lost_links() -> Iterator[str]:
    """Links whose purpose nobody declares, or whose record is gone or of another kind."""
    for link in PrivateLink.objects.select_related("subject_type").order_by("pk").iterator():
        purpose = registries.link_purposes.get(link.purpose)
        model = link.subject_type.model_class()
        if purpose is None or model is None or model._meta.label != purpose.model:
            yield f"{link}: no such purpose of {link.subject_type}"
        elif purpose.record(link.subject_id) is None:
            yield f"{link}: {link.subject_type} {link.subject_id} is gone"


@invariant("closed months", "closed months are whole months that were over")
def wrong_months() -> Iterator[str]:
    """Closed months that do not end on their last day, or were closed before they were over."""
    for month in ClosedMonth.objects.order_by("first_day"):
        last = month.first_day.replace(day=monthrange(month.first_day.year, month.first_day.month)[1])
        if month.last_day != last or timezone.localtime(month.closed_at).date() <= last:
            yield f"{month}: until {month.last_day}, closed {month.closed_at}"


@invariant("keys", "what is looked up goes by the key of what was written")
def wrong_keys() -> Iterator[str]:
    """Rows whose keys are not those of what was written."""
    for model in apps.get_models():
        if fields := key_fields(model):
            names = [name for field in fields for name in (field.of, field.attname)]
            for pk, *pairs in model._base_manager.values_list("pk", *names).iterator(chunk_size=5000):
                for field, text, key in zip(fields, pairs[::2], pairs[1::2], strict=True):
                    if key != field.key_of(text):
                        yield f"{model._meta.verbose_name} {pk}: {text}, {field.attname} {key}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
