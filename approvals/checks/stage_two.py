"""Stage two (复审): can we afford this order, and can we keep what it promises?"""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.roles import Role
from approvals.checks.agreed_prices import keeps_to_agreement
from approvals.checks.grade_rules import (
    allowed_discount,
    breaks_cap,
    breaks_credit,
    breaks_discount,
    credit_left,
    effective_discount,
)
from approvals.checks.result import CheckResult, Figure, failed, passed, warned
from core.money import ZERO
from orders.models import OrderLine

#: Who may override a failed check with a written reason.
OVERRIDDEN_BY = (Role.MANAGER,)
_HUNDRED = Decimal(100)


def cap(dossier) -> CheckResult:
    """The order total (with tax) against the single-order cap of the customer's grade."""
    grade, amount = dossier.order.customer.grade, dossier.order.gross_total
    limit = dossier.policy.order_cap if dossier.policy else None
    if limit is None:
        sentence = _("No single-order cap is set for grade %(grade)s.") % {"grade": grade}
        return failed("cap", sentence, overridable_by=OVERRIDDEN_BY)
    figures = (Figure("cap", limit), Figure("order_total", amount))
    words = {"grade": grade, "cap": f"{limit:,.2f}", "excess": f"{amount - limit:,.2f}"}
    if breaks_cap(dossier.order, dossier.policy):
        sentence = _("%(excess)s above the cap %(cap)s of grade %(grade)s") % words
        return failed("cap", sentence, figures=figures, overridable_by=OVERRIDDEN_BY)
    return passed("cap", _("grade %(grade)s: %(cap)s") % words, figures=figures)


def credit(dossier) -> CheckResult:
    """Credit limit − exposure by other orders, less the balance − this order's unpaid amount may not be negative."""
    limit, exposure, unpaid = dossier.credit_limit, dossier.exposure, dossier.order.unpaid_total
    available = credit_left(dossier.order, limit, exposure)
    figures = (
        Figure("own_limit" if limit.is_own else "limit", limit.amount or ZERO),
        Figure("not_shipped", exposure.not_shipped, "less"),
        Figure("shipped_unpaid", exposure.shipped_unpaid, "less"),
        Figure("overdue", exposure.overdue, "less"),
        *((Figure("balance", exposure.balance),) if exposure.balance else ()),
        Figure("this_order", unpaid, "less"),
        Figure("available", available, "total"),
    )
    if limit.amount is None:
        return failed("credit", _("No credit limit is set."), figures=figures, overridable_by=OVERRIDDEN_BY)
    if breaks_credit(dossier.order, limit, exposure):
        sentence = _("%(amount)s short") % {"amount": f"{-available:,.2f}"}
        return failed("credit", sentence, figures=figures, overridable_by=OVERRIDDEN_BY)
    return passed("credit", _("%(amount)s available") % {"amount": f"{available:,.2f}"}, figures=figures)


def delivery_date(dossier) -> CheckResult:
    """The promised date against the earliest feasible one."""
    feasible, promised = dossier.feasible, dossier.order.promised_date
    words = {"earliest": feasible.day.isoformat(), "promised": promised.isoformat() if promised else "—"}
    detail = feasible.explanation
    if feasible.estimated:
        detail = _("%(why)s Estimated: the holidays of that year are not published yet.") % {"why": detail}
    if promised is None or promised < feasible.day:
        sentence = _("earliest feasible %(earliest)s, later than promised %(promised)s") % words
        return failed("date", sentence, detail=detail, overridable_by=OVERRIDDEN_BY)
    return passed("date", _("earliest feasible %(earliest)s, promised %(promised)s") % words, detail=detail)


def discount(dossier) -> CheckResult:
    """The largest effective discount of a line against what the customer's grade allows."""
    grade = dossier.order.customer.grade
    allowed = allowed_discount(dossier.policy)
    # What is not below its agreed price was allowed when that was agreed.
    judged = [line for line in dossier.lines if not keeps_to_agreement(line, dossier.agreement_about(line))]
    line = max(judged, key=effective_discount, default=None)
    largest = effective_discount(line) if line else Decimal(0)
    words = {"largest": _percent(largest), "allowed": _percent(allowed), "grade": grade}
    if line and breaks_discount(judged, dossier.policy):
        sentence = _("%(largest)s, above the %(allowed)s of grade %(grade)s") % words
        return failed("discount", sentence, detail=_where(line), overridable_by=OVERRIDDEN_BY)
    return passed("discount", _("at most %(largest)s, grade %(grade)s allows %(allowed)s") % words)


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


def overdue(dossier) -> CheckResult:
    """Instalments of the customer's other orders that are past their due date."""
    parts = dossier.overdue
    if not parts:
        return passed("overdue", _("none"))
    days = max((dossier.today - part.due).days for part in parts)
    words = {"n": len(parts), "amount": f"{sum(part.unpaid for part in parts):,.2f}", "days": days}
    sentence = ngettext(
        "%(n)s instalment, %(amount)s, for %(days)s days",
        "%(n)s instalments, %(amount)s, for up to %(days)s days",
        len(parts),
    )
    first = [
        _("%(order)s %(label)s %(amount)s, due %(day)s.")
        % {
            "order": part.order_number,
            "label": part.label,
            "amount": f"{part.unpaid:,.2f}",
            "day": part.due.isoformat(),
        }
        for part in parts[:3]
    ]
    return warned("overdue", sentence % words, detail=" ".join(first))
