"""What must always hold about quotations."""

from collections.abc import Iterator

from django.db.models import Count, Max

from core.invariants import invariant
from core.templatetags.ui import money
from orders.models import Order, Quotation
from orders.offer import hash_of

_BATCH = 500


@invariant("quotation contents", "a quotation says what was frozen: its hash and its total are those of its content")
def changed_contents() -> Iterator[str]:
    """Quotations that say something else than when they were made."""
    for each in Quotation.objects.order_by("pk").iterator(chunk_size=_BATCH):
        if each.content_hash != hash_of(str(each), each.valid_until, each.remark, each.content):
            yield f"{each}: the hash is not that of its content"
        if f"{each.gross_total:.2f}" != each.content["header"]["gross_total"]:
            yield f"{each}: {money(each.gross_total)} instead of {each.content['header']['gross_total']}"


@invariant("quotation versions", "an order's quotations are numbered without a gap, and only the last one is in force")
def odd_versions() -> Iterator[str]:
    """Orders with a gap in their quotations, or with an older one in force."""
    counted = Order.objects.filter(quotations__isnull=False)
    counted = counted.annotate(made=Count("quotations"), last=Max("quotations__version"))
    for order in counted.order_by("pk").iterator():
        if order.made != order.last:
            yield f"{order}: {order.made} quotations, the last is version {order.last}"
        for older in order.quotations.in_force().exclude(version=order.last):
            yield f"{older}: in force beside version {order.last}"
