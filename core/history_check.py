"""Checking that history proves itself: by whoever asks on its page, and by the system every night."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop

from core import registries
from core.invariants import About, examine, invariant
from core.jobs.context import Context
from core.jobs.kinds import JobKind, Result, register_kind
from core.jobs.table import enqueue
from core.models import Event, HistoryCheck, Job
from core.steady import steady

KIND = "history_check"
#: The hour of the night in which the system checks by itself.
NIGHTLY_AT = 3
# An event that is older than this has none before it that is not committed yet.
_SETTLED = timedelta(hours=1)


@dataclass(frozen=True)
class Checked:
    """What a check came to, before it is kept."""

    events: int
    last: int
    digest: str
    rules: int
    findings: list[dict]


def digest_until(last: int) -> str:
    """The SHA-256 over the hashes of all events up to one."""
    digest = hashlib.sha256()
    for sha256 in Event.objects.filter(pk__lte=last).order_by("pk").values_list("hash", flat=True).iterator():
        digest.update(sha256.encode())
    return digest.hexdigest()


@invariant("seen histories", gettext_noop("what an earlier check saw of history is still there"), of_history=True)
def lost_since_the_last_check() -> Iterator[str]:
    """The last check, when an event that it saw is gone or another one, or when one stands before them that was not."""
    check = HistoryCheck.objects.first()
    if check and digest_until(check.last) != check.digest:
        sentence = gettext_noop("events up to %(last)s are not those of the check of %(check)s")
        yield About(sentence, last=check.last, check=str(check))


def prepare(context: Context) -> Checked:
    findings = [
        {"rule": finding.invariant.rule, "line": line, "said": getattr(line, "said", {}), "url": _address(line)}
        for finding in examine(of_history=True)
        for line in finding.examples
    ]
    with steady():
        settled = Event.objects.filter(at__lt=timezone.now() - _SETTLED)
        last = settled.aggregate(last=Max("pk"))["last"] or 0
        counted, digest = Event.objects.count(), digest_until(last)
    rules = sum(each.of_history for each in registries.invariants)
    return Checked(counted, last, digest, rules, findings)


def _address(line: str) -> str:
    """Where the record of a finding is to be seen; empty when it has no page."""
    if not isinstance(line, About) or not line.kind:
        return ""
    model = ContentType.objects.get_for_id(line.kind).model_class()
    record = model and model._base_manager.filter(pk=line.record).first()
    return record.get_absolute_url() if record and hasattr(record, "get_absolute_url") else ""


def commit(context: Context, checked: Checked) -> Result:
    check = HistoryCheck.objects.create(by=context.owner, **vars(checked))
    sentence = FOUND if check.findings else WHOLE
    values = {"events": f"{check.events:,}", "count": len(check.findings)}
    return Result(sentence, values, reverse("history"))


WHOLE = gettext_noop("History is whole: %(events)s events.")
FOUND = gettext_noop("History contradicts itself: %(count)s findings.")
register_kind(
    JobKind(KIND, gettext_lazy("History check"), prepare, commit, lambda arguments: gettext_lazy("all records"))
)


def request_check(*, by) -> Job:
    """Asks for a check; asked for again while one waits or runs, it is the same. ``by=None`` is the system."""
    return enqueue(KIND, owner=by, unique_key="all")


def check_nightly() -> None:
    """Asks for one in the night, once."""
    last_night = HistoryCheck.objects.filter(at__gte=timezone.now() - timedelta(hours=12), by=None)
    if timezone.localtime().hour == NIGHTLY_AT and not last_night.exists():
        request_check(by=None)
