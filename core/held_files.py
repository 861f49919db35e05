"""A form that is refused keeps its files: they wait below ``MEDIA_ROOT/held`` until it is sent again, or for a day.

Only what could be attached is held, and for the person alone. Whoever chooses a file anew means it in the place of what
is held. The page shows them with ``{% held_files %}``.
"""

import secrets
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from core import parameters
from core.files import check_file
from core.models import HeldFile

HELD_FOR = timedelta(days=1)
_FOLDER = "held"
_LONGEST_NAME = HeldFile._meta.get_field("name").max_length or 0
#: The boxes with which a person says that a held file is not wanted; their value is its id.
DROP = "drop-held"


def held_for(request) -> list[HeldFile]:
    """What this person's form on this page waits with, the files that are not wanted any more left out."""
    dropped = parameters.keys(request.POST, DROP)
    rows = HeldFile.objects.filter(person=request.user, page=request.path).exclude(pk__in=dropped)
    return [row for row in rows.order_by("field", "place") if _file(row).is_file()]


def files_of(request) -> MultiValueDict:
    """The files of a posted form: those that came with it, else the held ones."""
    if request.FILES:
        return request.FILES
    held: MultiValueDict = MultiValueDict()
    for row in held_for(request):
        file = _file(row)
        held.appendlist(row.field, UploadedFile(file.open("rb"), row.name, size=file.stat().st_size))
    return held


def hold(request) -> None:
    """Holds what came with a form that is refused; what cannot be taken is not, and what is not wanted no longer."""
    own = HeldFile.objects.filter(person=request.user, page=request.path)
    _forget(own if request.FILES else own.filter(pk__in=parameters.keys(request.POST, DROP)))
    for field, uploads in request.FILES.lists():
        for place, upload in enumerate(uploads):
            if _can_be_taken(upload):
                _write(HeldFile(person=request.user, page=request.path, field=field, place=place), upload)


def _can_be_taken(upload: UploadedFile) -> bool:
    try:
        check_file(upload)
    except ValidationError:
        return False
    return True


def _write(row: HeldFile, upload: UploadedFile) -> None:
    row.name, row.path = (upload.name or "")[-_LONGEST_NAME:], f"{_FOLDER}/{secrets.token_hex(16)}"
    _file(row).parent.mkdir(parents=True, exist_ok=True)
    with _file(row).open("xb") as target:
        target.writelines(upload.chunks())
    HeldFile.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["person", "page", "field", "place"],
        update_fields=["name", "path", "at"],
    )


def let_go(request) -> None:
    """The form is stored, and its files with it."""
    _forget(HeldFile.objects.filter(person=request.user, page=request.path))


def forget_held() -> None:
    """Drops what nobody came back for, and files without a row."""
    over = timezone.now() - HELD_FOR
    _forget(HeldFile.objects.filter(at__lt=over))
    for place in (Path(settings.MEDIA_ROOT) / _FOLDER).glob("*"):
        is_old = place.stat().st_mtime < over.timestamp()
        if is_old and not HeldFile.objects.filter(path=f"{_FOLDER}/{place.name}").exists():
            place.unlink(missing_ok=True)


def _file(row: HeldFile) -> Path:
    return Path(settings.MEDIA_ROOT) / row.path


def _forget(rows) -> None:
    for row in rows:
        row.delete()
        _file(row).unlink(missing_ok=True)
