"""The customer's signed confirmation of an order, filed with it; release can wait for it (policy)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.roles import Role
from core.events import record
from core.files import files_of, store_file
from core.locks import lock_row
from core.models import Attachment
from orders.models import Order
from orders.statuses import EFFECTIVE

#: The purpose under which it is filed with the order.
CONFIRMATION = "confirmation"


def may_confirm(user) -> bool:
    """Sales people attach what their customer signed."""
    return user.role in (Role.REP, Role.MANAGER)


def confirmations_of(order: Order):
    """The signed confirmations of an order, the oldest first."""
    return files_of(order, CONFIRMATION)


@transaction.atomic
def attach_confirmation(*, order: Order, upload: UploadedFile | None, by) -> Attachment:
    """Files the signed confirmation with an approved order.

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
    attachment = store_file(subject=order, upload=upload, purpose=CONFIRMATION, by=by)
    record(order, "confirmed", by=by, file=attachment.name)
    return attachment
