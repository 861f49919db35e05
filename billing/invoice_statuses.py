"""The states of an invoice, and the colour family of each."""

from django.utils.translation import pgettext_lazy

from core.choices import ColouredChoices


class InvoiceStatus(ColouredChoices):
    REQUESTED = "requested", "wait", pgettext_lazy("invoice", "To be issued")
    ISSUED = "issued", "good", pgettext_lazy("invoice", "Issued")
    REVERSED = "reversed", "void", pgettext_lazy("invoice", "Reversed by a red invoice")
    REFUSED = "refused", "bad", pgettext_lazy("invoice", "Refused")
    WITHDRAWN = "withdrawn", "void", pgettext_lazy("invoice", "Withdrawn")


#: Has left our house under a number; a reversed one counts together with the red one that took it back.
OUT = (InvoiceStatus.ISSUED, InvoiceStatus.REVERSED)
#: Takes of what an order comes to.
COUNTED = (InvoiceStatus.REQUESTED, *OUT)
