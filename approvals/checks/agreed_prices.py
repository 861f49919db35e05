"""At stage two: do the lines keep to the prices that were agreed with the customer?"""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import PriceAgreement
from agreements.prices import net_price
from approvals.checks.result import CheckResult, Figure, passed, warned
from core.money import round_money, total
from core.templatetags.ui import price
from orders.models import OrderLine

_NAMED = 3  # lines that differ


def agreed_prices(dossier) -> CheckResult:
    """The net price of each line against the one that holds on the order date; a difference is to be known."""
    pairs = [(line, agreement) for line in dossier.lines if (agreement := dossier.agreement_about(line))]
    pairs = [(line, agreement) for line, agreement in pairs if _paid(line) is not None]
    if not pairs:
        return passed("agreed", _("none for these products"))
    differing = [(line, agreement) for line, agreement in pairs if _paid(line) != agreement.price]
    figures = _figures(pairs)
    if not differing:
        sentence = ngettext("%(n)s line, as agreed", "%(n)s lines, as agreed", len(pairs)) % {"n": len(pairs)}
        return passed("agreed", sentence, figures=figures)
    sentence = ngettext("%(n)s line has another price", "%(n)s lines have other prices", len(differing))
    detail = " ".join(_difference(*pair) for pair in differing[:_NAMED])
    return warned("agreed", sentence % {"n": len(differing)}, detail=detail, figures=figures)


def keeps_to_agreement(line: OrderLine, agreement: PriceAgreement | None) -> bool:
    """Whether a line costs what was agreed, or more."""
    paid = _paid(line)
    return agreement is not None and paid is not None and paid >= agreement.price


def _paid(line: OrderLine) -> Decimal | None:
    return None if line.unit_price is None else net_price(line.unit_price, line.discount)


def _figures(pairs: list[tuple[OrderLine, PriceAgreement]]) -> tuple[Figure, ...]:
    """What the lines come to as agreed and as ordered, without tax."""
    agreed = total(round_money((line.quantity or Decimal(0)) * agreement.price) for line, agreement in pairs)
    ordered = total(line.net_amount for line, _agreement in pairs)
    return (
        Figure("at_agreed", agreed),
        Figure("as_ordered", ordered),
        Figure("difference", ordered - agreed, "total"),
    )


def _difference(line: OrderLine, agreement: PriceAgreement) -> str:
    words = {"n": line.position, "name": line.name, "agreed": price(agreement.price), "period": agreement.period}
    words["price"] = price(_paid(line))
    sentence = _("Line %(n)s, %(name)s: ¥%(price)s instead of the agreed ¥%(agreed)s (%(period)s).")
    return sentence % words
