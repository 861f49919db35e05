"""Private links are made, found by their token, and revoked."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from core import policy, registries
from core.deadlines import start_of
from core.events import record as note_event
from core.links.purposes import Purpose
from core.locks import lock_row
from core.models import PrivateLink
from core.policies import LINK_DAYS

_TOKEN_BYTES = 32
LONGEST_NAME = PrivateLink._meta.get_field("given_to").max_length or 0


def digest_of(token: str) -> str:
    """What is kept of a token, and looked up: equal in length and cost for whatever is tried."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_link(*, purpose: Purpose, record: Model, by, given_to: str = "") -> tuple[PrivateLink, str]:
    """A new link to one document and its token, which is known to nobody afterwards.

    Raises:
        PermissionDenied: when this person may not give such a link away.
        ValidationError: when nothing is left that the link could lead to.
    """
    if not purpose.allows(by, record):
        raise PermissionDenied(_("Your role may not do this."))
    if purpose.is_over(record):
        raise ValidationError(_("There is nothing any more to which a link could lead the customer."))
    token, now = secrets.token_urlsafe(_TOKEN_BYTES), timezone.now()
    link = PrivateLink.objects.create(
        digest=digest_of(token),
        purpose=purpose.key,
        subject_type=ContentType.objects.get_for_model(record),
        subject_id=record.pk,
        made_by=by,
        made_at=now,
        given_to=given_to[:LONGEST_NAME],
        expires_at=_end_of_link(purpose, record, now),
    )
    note_event(purpose.told_in(record), f"{purpose.key}_link_made", by=by, link=link.pk)
    return link, token


def _end_of_link(purpose: Purpose, record: Model, now: datetime) -> datetime:
    """Some days (policy) from now, or after the last day that it must outlast."""
    last = purpose.outlasts(record)
    since = max(now, start_of(last)) if last else now
    return since + timedelta(days=max(1, policy.value(LINK_DAYS)))


@transaction.atomic
def revoke_link(*, link: PrivateLink, by) -> PrivateLink:
    """Ends a link: from the commit on it leads nowhere, also for whoever has its page open. Again changes nothing.

    Raises:
        PermissionDenied: when this person may not give such a link away either.
    """
    locked: PrivateLink = lock_row(PrivateLink, link.pk)
    purpose = registries.link_purposes[link.purpose]
    record = purpose.record(link.subject_id)
    if not purpose.allows(by, record):
        raise PermissionDenied(_("Your role may not do this."))
    if locked.revoked_at is None:
        locked.revoked_at, locked.revoked_by = timezone.now(), by
        locked.save(update_fields=["revoked_at", "revoked_by"])
        if record:
            note_event(purpose.told_in(record), "link_revoked", by=by, link=locked.pk)
    return locked


@transaction.atomic
def renew_link(*, link: PrivateLink, by) -> tuple[PrivateLink, str]:
    """Another link in place of one whose address is lost or whose days are over; the old one leads nowhere any more.

    Raises as ``make_link`` does, which also says what comes back.
    """
    purpose: Purpose = registries.link_purposes[link.purpose]
    record: Any = purpose.record(link.subject_id)
    if link.is_open:
        revoke_link(link=link, by=by)
    return make_link(purpose=purpose, record=record, by=by, given_to=link.given_to)


def link_with(token: str) -> PrivateLink | None:
    """The link of a token that leads somewhere, or None: unknown, expired and revoked ones are not told apart."""
    link = PrivateLink.objects.filter(digest=digest_of(token)).first()
    return link if link and link.is_open and link.purpose in registries.link_purposes else None


def links_of(record: Model, *more: Model) -> QuerySet[PrivateLink]:
    """All links that were ever given away for a record, or for more of its kind, newest first."""
    subject, keys = ContentType.objects.get_for_model(record), [each.pk for each in (record, *more)]
    return PrivateLink.objects.filter(subject_type=subject, subject_id__in=keys).select_related("made_by")


def note_opened(link: PrivateLink) -> None:
    """Keeps when the link was first and last opened; who opens it at the same moment changes nothing of that."""
    now = timezone.now()
    first = Coalesce("opened_first_at", Value(now))
    PrivateLink.objects.filter(pk=link.pk).update(opened_first_at=first, opened_last_at=now)
