"""What an amendment lacks to be proposed, part by part."""

from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.amendments.proposal import Pair, Proposed
from orders.entry.draft import Part
from orders.lines import too_many_lines
from orders.totals import LARGEST_AMOUNT


def missing_in(proposed: Proposed) -> list[tuple[Part, str]]:
    """``(part, sentence)`` pairs as of ``orders.entry.draft.missing_for_submission``; empty when it can be proposed."""
    found = [(part, sentence) for part, sentence in _of_whole(proposed) if sentence]
    for place, line in enumerate(proposed.lines):
        pair = next(pair for pair in proposed.pairs if pair.now is line)
        found += [(f"lines-{place}-{cell}", sentence) for cell, sentence in _of_line(pair, place + 1)]
    return found


def _of_whole(proposed: Proposed) -> list[tuple[Part, str]]:
    order, changed = proposed.order, proposed.changed_names
    contact, terms = order.contact, order.payment_terms
    return [
        ("reason", "" if proposed.amendment.reason.strip() else _("Write why it changes.")),
        ("", "" if proposed.says_something_else else _("It says what the order says already: change something first.")),
        ("", too_many_lines(len(proposed.lines))),
        ("", _("The order amounts to more than can be kept.") if order.gross_total > LARGEST_AMOUNT else ""),
        ("lines", "" if proposed.lines else _("An order needs at least one line. Cancel it instead.")),
        ("promised_date", _wrong_promise(proposed) if "promised_date" in changed else ""),
        ("payment_terms", "" if terms else _("Choose how the customer pays.")),
        ("payment_terms", _not_offered(terms) if "payment_terms" in changed else ""),
        ("contact", _foreign(contact, order) if "contact" in changed else ""),
    ]


def _wrong_promise(proposed: Proposed) -> str:
    promised = proposed.order.promised_date
    if promised is None:
        return _("Say when the customer will have the goods.")
    return _("That day is over: promise one from today on.") if promised < timezone.localdate() else ""


def _not_offered(terms) -> str:
    return "" if terms is None or terms.active else _("These payment terms are no longer offered.")


def _foreign(contact, order) -> str:
    if contact is None or contact.customer_id == order.customer_id:
        return ""
    return _("This contact belongs to another customer.")


def _of_line(pair: Pair, number: int) -> list[tuple[str, str]]:
    line, found = pair.any, []
    if line.as_typed:
        return [
            ("name", _("Line %(n)s cannot be read as it was typed: open the amendment and mend it.") % {"n": number})
        ]
    if line.quantity is None:
        found.append(("quantity", _("Line %(n)s has no quantity.") % {"n": number}))
    if line.unit_price is None:
        found.append(("unit_price", _("Line %(n)s has no price.") % {"n": number}))
    if line.product and not line.product.active and pair.was is None:
        gone = _("Line %(n)s: “%(product)s” is no longer sold.")
        found.append(("name", gone % {"n": number, "product": line.product}))
    return found
