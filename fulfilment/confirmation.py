"""The customer's signed confirmation of an order, filed with it; the release waits for it (policy)."""

from contextlib import suppress

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.events import record
from core.files import files_of, same_file, store_file
from core.locks import lock_row
from core.models import Attachment
from core.workflow import Refused, take
from fulfilment.rights import may_confirm
from orders.documents import CONFIRMATION
from orders.models import Order
from orders.statuses import EFFECTIVE


def confirmations_of(order: Order):
    """The signed confirmations of an order, the oldest first."""
    return files_of(order, CONFIRMATION)


def is_confirmed(order: Order) -> bool:
    """Whether the customer has signed what the order says now."""
    signed = confirmations_of(order)
    return (signed.filter(at__gt=order.reconfirm_since) if order.reconfirm_since else signed).exists()


@transaction.atomic
def attach_confirmation(*, order: Order, upload: UploadedFile | None, by: User) -> Attachment:
    """Files the signed confirmation with an approved order, which is released if it waited for that alone.

    The same file once more, as of a second click, is the one that is there already.

    Raises:
        PermissionDenied: when the person is not in sales.
        ValidationError: without a file, with one that cannot be taken, and before approval.
    """
    if not may_confirm(by):
        raise PermissionDenied(_("Your role may not do this."))
    order = lock_row(Order, order.pk)
    if order.status not in EFFECTIVE:
        raise ValidationError(_("Only an approved order is confirmed by the customer."))
    if upload is None:
        raise ValidationError(_("Choose the scan or picture of the signed confirmation."))
    attachment = same_file(order, upload, CONFIRMATION)
    if attachment is None:
        attachment = store_file(subject=order, upload=upload, purpose=CONFIRMATION, by=by)
        record(order, "confirmed", by=by, file=attachment.name)
    # What else it waits for is seen on its page; a sweep tries again.
    with suppress(Refused):
        take(order, "release", by=None)
    return attachment
