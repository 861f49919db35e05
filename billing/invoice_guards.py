"""Why a verb of an invoice is closed: each guard gives a sentence, or None when nothing stands in the way."""

from django.utils.translation import gettext as _

from billing.models import INVOICE_FILE
from core.files import files_of
from core.templatetags.ui import yuan
from core.workflow import Attempt
from orders.models import Order
from orders.statuses import EFFECTIVE


def orders_still_take_it(attempt: Attempt) -> str | None:
    """Its orders still come to what is invoiced and asked for: none was cancelled, amended or closed short since."""
    if attempt.obj.is_red:
        return None
    orders = Order.objects.filter(invoice_parts__invoice=attempt.obj).distinct().order_by("pk")
    return " ".join(sentence for order in orders if (sentence := _why_not(order))) or None


def _why_not(order: Order) -> str:
    if order.status not in EFFECTIVE:
        words = {"order": order, "status": order.status_label}
        return _("%(order)s is “%(status)s” by now: refuse the request.") % words
    if order.invoiceable < 0:
        words = {"order": order, "total": yuan(order.gross_total), "beyond": yuan(-order.invoiceable)}
        return _("%(order)s comes to %(total)s by now, %(beyond)s less than is invoiced: refuse the request.") % words
    return ""


def is_red(attempt: Attempt) -> str | None:
    """A red invoice is not taken back: what it took back is invoiced anew."""
    return _("A red invoice is not reversed.") if attempt.obj.is_red else None


def stands_under_its_number(attempt: Attempt) -> str | None:
    """The number and the day on the paper are written down, and its file is attached."""
    invoice = attempt.obj
    if not invoice.number or invoice.issued_on is None:
        return _("Write the number and the day that stand on the invoice.")
    return None if files_of(invoice, INVOICE_FILE).exists() else _("Attach the invoice as a file.")


def red_one_stands(attempt: Attempt) -> str | None:
    """The red invoice that takes it back is issued."""
    reversal = type(attempt.obj).objects.filter(reverses=attempt.obj).first()
    return None if reversal else _("Record the red invoice with its number, its day and its file.")
