"""Files that belong to a requirement: drawings and tables of the customer, and the letter that confirms it."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rights import demand
from core.events import record
from core.files import same_file, store_file
from core.locks import lock_row
from core.models import Attachment
from core.workflow import take
from requirements.models import Requirement
from requirements.rights import may_keep_requirements

ENCLOSED, CONFIRMATION = "requirement", "requirement_confirmation"


@transaction.atomic
def attach_file(*, requirement: Requirement, upload: UploadedFile | None, by: User) -> Attachment:
    """Keeps a file of the customer with the requirement; sent again, it is the one that is there.

    Raises:
        PermissionDenied: when this role keeps none.
        ValidationError: without a file, or with one that cannot be taken.
    """
    demand(may_keep_requirements(by))
    locked = lock_row(Requirement, requirement.pk)
    if upload is None:
        raise ValidationError(_("Choose the file first."))
    attachment = same_file(locked, upload, ENCLOSED)
    if attachment is None:
        attachment = store_file(subject=locked, upload=upload, purpose=ENCLOSED, by=by)
        record(locked, "file_attached", by=by, file=attachment.name)
    return attachment


@transaction.atomic
def confirm_by_letter(
    *,
    requirement: Requirement,
    upload: UploadedFile | None,
    confirmed_by: str,
    day: date,
    by: User,
    version: int | None,
) -> Requirement:
    """Confirms a requirement with the customer's mail or letter and its date; file and verb stand or fall together.

    Raises:
        core.workflow.Refused: as the verb ``confirm``.
        ValidationError: without a file, or with one that cannot be taken.
    """
    if upload is None:
        raise ValidationError({"letter": _("Attach the mail or letter in which the customer confirms.")})
    answers = {"confirmed_by": confirmed_by, "confirmed_on": day.isoformat(), "file": upload.name or ""}
    take(requirement, "confirm", by=by, answers=answers, version=version)
    try:
        store_file(subject=requirement, upload=upload, purpose=CONFIRMATION, by=by)
    except ValidationError as error:
        raise ValidationError({"letter": error.messages}) from error
    return requirement
