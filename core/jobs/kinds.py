"""What a kind of job is, and the three ways in which an attempt can end early."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from core import registries
from core.sentences import stored_sentence


@dataclass(frozen=True)
class Result:
    """What a job leaves behind.

    ``sentence`` says what came of it (as in ``core.sentences.stored_sentence``), ``url`` leads there. A file made by
    ``context.new_file`` is kept when ``file_name``, the name under which it is downloaded, is given.
    """

    sentence: str = ""
    values: dict = field(default_factory=dict)
    url: str = ""
    file_name: str = ""


@dataclass(frozen=True)
class JobKind:
    """A kind of job.

    ``prepare(context)`` does the work outside of any transaction and may take long; ``commit(context, prepared)``
    writes its effect in one brief transaction, together with "done", and returns a Result. Both may run again after a
    killed worker; only one ``commit`` ever lasts. ``title(arguments)`` says what one job is about. ``may_have(job)``
    says whether its owner may still have the file; without it a file stays its owner's.
    """

    key: str
    label: Any
    prepare: Callable
    commit: Callable
    title: Callable[[dict], Any] | None = None
    file_lifetime: timedelta = timedelta(days=7)
    may_have: Callable[[Any], bool] | None = None


class JobFailed(Exception):
    """The job cannot be done, and trying again would not help; carries the sentence that says why."""

    def __init__(self, sentence: str, **values):
        self.sentence = stored_sentence(sentence, **values)
        super().__init__(sentence % values if values else sentence)


class JobCancelled(Exception):
    """Its owner cancelled the job while it ran."""


class LeaseLost(Exception):
    """Somebody else has the job by now; this attempt must leave nothing behind."""


def register_kind(kind: JobKind) -> JobKind:
    """Makes a kind of job known; a kind is registered once per process."""
    registries.job_kinds[kind.key] = kind
    return kind


def kind_of(key: str) -> JobKind:
    """The kind of that key. Raises KeyError."""
    return registries.job_kinds[key]


def withholds(job) -> bool:
    """Whether there is a file that its owner may have no longer."""
    kind = registries.job_kinds.get(job.kind)
    return bool(job.result_file and kind and kind.may_have and not kind.may_have(job))


def label_of(job):
    """What is done; the bare key when no code knows the kind any more."""
    kind = registries.job_kinds.get(job.kind)
    return kind.label if kind else job.kind


def title_of(job):
    """What a job is about, in a word or two; its number when that goes without saying."""
    kind = registries.job_kinds.get(job.kind)
    return kind.title(job.arguments) if kind and kind.title else f"#{job.pk}"
