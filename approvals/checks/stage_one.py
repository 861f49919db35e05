"""Stage one (初审): is the order written down completely and in itself correct?"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.checks.result import CheckResult, failed, passed, warned
from core.money import total
from orders.models import Order, OrderLine
from orders.totals import line_amounts
from requirements.statuses import RequirementStatus


def customer_file(dossier) -> CheckResult:
    """Name, industry, owner, address, and a primary contact with title and phone."""
    missing = dossier.missing_in_file
    if missing:
        return failed(
            "customer_file",
            _("Missing: %(what)s") % {"what": _(", ").join(missing)},
            detail=_("Complete the customer file; the check then passes by itself."),
        )
    return passed("customer_file", _("complete"))


def lines(dossier) -> CheckResult:
    """At least one line, each with product name, quantity and price."""
    incomplete = [
        str(line.position)
        for line in dossier.lines
        if not (line.name and line.quantity and line.unit_price is not None)
    ]
    if not dossier.lines:
        return failed("lines", _("The order has no lines."), detail=_("Send it back and add what is ordered."))
    if incomplete:
        return failed(
            "lines",
            _("Incomplete: line %(numbers)s") % {"numbers": _(", ").join(incomplete)},
            detail=_("Every line needs a name, a quantity and a price. Send it back and complete them."),
        )
    return passed("lines", ngettext("%(n)s line", "%(n)s lines", len(dossier.lines)) % {"n": len(dossier.lines)})


def amounts(dossier) -> CheckResult:
    """Each line's net and tax follow from quantity, price, discount and rate; the totals are their sums."""
    wrong = [_("line %(n)s") % {"n": line.position} for line in dossier.lines if not _adds_up(line)]
    order, net = dossier.order, total(line.net_amount for line in dossier.lines)
    tax = total(line.tax_amount for line in dossier.lines)
    if (order.net_total, order.tax_total, order.gross_total) != (net, tax, net + tax):
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


def delivery(dossier) -> CheckResult:
    """A promised date, and an address unless the customer picks the goods up."""
    order, missing = dossier.order, []
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


def instalments(dossier) -> CheckResult:
    """The percentages sum to 100, and the amounts to the order total."""
    percent = sum(row.percent for row in dossier.instalments)
    if percent != 100 or total(row.amount for row in dossier.instalments) != dossier.order.gross_total:
        return failed(
            "instalments",
            _("They sum to %(percent)s%%, not to the whole order.") % {"percent": f"{percent:f}"},
            detail=_("Send it back and choose the payment terms again."),
        )
    count = len(dossier.instalments)
    return passed("instalments", ngettext("%(n)s part, 100%%", "%(n)s parts, 100%%", count) % {"n": count})


def requirement(dossier) -> CheckResult:
    """The order agrees with the requirement that it was made of, which was confirmed in writing."""
    wanted = dossier.requirement
    if wanted is None:
        return passed("requirement", _("none linked"))
    if wanted.status not in (RequirementStatus.CONFIRMED, RequirementStatus.ORDERED):
        sentence = _("%(number)s is “%(state)s”, not confirmed.") % {"number": wanted, "state": wanted.status_label}
        return warned("requirement", sentence)
    if differing := [pair.label for pair in dossier.requirement_pairs if pair.differs]:
        words = {"number": wanted, "what": _(", ").join(differing)}
        detail = _("Both stand side by side below the order. Clear it with the customer, or go on if it was agreed.")
        return warned("requirement", _("Differs from %(number)s: %(what)s") % words, detail=detail)
    return passed("requirement", _("as in %(number)s") % {"number": wanted})
