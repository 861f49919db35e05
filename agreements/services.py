"""Agreeing on a price and ending it early. The customer's row is the lock; each verb leaves one event on its file."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.rights import demand
from agreements.models import PriceAgreement
from agreements.rights import may_agree
from core.events import record
from core.files import show_prices, store_file
from core.locks import lock_row
from core.messages import tell
from core.submitted import first_result, refuse_other_content, said_in
from core.templatetags.ui import price
from customers.models import Customer
from customers.moving import lock_customer_of, refuse_merged

#: What people write about an agreement.
FIELDS = ("product", "price", "starts_on", "ends_on", "note")
FILE = show_prices("price_agreement")
_DAY = timedelta(days=1)


@transaction.atomic
def make_agreement(
    *,
    customer: Customer,
    values: dict[str, Any],
    by: User,
    upload: UploadedFile | None = None,
    token: UUID | None = None,
) -> PriceAgreement:
    """Agrees on a price; a second call with the same (scoped) ``token`` returns the first one.

    Raises:
        ValidationError: by field; also when it overlaps another one, whose days are said then, or for a file that
            cannot be taken. SentOtherwise when the token came with other content before.
        PermissionDenied: when this role makes none, or may not see the customer.
    """
    demand(may_agree(by))
    current = lock_row(Customer, customer.pk)
    refuse_merged(current)
    demand(Customer.objects.visible_to(by).filter(pk=customer.pk).exists())
    agreement = PriceAgreement(customer=current, made_by=by, submit_token=token, **{n: values[n] for n in FIELDS})
    if first := first_result(PriceAgreement, token):
        refuse_other_content(first, said_in(first, FIELDS), said_in(agreement, FIELDS))
        return first
    agreement.last_day = agreement.due
    agreement.full_clean(exclude=["submit_token"])
    refuse_overlap(agreement)
    agreement.made_at = timezone.now()
    try:
        with transaction.atomic():
            agreement.save()
    except IntegrityError:
        if first := first_result(PriceAgreement, token):
            return first
        raise
    if upload:
        _keep_file(agreement, upload, by)
    record(current, "price_agreed", by=by, note=agreement.note, **said_of(agreement))
    _tell_owner(agreement, gettext_noop("%(who)s agreed on a price with %(customer)s: %(product)s, %(period)s"), by)
    return agreement


def refuse_overlap(agreement: PriceAgreement) -> None:
    """Raises ValidationError, which names the other one, when the price is agreed for some of these days already."""
    others = PriceAgreement.objects.filter(customer=agreement.customer_id, product=agreement.product_id)
    other = others.overlapping(agreement.starts_on, agreement.last_day).order_by("starts_on").first()
    if other is None:
        return
    field = "starts_on" if other.starts_on <= agreement.starts_on <= other.last_day else "ends_on"
    words = {"product": agreement.product, "period": other.period, "price": price(other.price)}
    sentence = _("%(product)s is agreed already: ¥%(price)s, %(period)s. End that one first, or choose other days.")
    raise ValidationError({field: sentence % words})


def _keep_file(agreement: PriceAgreement, upload: UploadedFile, by: User) -> None:
    try:
        store_file(subject=agreement, upload=upload, purpose=FILE, by=by)
    except ValidationError as error:
        raise ValidationError({"file": error.messages}) from error


@transaction.atomic
def end_agreement(*, agreement: PriceAgreement, last_day: date | None, reason: str, by: User) -> PriceAgreement:
    """Ends an agreement before its time: it holds until ``last_day``; one that has not begun is withdrawn.

    Raises:
        ValidationError: by field (``last_day``, ``reason``); also when it is over already.
        PermissionDenied: when this role ends none.
    """
    demand(may_agree(by))
    customer = lock_customer_of(agreement)
    current = PriceAgreement.objects.select_related("product").get(pk=agreement.pk)
    reason = reason.strip()
    today = timezone.localdate()
    if current.was_withdrawn or current.last_day < today:
        raise ValidationError(_("This agreement is over already."))
    if not reason:
        raise ValidationError({"reason": _("Say why it ends.")})
    current.ended_on = current.last_day = _last_day(current, last_day, today)
    current.end_reason, current.ended_by = reason, by
    current.full_clean(exclude=["submit_token"])
    current.save(update_fields=["ended_on", "last_day", "end_reason", "ended_by"])
    current.customer = customer
    verb = "price_withdrawn" if current.was_withdrawn else "price_ended"
    record(customer, verb, by=by, note=reason, **said_of(current), day=current.last_day.isoformat())
    _tell_owner(current, gettext_noop("%(who)s ended a price agreed with %(customer)s: %(product)s, %(period)s"), by)
    return current


def _last_day(agreement: PriceAgreement, wanted: date | None, today: date) -> date:
    """The new last day, yesterday at the earliest: what was valid stays so. Raises ValidationError for another one."""
    if agreement.starts_on > today:
        return agreement.starts_on - _DAY
    if wanted is None:
        raise ValidationError({"last_day": _("Choose its last day.")})
    if wanted < today - _DAY:
        raise ValidationError({"last_day": _("Days that are over keep their price: yesterday at the earliest.")})
    if wanted >= agreement.last_day:
        words = {"day": agreement.last_day.isoformat()}
        raise ValidationError({"last_day": _("It ends on %(day)s anyway. Choose an earlier day.") % words})
    return wanted


def said_of(agreement: PriceAgreement) -> dict[str, str]:
    """An agreement as the customer's history keeps it."""
    return {"product": str(agreement.product), "price": price(agreement.price), "period": agreement.period}


def _tell_owner(agreement: PriceAgreement, sentence: str, by: User) -> None:
    owner = agreement.customer.owner
    if owner and owner != by:
        words = {"who": str(by), "customer": str(agreement.customer), "product": str(agreement.product)}
        tell(owner, sentence, agreement.get_absolute_url(), period=agreement.period, **words)
