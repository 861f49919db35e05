"""Stage three (终审): will the money come, and on terms that this customer is granted?"""

from dataclasses import replace

from django.utils.translation import gettext as _

from approvals.checks import second
from approvals.checks.result import CheckResult, Figure, Verdict, failed, passed, warned
from core.money import total
from customers.models import Trigger


def credit(facts) -> CheckResult:
    """The credit check again; a shortage that the manager released counts as released while it has not grown."""
    # Releases are asked for in any case: a queue costs the same queries whichever orders stand in it.
    result, release = second.credit(facts), facts.credit_release
    if not result.failed:
        return result
    if release and result.figure("available") >= release.available:
        detail = _("Released by %(who)s: %(reason)s") % {"who": release.by, "reason": release.reason}
        return replace(result, verdict=Verdict.WARN, detail=detail, overridable_by=())
    return replace(result, detail=_who_can_release(release), overridable_by=())


def _who_can_release(release) -> str:
    if release is None:
        return _("Only a sales manager can release it: send the order back, so that stage two decides on it again.")
    return _(
        "%(who)s released a shortage of %(amount)s; it has grown since. Send the order back to stage two's decision."
    ) % {"who": release.by, "amount": f"{-release.available:,.2f}"}


def terms(facts) -> CheckResult:
    """The payment terms must be among those that the customer's grade allows."""
    grade, chosen = facts.order.customer.grade, facts.order.payment_terms
    words = {"terms": chosen or "—", "grade": grade}
    if chosen is not None and chosen.pk in {allowed.pk for allowed in facts.allowed_terms}:
        return passed("terms", _("%(terms)s, allowed for grade %(grade)s") % words)
    return failed(
        "terms",
        _("%(terms)s is not allowed for grade %(grade)s.") % words,
        detail=_("Send the order back for other terms. Allowed: %(names)s.")
        % {"names": _(", ").join(str(allowed) for allowed in facts.allowed_terms) or _("none")},
    )


def prepayment(facts) -> CheckResult:
    """What is agreed as prepayment must have been received."""
    parts = [row for row in facts.instalments if row.trigger == Trigger.PREPAYMENT]
    if not parts:
        return passed("prepayment", _("none agreed"))
    agreed, received = total(row.amount for row in parts), total(row.paid for row in parts)
    figures = (Figure("expected", agreed), Figure("received", received))
    words = {"agreed": f"{agreed:,.2f}", "received": f"{received:,.2f}"}
    if received < agreed:
        return failed(
            "prepayment",
            _("%(received)s of %(agreed)s received") % words,
            detail=_("Record the receipt as soon as the money is there; the check then passes by itself."),
            figures=figures,
        )
    return passed("prepayment", _("%(agreed)s received") % words, figures=figures)


def invoice_data(facts) -> CheckResult:
    """Title, tax number, bank and account for the invoice; missing ones are a warning."""
    customer = facts.order.customer
    wanted = {
        _("invoice title"): customer.invoice_title,
        _("tax number"): customer.tax_number,
        _("bank"): customer.bank_name,
        _("bank account"): customer.bank_account,
    }
    missing = [label for label, value in wanted.items() if not value]
    if missing:
        return warned(
            "invoice_data",
            _("Missing: %(what)s") % {"what": _(", ").join(missing)},
            detail=_("No invoice can be issued before the customer file has them."),
        )
    return passed("invoice_data", _("complete"))
