"""Confirmation by a private link: what is shown to the customer, what it says of that, and what it takes back.

The order's row is the lock: an answer, an amendment that comes into force and a withdrawal wait for each other.
"""

from contextlib import suppress
from dataclasses import asdict, dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.rights import demand
from core.events import record
from core.locks import lock_row
from core.messages import tell
from core.models import PrivateLink
from core.workflow import Refused, take
from fulfilment.confirmation import is_confirmed
from fulfilment.rights import may_confirm
from orders.confirmations import sheet_content, sheet_hash
from orders.models import ConfirmationAnswer, ConfirmationSheet, ConfirmationWithdrawal, Order
from orders.statuses import EFFECTIVE, Status

LONGEST_REASON = ConfirmationWithdrawal._meta.get_field("reason").max_length or 0


@transaction.atomic
def sheet_of(*, order: Order, by: User) -> ConfirmationSheet:
    """The confirmation of the order's revision in force, as it is put before the customer; made once a revision.

    Raises:
        PermissionDenied: when the person is not in sales.
        ValidationError: before approval, and when it was cancelled.
    """
    demand(may_confirm(by))
    lock_row(Order, order.pk)
    current = Order.objects.select_related("customer", "rep", "payment_terms").get(pk=order.pk)
    if current.status not in EFFECTIVE:
        raise ValidationError(_("Only an approved order is confirmed by the customer."))
    if known := current.confirmation_sheets.filter(revision=current.revision).first():
        return known
    sheet = ConfirmationSheet(order=current, revision=current.revision, made_by=by, made_at=timezone.now())
    sheet.content = sheet_content(current)
    sheet.content_hash = sheet_hash(sheet)
    sheet.save()
    return sheet


@dataclass(frozen=True)
class Said:
    """What a customer says about a sheet: that all of it is right, or words."""

    accepts: bool
    name: str
    job_title: str
    words: str = ""


@transaction.atomic
def answer_sheet(
    *, sheet: ConfirmationSheet, said: Said, address: str = "", link: PrivateLink | None = None
) -> ConfirmationAnswer:
    """What the customer says of the sheet, kept once however often it is sent, with the hash of what was shown.

    A confirmation releases the order if it waited for that alone; the rep hears of either.

    Raises:
        ValidationError: with a sentence for the customer, when the sheet takes no answer any more.
    """
    order = lock_row(Order, sheet.order_id)
    current = ConfirmationSheet.objects.select_related("order").prefetch_related("answers").get(pk=sheet.pk)
    if same := _said_before(current, said):
        return same
    if sentence := current.why_no_answer:
        raise ValidationError(sentence)
    answer = ConfirmationAnswer(sheet=current, **asdict(said), at=timezone.now(), shown_hash=current.content_hash)
    answer.link, answer.address = link, address
    answer.save()
    verb, news = ("confirmed_by_link", _CONFIRMED) if said.accepts else ("change_wished", _WISHED)
    record(order, verb, by=None, note=said.words, address=address, who=answer.who, n=current.revision)
    tell(order.rep, news, current.get_absolute_url(), order=str(order), who=answer.who)
    if said.accepts:
        # What else it waits for is seen on its page; a sweep tries again.
        with suppress(Refused):
            take(order, "release", by=None)
    return answer


_CONFIRMED = gettext_noop("%(who)s confirmed %(order)s")
_WISHED = gettext_noop("%(who)s asks for a change of %(order)s")


def _said_before(sheet: ConfirmationSheet, said: Said) -> ConfirmationAnswer | None:
    """The same from the same person, as of a second click."""
    standing = (each for each in sheet.answers.all() if not each.withdrawn_at)
    return next((each for each in standing if all(getattr(each, k) == v for k, v in asdict(said).items())), None)


@transaction.atomic
def note_wish(*, answer: ConfirmationAnswer, by: User) -> ConfirmationAnswer:
    """Somebody of ours has read what is to be changed and goes on from there. Again changes nothing.

    Raises:
        PermissionDenied: when the person is not in sales.
    """
    demand(may_confirm(by))
    order = lock_row(Order, answer.sheet.order_id)
    current = ConfirmationAnswer.objects.get(pk=answer.pk)
    if current.noted_at is None:
        current.noted_at, current.noted_by = timezone.now(), by
        current.save(update_fields=["noted_at", "noted_by"])
        record(order, "change_wish_noted", by=by, who=current.who)
    return current


# ---- taken back ------------------------------------------------------------------------------------------------------


def may_withdraw(order: Order, by: User) -> bool:
    """Whether this person can record that the customer takes its confirmation back."""
    return may_confirm(by) and order.status == Status.APPROVED and is_confirmed(order)


@transaction.atomic
def withdraw_confirmation(*, order: Order, reason: str, by: User) -> ConfirmationWithdrawal:
    """The customer takes back what it confirmed, by link or signature: the order is to be confirmed anew.

    What was released stays released; the order's page and the rep's worklist say that it stands unconfirmed.

    Raises:
        PermissionDenied: when the person is not in sales.
        ValidationError: without a reason, and when nothing is confirmed.
    """
    demand(may_confirm(by))
    order, reason = lock_row(Order, order.pk), reason.strip()
    if not reason:
        raise ValidationError(_("Write why the customer withdraws it."))
    if len(reason) > LONGEST_REASON:
        raise ValidationError(_("Not more than %(n)s characters.") % {"n": LONGEST_REASON})
    if not may_withdraw(order, by):
        raise ValidationError(_("There is no confirmation that the customer could withdraw."))
    now = timezone.now()
    withdrawn = ConfirmationWithdrawal.objects.create(
        order=order, revision=order.revision, at=now, by=by, reason=reason
    )
    standing = ConfirmationAnswer.objects.filter(sheet__order=order, accepts=True, withdrawn_at=None)
    standing.update(withdrawn_at=now)
    order.reconfirm_since = now
    order.save(update_fields=["reconfirm_since"])
    record(order, "confirmation_withdrawn", by=by, note=reason)
    return withdrawn


def withdrawal_of(order: Order) -> ConfirmationWithdrawal | None:
    """Why the order stands unconfirmed, when the customer withdrew its confirmation and has given no other."""
    if order.reconfirm_since is None:
        return None
    last = order.confirmation_withdrawals.select_related("by").filter(at=order.reconfirm_since).last()
    return last if last and not is_confirmed(order) else None
