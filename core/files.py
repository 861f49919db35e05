"""Files of people: checked by their content, kept under a name of ours, gone with the transaction that failed.

The bytes lie below ``MEDIA_ROOT/attachments``, until the commit of their row in its folder ``incoming``. A file whose
row is rolled back is removed at once; what a killed process leaves in that folder, ``settle_strays`` finds.
"""

import hashlib
import logging
import os
import secrets
import weakref
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, cast

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core import policy, registries
from core.file_rules import MEGABYTE, FileRules
from core.file_types import TYPES, FileType, NotWhole, TooManyPixels, fits_name, proper_name, type_of
from core.models import Attachment
from core.policies import LARGEST_FILE

_FOLDER = "attachments"
_LONGEST_NAME = Attachment._meta.get_field("name").max_length or 0
# No transaction lasts this long, so an older file without a row belongs to none.
_SURELY_OVER = timedelta(days=1)

logger = logging.getLogger(__name__)


def attachment_rules() -> FileRules:
    """What can be said of a file of people without opening it."""
    return FileRules(
        largest=policy.value(LARGEST_FILE) * MEGABYTE,
        kinds=TYPES,
        empty=_("The file is empty. Choose it again, or take the picture again."),
        too_large=_("The file has %(size)s MB; at most %(largest)s MB can be taken."),
        other_kind=_("This is no picture, PDF, Word, Excel or PowerPoint file."),
    )


def check_file(upload: UploadedFile) -> FileType:
    """What kind of file it is. Raises ValidationError with a sentence when it cannot be taken."""
    rules = attachment_rules()
    if sentence := rules.size_refused(upload.size or 0):
        raise ValidationError(sentence)
    try:
        found = type_of(cast(BinaryIO, upload))
    except NotWhole as error:
        raise ValidationError(_("The file is broken or not whole. Choose it again, or take it again.")) from error
    except TooManyPixels as error:
        raise ValidationError(
            _("The picture has more pixels than can be looked at. Scan it more coarsely, or save it as JPEG or PDF.")
        ) from error
    if found is None:
        raise ValidationError(str(rules.other_kind))
    if not fits_name(found, upload.name or ""):
        raise ValidationError(
            _("The file is called “%(name)s”, but its content is %(kind)s. It was renamed, so it is not taken.")
            % {"name": upload.name, "kind": found.extensions[0].removeprefix(".").upper()}
        )
    return found


@transaction.atomic
def store_file(*, subject: Model, upload: UploadedFile, purpose: str, by) -> Attachment:
    """Keeps a file beside a record. If the caller's transaction fails, neither row nor file remains.

    Raises:
        ValidationError: with a sentence, when the file cannot be taken or the disk does not take it.
    """
    found = check_file(upload)
    # Readable, without a path, with its true extension.
    plain = "".join(c for c in upload.name or "" if c.isprintable() and c not in "/\\")
    stem, extension = os.path.splitext(proper_name(found, plain))
    name = secrets.token_hex(16)
    # Robust, so that no other listener to the commit can get in between.
    transaction.on_commit(_Pending(name).settle, robust=True)
    digest = _write(upload, _incoming(name))
    return Attachment.objects.create(
        subject_type=ContentType.objects.get_for_model(subject),
        subject_id=subject.pk,
        purpose=purpose,
        name=f"{stem[: _LONGEST_NAME - len(extension)]}{extension}",
        path=_path(name),
        content_type=found.content_type,
        size=upload.size or 0,
        sha256=digest,
        uploaded_by=by,
    )


def same_file(subject: Model, upload: UploadedFile, purpose: str) -> Attachment | None:
    """The file that a record keeps for that purpose with this very content, whatever its name."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return files_of(subject, purpose).filter(sha256=digest.hexdigest()).first()


class _Pending:
    """A file whose row is not committed yet. Only the list of things to do on commit holds this object: a rollback
    drops that list, and with its last reference the file goes too."""

    def __init__(self, name: str):
        self._name = name
        self._remove = weakref.finalize(self, _incoming(name).unlink, missing_ok=True)

    def settle(self) -> None:
        self._remove.detach()
        _settle(self._name)


def _path(name: str) -> str:
    """Where a file stays, below MEDIA_ROOT."""
    return f"{_FOLDER}/{name[:2]}/{name}"


def _incoming(name: str) -> Path:
    """Where a file waits for the commit of its row."""
    return Path(settings.MEDIA_ROOT) / _FOLDER / "incoming" / name


def _settle(name: str) -> None:
    place = Path(settings.MEDIA_ROOT) / _path(name)
    place.parent.mkdir(parents=True, exist_ok=True)
    _incoming(name).rename(place)


def _write(upload: UploadedFile, path: Path) -> str:
    """Writes the bytes to the disk itself, not only to its cache, and returns their SHA-256."""
    digest = hashlib.sha256()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as target:
            for chunk in upload.chunks():
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
    except OSError as error:
        logger.exception("A file could not be written to %s.", path.parent)
        raise ValidationError(_("The file could not be kept just now. Nothing was saved; try again.")) from error
    return digest.hexdigest()


def files_of(subject: Model, purpose: str = "") -> QuerySet[Attachment]:
    """The files of a record, the oldest first; only those for one purpose when given."""
    rows = Attachment.objects.filter(
        subject_type=ContentType.objects.get_for_model(subject), subject_id=subject.pk
    ).select_related("uploaded_by")
    return (rows.filter(purpose=purpose) if purpose else rows).order_by("id")


def files_by_record(rows: Sequence[Model]) -> dict[int, list[Attachment]]:
    """The files of some records of one kind by their keys, the oldest first, in one query."""
    found: dict[int, list[Attachment]] = {}
    if rows:
        kind, keys = ContentType.objects.get_for_model(rows[0]), [row.pk for row in rows]
        for each in Attachment.objects.filter(subject_type=kind, subject_id__in=keys).order_by("id"):
            found.setdefault(each.subject_id, []).append(each)
    return found


def show_prices(purpose: str) -> str:
    """Keeps files of this purpose from those who do not see prices; returns the purpose."""
    registries.priced_files.add(purpose)
    return purpose


def location_of(attachment: Attachment) -> Path:
    """Where the bytes lie: in their place, or still in the folder in which they waited for the commit."""
    place = Path(settings.MEDIA_ROOT) / attachment.path
    return place if place.exists() else _incoming(place.name)


def settle_strays() -> int:
    """Decides on files whose process was killed around its commit: those with a row stay; returns how many went."""
    over, removed = (timezone.now() - _SURELY_OVER).timestamp(), 0
    for path in _incoming("").glob("*"):
        if path.stat().st_mtime >= over:
            continue
        if Attachment.objects.filter(path=_path(path.name)).exists():
            _settle(path.name)
        else:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
