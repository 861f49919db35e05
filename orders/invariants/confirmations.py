"""What must always hold about what customers confirmed."""

from collections.abc import Iterator

from django.db.models import F, Q

from core.invariants import invariant
from orders.confirmations import differs_from_revision, sheet_hash
from orders.models import ConfirmationAnswer, ConfirmationSheet, ConfirmationWithdrawal

_BATCH = 200


@invariant("confirmation sheets", "what a customer was shown has its hash and says what its revision says")
def changed_sheets() -> Iterator[str]:
    """Sheets that say something else than when they were made, or than their revision."""
    sheets = ConfirmationSheet.objects.select_related("order").prefetch_related(
        "order__lines", "order__instalments", "order__former_headers"
    )
    for each in sheets.order_by("pk").iterator(chunk_size=_BATCH):
        if each.content_hash != sheet_hash(each):
            yield f"{each} #{each.revision}: the hash is not that of its content"
        if differing := differs_from_revision(each):
            yield f"{each} #{each.revision}: the revision says otherwise: {differing}"


@invariant("confirmations", "what a customer answered is about what was shown, and what was withdrawn counts no more")
def wrong_confirmations() -> Iterator[str]:
    """Answers with another hash than that of their sheet, and withdrawals after which an older confirmation counts."""
    answers = ConfirmationAnswer.objects.select_related("sheet__order").exclude(shown_hash=F("sheet__content_hash"))
    for answer in answers.order_by("pk").iterator():
        yield f"{answer}: the hash is not that of what was shown"
    since = Q(order__reconfirm_since=None) | Q(order__reconfirm_since__lt=F("at"))
    for each in ConfirmationWithdrawal.objects.filter(since).select_related("order").order_by("pk").iterator():
        yield f"{each.order}: withdrawn {each.at:%Y-%m-%d %H:%M}, and what was confirmed before it counts"
