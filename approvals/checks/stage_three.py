"""Stage three (终审): will the money come, and on terms that this customer is granted?"""

from dataclasses import replace

from django.utils.translation import gettext as _

from approvals.checks import stage_two
from approvals.checks.grade_rules import allows_terms
from approvals.checks.result import CheckResult, Figure, Verdict, failed, passed, warned
from core.money import total
from customers.models import Trigger


def credit(dossier) -> CheckResult:
    """The credit check again; a shortage that the manager overrode stays overridden while it has not grown."""
    # Overrides are asked for in any case: a queue costs the same queries whichever orders stand in it.
    result, override = stage_two.credit(dossier), dossier.credit_override
    if not result.failed:
        return result
    if override and result.figure("available") >= override.available:
        detail = _("Released by %(who)s: %(reason)s") % {"who": override.by, "reason": override.reason}
        return replace(result, verdict=Verdict.WARN, detail=detail, overridable_by=())
    if override is None:
        detail = _(
            "Only a sales manager can release it: send the order back, so that the second review decides on it again."
        )
        return replace(result, detail=detail, overridable_by=())
    detail = _(
        "%(who)s released a shortage of %(amount)s; it has grown since. "
        "Send the order back, so that the second review decides again."
    ) % {"who": override.by, "amount": f"{-override.available:,.2f}"}
    return replace(result, detail=detail, overridable_by=())


def terms(dossier) -> CheckResult:
    """The payment terms must be among those that the customer's grade allows."""
    grade, chosen = dossier.order.customer.grade, dossier.order.payment_terms
    words = {"terms": chosen or "—", "grade": grade}
    if allows_terms(dossier.policy, chosen):
        return passed("terms", _("%(terms)s, allowed for grade %(grade)s") % words)
    return failed(
        "terms",
        _("%(terms)s is not allowed for grade %(grade)s.") % words,
        detail=_("Send the order back for other terms. Allowed: %(names)s.")
        % {"names": _(", ").join(str(allowed) for allowed in dossier.allowed_terms) or _("none")},
    )


def prepayment(dossier) -> CheckResult:
    """What is agreed as prepayment must have been received."""
    parts = [row for row in dossier.instalments if row.trigger == Trigger.PREPAYMENT]
    if not parts:
        return passed("prepayment", _("none agreed"))
    agreed, received = total(row.amount for row in parts), total(row.received for row in parts)
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


def invoice_data(dossier) -> CheckResult:
    """Title, tax number, bank and account for the invoice; missing ones are a warning."""
    customer = dossier.order.customer
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
