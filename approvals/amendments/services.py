"""Writing an amendment down: what an approved order would say, kept as a draft until it is proposed."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from approvals.amendments.kinds import EVERYBODY, MANAGER, NOBODY, changes_of
from approvals.amendments.proposal import Proposed, header_as_kept, line_as_kept
from approvals.models import Amendment
from core.events import record
from core.files import files_of, same_file, show_prices, store_file
from core.locks import lock_row
from core.models import Attachment
from core.stale import Stale
from core.workflow import take
from orders.lines import LineInput, too_many_lines
from orders.models import Order
from orders.rights import may_write_orders
from orders.statuses import Status

#: The purpose under which the customer's letter is filed with an amendment.
LETTER = show_prices("amendment_letter")
_CONTENT = ("header", "lines", "reason", "at_customers_wish")


class NotAmended(Exception):
    """An order that cannot be amended now, as a sentence; ``amendment`` is the one that is decided first, if any."""

    def __init__(self, sentence: str, amendment: Amendment | None = None):
        self.amendment = amendment
        super().__init__(sentence)


class Moved(Exception):
    """Another revision of the ``order`` is in force than was amended, or the draft is closed: as a sentence."""

    def __init__(self, order: Order):
        self.order = order
        super().__init__(_("The order or its draft is another one than when you began: compare it, then save again."))


def why_not_amended(order: Order) -> str:
    """Why nothing of the order is amended, as a sentence; empty when it can be."""
    if order.status == Status.APPROVED:
        return ""
    return _("Only an approved order is amended; this one is “%(state)s”.") % {"state": order.status_label}


@transaction.atomic
def save_amendment(
    *,
    order: Order,
    header: Mapping[str, Any],
    lines: Sequence[LineInput],
    reason: str,
    at_customers_wish: bool,
    by: User,
    version: int | None = None,
    began: tuple[int, int] | None = None,
) -> Amendment:
    """Keeps what the order would say as its amendment's draft, which it begins when there is none.

    ``header`` holds values by the names of ``approvals.amendments.proposal.HEADER``; ``version`` is that of the draft
    that the person was looking at, None when there was none; ``began``, where a page was looked at, is the order's
    revision with that draft's number (0: none). The order is locked. A form that arrives twice changes nothing.

    Raises:
        PermissionDenied: when the order is not this person's to write for.
        NotAmended: when it is not approved, or its amendment is being decided.
        Stale: when the draft has been saved since ``version``, or is another one.
        Moved: when there is no draft, and the order or its amendments are not what they were.
    """
    if not may_write_orders(by) or not Order.objects.visible_to(by).filter(pk=order.pk).exists():
        raise PermissionDenied(_("This order is not yours."))
    order = lock_row(Order, order.pk)
    draft = order.amendments.open().first()
    if draft is not None:
        draft = lock_row(Amendment, draft.pk)
    kept = [line_as_kept(line) for line in lines]
    said = {"header": header_as_kept(header), "lines": kept, "reason": reason, "at_customers_wish": at_customers_wish}
    if draft and all(getattr(draft, name) == value for name, value in said.items()):
        return draft
    _refuse_if_impossible(order, draft, lines)
    _refuse_if_not_seen(order, draft, version, began)
    return _rewrite(draft, said, by) if draft else _begin(order, said, by)


def _refuse_if_impossible(order: Order, draft: Amendment | None, lines: Sequence[LineInput]) -> None:
    if reason := why_not_amended(order) or too_many_lines(len(lines)):
        raise NotAmended(reason)
    if draft and not draft.is_draft:
        words = {"amendment": draft, "state": draft.status_label}
        raise NotAmended(_("%(amendment)s is “%(state)s”: it is decided or withdrawn first.") % words, draft)


def _refuse_if_not_seen(order: Order, draft: Amendment | None, version: int | None, began) -> None:
    """What was written over another state than the present takes nobody's place, and undoes nothing, by itself."""
    moved = began is not None and began != (order.revision, draft.number if draft else 0)
    if draft and (moved or version != draft.version):
        raise Stale(draft)
    if moved:
        raise Moved(order)


def _begin(order: Order, said: Mapping[str, Any], by: User) -> Amendment:
    number = (order.amendments.aggregate(last=Max("number"))["last"] or 0) + 1
    known = {"order": order, "number": number, "base_revision": order.revision, "drafted_by": by}
    amendment = Amendment.objects.create(**known, **said)
    amendment.writers.add(by)
    record(amendment, "created", by=by)
    return amendment


def _rewrite(amendment: Amendment, said: Mapping[str, Any], by: User) -> Amendment:
    for name, value in said.items():
        setattr(amendment, name, value)
    amendment.version += 1
    amendment.save(update_fields=[*_CONTENT, "version"])
    amendment.writers.add(by)
    record(amendment, "draft_changed", by=by)
    return amendment


#: The verb that proposes it, by the stages that must look.
_PROPOSES = {EVERYBODY: "propose", MANAGER: "propose_to_manager", NOBODY: "put_in_force"}


def propose(*, amendment: Amendment, by: User) -> None:
    """Asks those who must look at it; where nobody must, it is in force at once. Raises ``core.workflow.Refused``."""
    take(amendment, _PROPOSES[changes_of(Proposed(amendment)).stages], by=by)


def letters_of(amendment: Amendment):
    """What the customer wrote about it, the oldest first."""
    return files_of(amendment, LETTER)


@transaction.atomic
def attach_letter(*, amendment: Amendment, upload: UploadedFile | None, by: User) -> Attachment:
    """Files the customer's letter with an open amendment; the same file once more is the one that is there already.

    Raises:
        PermissionDenied: when the person is not in sales.
        ValidationError: without a file, with one that cannot be taken, and once it is closed.
    """
    if not may_write_orders(by):
        raise PermissionDenied(_("Your role may not do this."))
    amendment = lock_row(Amendment, amendment.pk)
    if not amendment.is_open:
        raise ValidationError(_("It is “%(state)s”, so nothing is added any more.") % {"state": amendment.status_label})
    if upload is None:
        raise ValidationError(_("Choose the customer's letter first."))
    attachment = same_file(amendment, upload, LETTER)
    if attachment is None:
        attachment = store_file(subject=amendment, upload=upload, purpose=LETTER, by=by)
        record(amendment, "letter_attached", by=by, file=attachment.name)
    return attachment
