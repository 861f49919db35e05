"""What must always hold about price agreements."""

from collections.abc import Iterator

from django.db.models import OuterRef, Subquery

from agreements.models import PriceAgreement
from core.invariants import invariant


@invariant("price agreements", "no two price agreements of a customer and a product hold on the same day")
def overlapping_agreements() -> Iterator[str]:
    """Agreements that hold while the next one of the same customer and product has begun already."""
    held = PriceAgreement.objects.held()
    same = held.filter(customer=OuterRef("customer"), product=OuterRef("product")).exclude(pk=OuterRef("pk"))
    after = same.filter(starts_on__gte=OuterRef("starts_on"), starts_on__lte=OuterRef("last_day"))
    clashing = held.annotate(other=Subquery(after.order_by("starts_on").values("pk")[:1])).filter(other__isnull=False)
    for row in clashing.select_related("customer", "product").order_by("pk").iterator():
        yield f"{row.customer.number} {row.product.code} {row.period}: beside agreement {row.other}"
