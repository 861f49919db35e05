"""Stage two (复审): can we afford this order, and can we keep what it promises?"""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.roles import Role
from approvals.checks.result import CheckResult, Figure, failed, passed, warned
from core.money import ZERO
from orders.models import OrderLine

#: Who may release a failed check with a written reason.
RELEASED_BY = (Role.MANAGER,)
_HUNDRED = Decimal(100)


def cap(facts) -> CheckResult:
    """The order total (with tax) against the single-order cap of the customer's grade."""
    grade, amount = facts.order.customer.grade, facts.order.gross_total
    limit = facts.policy.order_cap if facts.policy else None
    if limit is None:
        sentence = _("No single-order cap is set for grade %(grade)s.") % {"grade": grade}
        return failed("cap", sentence, overridable_by=RELEASED_BY)
    figures = (Figure("cap", limit), Figure("order_total", amount))
    words = {"grade": grade, "cap": f"{limit:,.2f}", "excess": f"{amount - limit:,.2f}"}
    if amount > limit:
        sentence = _("%(excess)s above the cap %(cap)s of grade %(grade)s") % words
        return failed("cap", sentence, figures=figures, overridable_by=RELEASED_BY)
    return passed("cap", _("grade %(grade)s: %(cap)s") % words, figures=figures)


def credit(facts) -> CheckResult:
    """Credit limit − exposure by other orders − what this order leaves unpaid must not fall below zero."""
    limit, exposure, unpaid = facts.credit_limit, facts.exposure, facts.order.unpaid_total
    available = (limit.amount or ZERO) - exposure.total - unpaid
    figures = (
        Figure("own_limit" if limit.is_own else "limit", limit.amount or ZERO),
        Figure("not_shipped", exposure.not_shipped, "less"),
        Figure("shipped_unpaid", exposure.shipped_unpaid, "less"),
        Figure("overdue", exposure.overdue, "less"),
        Figure("this_order", unpaid, "less"),
        Figure("available", available, "total"),
    )
    if limit.amount is None:
        return failed("credit", _("No credit limit is set."), figures=figures, overridable_by=RELEASED_BY)
    if available < 0:
        sentence = _("%(amount)s short") % {"amount": f"{-available:,.2f}"}
        return failed("credit", sentence, figures=figures, overridable_by=RELEASED_BY)
    return passed("credit", _("%(amount)s available") % {"amount": f"{available:,.2f}"}, figures=figures)


def delivery_date(facts) -> CheckResult:
    """The promised date against the earliest feasible one."""
    feasible, promised = facts.feasible, facts.order.promised_date
    words = {"earliest": feasible.day.isoformat(), "promised": promised.isoformat() if promised else "—"}
    detail = feasible.explanation
    if feasible.estimated:
        detail = _("%(why)s Estimated: the holidays of that year are not published yet.") % {"why": detail}
    if promised is None or promised < feasible.day:
        sentence = _("earliest feasible %(earliest)s, later than promised %(promised)s") % words
        return failed("date", sentence, detail=detail, overridable_by=RELEASED_BY)
    return passed("date", _("earliest feasible %(earliest)s, promised %(promised)s") % words, detail=detail)


def discount(facts) -> CheckResult:
    """The largest effective discount of a line against what the customer's grade allows."""
    grade = facts.order.customer.grade
    allowed = facts.policy.max_discount if facts.policy else Decimal(0)
    line = max(facts.lines, key=effective_discount, default=None)
    largest = effective_discount(line) if line else Decimal(0)
    words = {"largest": _percent(largest), "allowed": _percent(allowed), "grade": grade}
    if line and largest > allowed:
        sentence = _("%(largest)s, above the %(allowed)s of grade %(grade)s") % words
        return failed("discount", sentence, detail=_where(line), overridable_by=RELEASED_BY)
    return passed("discount", _("at most %(largest)s, grade %(grade)s allows %(allowed)s") % words)


def effective_discount(line: OrderLine) -> Decimal:
    """Percentage points off: the larger of the line's discount and what its net price is below the list price.

    Without a list price only the line's own discount is known.
    """
    if not line.list_price or line.unit_price is None:
        return line.discount
    paid = line.unit_price * (_HUNDRED - line.discount) / line.list_price
    return max(line.discount, (_HUNDRED - paid).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


def _where(line: OrderLine) -> str:
    if not line.list_price or line.unit_price is None:
        return _("Line %(n)s, %(name)s.") % {"n": line.position, "name": line.name}
    net_price = line.unit_price * (_HUNDRED - line.discount) / _HUNDRED
    return _("Line %(n)s, %(name)s: %(price)s instead of the list price %(list)s.") % {
        "n": line.position,
        "name": line.name,
        "price": f"{net_price:,.2f}",
        "list": f"{line.list_price:,.2f}",
    }


def _percent(points: Decimal) -> str:
    return f"{points.normalize():f}%"


def overdue(facts) -> CheckResult:
    """Instalments of the customer's other orders that are past their due date."""
    parts = facts.overdue
    if not parts:
        return passed("overdue", _("none"))
    days = max((facts.today - part.due).days for part in parts)
    words = {"n": len(parts), "amount": f"{sum(part.unpaid for part in parts):,.2f}", "days": days}
    sentence = ngettext(
        "%(n)s instalment, %(amount)s, for %(days)s days",
        "%(n)s instalments, %(amount)s, for up to %(days)s days",
        len(parts),
    )
    return warned("overdue", sentence % words, detail=" ".join(_one_overdue(part) for part in parts[:3]))


def _one_overdue(part) -> str:
    return _("%(order)s %(label)s %(amount)s, due %(day)s.") % {
        "order": part.order_number,
        "label": part.label,
        "amount": f"{part.unpaid:,.2f}",
        "day": part.due.isoformat(),
    }
