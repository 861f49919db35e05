"""Stage one (初审): is the order written down completely and in itself correct?"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.checks.result import CheckResult, failed, passed
from core.money import total
from orders.models import Order, OrderLine
from orders.totals import line_amounts


def customer_file(facts) -> CheckResult:
    """Name, industry, owner, address, and a primary contact with title and phone."""
    missing = facts.missing_in_file
    if missing:
        return failed(
            "customer_file",
            _("Missing: %(what)s") % {"what": _(", ").join(missing)},
            detail=_("Complete the customer file; the check then passes by itself."),
        )
    return passed("customer_file", _("complete"))


def lines(facts) -> CheckResult:
    """At least one line, each with product name, quantity and price."""
    incomplete = [str(line.position) for line in facts.lines if not _is_complete(line)]
    if not facts.lines:
        return failed("lines", _("The order has no lines."), detail=_("Send it back and add what is ordered."))
    if incomplete:
        return failed(
            "lines",
            _("Incomplete: line %(numbers)s") % {"numbers": _(", ").join(incomplete)},
            detail=_("Every line needs a name, a quantity and a price. Send it back and complete them."),
        )
    return passed("lines", ngettext("%(n)s line", "%(n)s lines", len(facts.lines)) % {"n": len(facts.lines)})


def _is_complete(line: OrderLine) -> bool:
    return bool(line.name and line.quantity and line.unit_price is not None)


def amounts(facts) -> CheckResult:
    """Each line's net and tax follow from quantity, price, discount and rate; the totals are their sums."""
    wrong = [_("line %(n)s") % {"n": line.position} for line in facts.lines if not _adds_up(line)]
    if not _totals_add_up(facts.order, facts.lines):
        wrong.append(_("totals"))
    if wrong:
        return failed(
            "amounts",
            _("Do not add up: %(what)s") % {"what": _(", ").join(wrong)},
            detail=_("Send it back and save it again; the amounts are then computed anew."),
        )
    return passed("amounts", _("add up"))


def _adds_up(line: OrderLine) -> bool:
    if line.quantity is None or line.unit_price is None:
        return not line.net_amount and not line.tax_amount
    expected = line_amounts(line.quantity, line.unit_price, line.discount, line.tax_rate)
    return tuple(expected) == (line.net_amount, line.tax_amount)


def _totals_add_up(order: Order, rows: list[OrderLine]) -> bool:
    net, tax = total(row.net_amount for row in rows), total(row.tax_amount for row in rows)
    return (order.net_total, order.tax_total, order.gross_total) == (net, tax, net + tax)


def delivery(facts) -> CheckResult:
    """A promised date, and an address unless the customer picks the goods up."""
    order, missing = facts.order, []
    if order.promised_date is None:
        missing.append(_("promised delivery date"))
    if order.delivery_method != Order.DeliveryMethod.PICKUP and not order.shipping_address:
        missing.append(_("delivery address"))
    if missing:
        return failed(
            "delivery",
            _("Missing: %(what)s") % {"what": _(", ").join(missing)},
            detail=_("Send it back and set them."),
        )
    return passed(
        "delivery",
        _("%(day)s, %(how)s") % {"day": order.promised_date.isoformat(), "how": order.get_delivery_method_display()},
    )


def instalments(facts) -> CheckResult:
    """The percentages sum to 100, and the amounts to the order total."""
    percent = sum(row.percent for row in facts.instalments)
    if percent != 100 or total(row.amount for row in facts.instalments) != facts.order.gross_total:
        return failed(
            "instalments",
            _("They sum to %(percent)s%%, not to the whole order.") % {"percent": f"{percent:f}"},
            detail=_("Send it back and choose the payment terms again."),
        )
    count = len(facts.instalments)
    return passed("instalments", ngettext("%(n)s part, 100%%", "%(n)s parts, 100%%", count) % {"n": count})
