"""Asking for overdue money: what is kept of it, and who may."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.models import Dunning
from billing.receivables import receivable_instalments
from billing.rights import may_dun
from core.events import record
from core.locks import lock_row
from customers.models import Customer
from orders.models import Instalment


@transaction.atomic
def record_dunning(
    *,
    customer: Customer,
    instalments: Sequence[int],
    asked_on: date,
    whom: str,
    said: str = "",
    promised_on: date | None = None,
    by,
) -> list[Dunning]:
    """Keeps that a customer was asked for some of its due instalments (ids), and what it promised.

    Until a promised day is over, the instalment waits on no rep's worklist. Sent twice, it is kept once: the second
    call returns what the first kept.

    Raises:
        PermissionDenied: for whom it is not.
        ValidationError: by field, when nothing is chosen, or a day cannot be.
    """
    if not may_dun(by):
        raise PermissionDenied(_("Your role may not do this."))
    lock_row(Customer, customer.pk)
    found = receivable_instalments().filter(pk__in=instalments, order__customer=customer)
    parts = list(found.select_related("order").order_by("order_id", "position"))
    _refuse(parts, asked_on, whom, promised_on)
    words = {"asked_on": asked_on, "whom": whom.strip(), "said": said.strip(), "promised_on": promised_on, "by": by}
    if same := _kept_before(parts, words):
        return same
    made = Dunning.objects.bulk_create(Dunning(order=part.order, position=part.position, **words) for part in parts)
    for order in {part.order_id: part.order for part in parts}.values():
        promised = promised_on.isoformat() if promised_on else "—"
        record(order, "dunned", by=by, note=said.strip(), whom=whom.strip(), promised=promised)
    return made


def _refuse(parts: Sequence[Instalment], asked_on: date, whom: str, promised_on: date | None) -> None:
    """Raises every reason at once, each beside its field."""
    mistakes: dict[str, str] = {}
    if not parts:
        mistakes[NON_FIELD_ERRORS] = _("Choose at least one instalment that is still to be paid.")
    if not whom.strip():
        mistakes["whom"] = _("Please write who was asked.")
    if asked_on > timezone.localdate():
        mistakes["asked_on"] = _("This day has not come yet.")
    if promised_on and promised_on < asked_on:
        mistakes["promised_on"] = _("It can only be promised for the day of asking, or a later one.")
    if mistakes:
        raise ValidationError(mistakes)


def _kept_before(parts: Sequence[Instalment], words: Mapping[str, Any]) -> list[Dunning]:
    """What is the latest of each of these instalments, where all of it says the same already; else nothing."""
    latest = {}
    for each in Dunning.objects.filter(order__in={part.order_id for part in parts}).order_by("pk"):
        latest[each.order_id, each.position] = each
    found = [latest.get((part.order_id, part.position)) for part in parts]
    same = [each for each in found if each and all(getattr(each, name) == said for name, said in words.items())]
    return same if len(same) == len(parts) else []
