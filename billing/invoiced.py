"""What of orders is invoiced: counted from the parts of invoices, stored on the order for lists."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import F, Q, QuerySet, Sum

from billing.invoice_split import ByRate, left_by_rate, sum_by_rate
from billing.invoice_statuses import COUNTED, OUT, InvoiceStatus
from billing.models import InvoicePart
from core.money import ZERO, round_money
from orders.models import Order, OrderLine
from orders.statuses import EFFECTIVE

GROSS = Sum(F("net_amount") + F("tax_amount"))


def invoiced_of(orders: Iterable[int]) -> dict[int, tuple[Decimal, Decimal]]:
    """What of each order is invoiced, red ones subtracted, and what is asked for (元 with tax); without others."""
    parts = InvoicePart.objects.filter(order__in=list(orders), invoice__status__in=COUNTED).order_by()
    out, asked = Q(invoice__status__in=OUT), Q(invoice__status=InvoiceStatus.REQUESTED)
    gross = F("net_amount") + F("tax_amount")
    rows = parts.values_list("order").annotate(out=Sum(gross, filter=out), asked=Sum(gross, filter=asked))
    return {pk: (round_money(out or ZERO), round_money(asked or ZERO)) for pk, out, asked in rows}


def refresh_invoiced(orders: Iterable[Order]) -> None:
    """Counts anew what of these orders is invoiced and asked for, and stores it; call it under their locks."""
    held = list(orders)
    found = invoiced_of([order.pk for order in held])
    for order in held:
        order.invoiced_total, order.invoice_asked_total = found.get(order.pk, (ZERO, ZERO))
    Order.objects.bulk_update(held, ["invoiced_total", "invoice_asked_total"])


def invoiceable_orders(rows: QuerySet[Order]) -> QuerySet[Order]:
    """Those of the orders of which something can be invoiced, the newest first."""
    taken = F("invoiced_total") + F("invoice_asked_total")
    # A cent, because SQLite adds decimals as floats.
    return rows.filter(status__in=EFFECTIVE, gross_total__gt=taken + Decimal("0.004")).order_by("-pk")


def rates_left(orders: Iterable[Order]) -> dict[int, ByRate]:
    """What of each order is neither invoiced nor asked for, by tax rate, in two queries."""
    keys = [order.pk for order in orders]
    lines = OrderLine.objects.filter(order__in=keys, revision=F("order__revision"))
    parts = InvoicePart.objects.filter(order__in=keys, invoice__status__in=COUNTED)
    ordered = _by_order(lines.values_list("order", "tax_rate", "net_amount", "tax_amount"))
    invoiced = _by_order(parts.values_list("order", "tax_rate", "net_amount", "tax_amount"))
    return {pk: left_by_rate(ordered.get(pk, {}), invoiced.get(pk, {})) for pk in keys}


def _by_order(rows: Iterable[tuple[int, Decimal, Decimal, Decimal]]) -> dict[int, ByRate]:
    found: dict[int, list[tuple[Decimal, Decimal, Decimal]]] = {}
    for order, *amounts in rows:
        rate, net, tax = amounts
        found.setdefault(order, []).append((rate, net, tax))
    return {order: sum_by_rate(amounts) for order, amounts in found.items()}
