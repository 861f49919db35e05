"""Quotations are made from drafts, withdrawn, and answered by customers; nothing of that submits an order.

The order's row is the lock of its quotations: a newer version, a withdrawal and an answer wait for each other.
"""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.rights import demand
from core import policy
from core.events import record
from core.locks import lock_row
from core.messages import tell
from core.models import PrivateLink
from core.submitted import first_result, refuse_other_content, said_in
from orders.models import Order, OrderLine, Quotation, QuotationAnswer
from orders.offer import content_of, hash_of
from orders.policies import QUOTATION_DAYS
from orders.rights import may_quote

#: The farthest day until which an offer may hold, counted from today.
LONGEST = timedelta(days=366)
#: What people write about an offer.
_SAID = ("valid_until", "remark")
_SPACE = UUID("0b8a5a9e-7a0e-4c0b-9a7d-6a1f1d3a52c4")


def usual_last_day() -> date:
    """Until when an offer holds that is made today, by policy."""
    return timezone.localdate() + timedelta(days=policy.value(QUOTATION_DAYS))


def why_not_quoted(order: Order, lines: list[OrderLine]) -> str:
    """Why nothing can be offered with the order as it stands; empty when it can."""
    if not order.is_draft:
        return _("“%(state)s”: a quotation is made from a draft.") % {"state": order.status_label}
    if not order.customer.active:
        return order.customer.why_no_order
    if order.as_typed:
        labels = [str(Order._meta.get_field(name).verbose_name) for name in order.as_typed]  # type: ignore[union-attr]
        words = {"fields": _(", ").join(labels)}
        return _("%(fields)s cannot be read as typed: open the draft and mend it.") % words
    if not lines:
        return _("There are no lines yet: nothing can be offered.")
    incomplete = [str(line.position) for line in lines if line.quantity is None or line.unit_price is None]
    if incomplete:
        return _("Quantity or price is missing in line %(lines)s.") % {"lines": _(", ").join(incomplete)}
    return ""


@transaction.atomic
def make_quotation(*, order: Order, valid_until: date, remark: str, by: User, token: UUID | None = None) -> Quotation:
    """The next version, with what the draft says now; it replaces the one before.

    A second call with the same (scoped) ``token`` returns the first one.

    Raises:
        PermissionDenied: when this person may not write the order.
        core.submitted.SentOtherwise: when that call said something else.
        ValidationError: by field for the day, else when the order cannot be offered as it stands.
    """
    demand(may_quote(by))
    lock_row(Order, order.pk)
    if first := first_result(Quotation, token):
        given = Quotation(valid_until=valid_until, remark=remark)
        refuse_other_content(first, said_in(first, _SAID), said_in(given, _SAID))
        return first
    current = (
        Order.objects.visible_to(by).select_related("customer", "rep", "payment_terms").filter(pk=order.pk).first()
    )
    if current is None:
        raise PermissionDenied
    lines = list(current.current_lines())
    if sentence := why_not_quoted(current, lines):
        raise ValidationError(sentence)
    check_last_day(valid_until)
    made = Quotation(order=current, version=current.quotations.count() + 1, valid_until=valid_until, remark=remark)
    made.content, made.gross_total = content_of(current, lines), current.gross_total
    made.content_hash = hash_of(str(made), valid_until, remark, made.content)
    made.made_by, made.made_at, made.submit_token = by, timezone.now(), token
    current.quotations.in_force().update(replaced_at=made.made_at)
    made.save()
    record(current, "quoted", by=by, quotation=str(made), day=valid_until.isoformat())
    return made


def check_last_day(day: date) -> None:
    """Raises ValidationError when an offer cannot hold until this day."""
    today = timezone.localdate()
    if day < today:
        raise ValidationError({"valid_until": _("The offer would be over before it is made.")})
    if day > today + LONGEST:
        raise ValidationError({"valid_until": _("At most a year ahead.")})


@transaction.atomic
def revoke_quotation(*, quotation: Quotation, by: User) -> Quotation:
    """Withdraws an offer: from the commit on its links lead nowhere and nobody can accept it. Again changes nothing.

    Raises:
        PermissionDenied: when this role writes no orders.
        ValidationError: when the customer has accepted it.
    """
    demand(may_quote(by))
    order = lock_row(Order, quotation.order_id)
    current = Quotation.objects.select_related("order").get(pk=quotation.pk)
    if current.revoked_at:
        return current
    if current.acceptance:
        raise ValidationError(_("The customer has accepted it; make a new version instead."))
    current.revoked_at, current.revoked_by = timezone.now(), by
    current.save(update_fields=["revoked_at", "revoked_by"])
    record(order, "quotation_revoked", by=by, quotation=str(current))
    return current


@dataclass(frozen=True)
class Said:
    """What a customer says about an offer: that it is accepted, or words."""

    accepts: bool
    name: str
    job_title: str
    words: str = ""


@transaction.atomic
def answer_quotation(
    *, quotation: Quotation, said: Said, address: str = "", link: PrivateLink | None = None
) -> QuotationAnswer:
    """What the customer says, kept once however often it is sent; the order's rep hears of it.

    Raises:
        ValidationError: with a sentence for the customer, when the offer takes no answer any more.
    """
    order = lock_row(Order, quotation.order_id)
    current = Quotation.objects.select_related("order").get(pk=quotation.pk)
    answer = QuotationAnswer(quotation=current, **asdict(said), at=timezone.now(), link=link, address=address)
    answer.said_key = uuid5(_SPACE, f"{current.pk} {'accepted' if said.accepts else f'{answer.who} {said.words}'}")
    same = QuotationAnswer.objects.filter(said_key=answer.said_key, name=said.name, job_title=said.job_title).first()
    if same:
        return same
    if sentence := current.why_no_answer:
        raise ValidationError(sentence)
    answer.save()
    verb, news = ("quotation_accepted", _ACCEPTED) if said.accepts else ("quotation_answered", _ANSWERED)
    words = {"quotation": str(current), "who": answer.who}
    record(order, verb, by=None, note=said.words, address=address, **words)
    tell(order.rep, news, current.get_absolute_url(), order=str(order), **words)
    return answer


_ACCEPTED = gettext_noop("%(who)s accepts quotation %(quotation)s (%(order)s)")
_ANSWERED = gettext_noop("%(who)s wrote about quotation %(quotation)s (%(order)s)")


@transaction.atomic
def note_answer(*, answer: QuotationAnswer, by: User) -> QuotationAnswer:
    """Somebody of ours has read the answer and goes on from there: it leaves the worklist. Again changes nothing.

    Raises:
        PermissionDenied: when this role writes no orders.
    """
    demand(may_quote(by))
    order = lock_row(Order, answer.quotation.order_id)
    current = QuotationAnswer.objects.get(pk=answer.pk)
    if current.noted_at is None:
        current.noted_at, current.noted_by = timezone.now(), by
        current.save(update_fields=["noted_at", "noted_by"])
        record(order, "quotation_answer_noted", by=by, quotation=str(answer.quotation), who=current.who)
    return current
