"""What was agreed with customers about products, looked up for many of them at once."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from agreements.models import AgreementQuerySet, PriceAgreement

_SIX = Decimal("0.000001")
_HUNDRED = Decimal(100)


def net_price(unit_price: Decimal, discount: Decimal) -> Decimal:
    """What is paid for a unit in 元 after the discount (percentage points), to the six decimals of a unit price.

    An agreed price is such a net price: a line keeps to it at that price without a discount, or at another one with it.
    """
    return (unit_price * (_HUNDRED - discount) / _HUNDRED).quantize(_SIX)


def agreed_prices(
    agreements: AgreementQuerySet, customer: int, products: Iterable[int], day: date
) -> dict[int, PriceAgreement]:
    """What of ``agreements`` holds for a customer on a day, by product id, in one query."""
    found = agreements.filter(customer=customer, product__in=set(products)).valid_on(day)
    return {agreement.product_id: agreement for agreement in found}


class AgreedPrices:
    """What holds for some customers and products on any of some days, all read in one query."""

    def __init__(self, wanted: Iterable[tuple[int, int, date]]):
        """``wanted``: the (customer id, product id, day) that will be asked for."""
        asked = list(wanted)
        self._found: dict[tuple[int, int], list[PriceAgreement]] = {}
        if not asked:
            return
        customers, products, days = (set(part) for part in zip(*asked, strict=True))
        rows = PriceAgreement.objects.overlapping(min(days), max(days))
        for row in rows.filter(customer__in=customers, product__in=products):
            self._found.setdefault((row.customer_id, row.product_id), []).append(row)

    def on(self, customer: int, product: int | None, day: date) -> PriceAgreement | None:
        """The agreement that holds for that customer and product on that day."""
        rows = self._found.get((customer, product or 0), ())
        return next((row for row in rows if row.starts_on <= day <= row.last_day), None)
