"""Invoices, what stands on them, and what orders say of them."""

from django.utils import timezone

from billing.invoice_statuses import InvoiceStatus
from billing.invoices import reverse_invoice
from billing.models import Invoice
from core import protections
from tests.breakers.kit import breaks, damage, without_constraint
from tests.factories import CustomerFactory, make_invoice, make_order
from tests.sample_files import picture


@breaks("invoiced")
def an_order_that_says_more_is_invoiced():
    order = make_invoice(status=InvoiceStatus.ISSUED).parts.get().order
    yield
    damage(order, invoiced_total=1)


@breaks("invoiced")
def an_order_that_says_something_was_asked_for():
    order = make_order()
    yield
    damage(order, invoice_asked_total=5)


@breaks("invoiced")
def an_invoice_that_its_order_does_not_know():
    invoice = make_invoice(amount="100")
    yield
    damage(invoice, status=InvoiceStatus.WITHDRAWN)


@breaks("invoices")
def an_invoice_over_more_than_its_parts():
    invoice = make_invoice(amount="113")
    yield
    damage(invoice, net_total=200, gross_total=213)


@breaks("invoices")
def an_invoice_with_another_tax():
    invoice = make_invoice(amount="113")
    yield
    with without_constraint("billing_invoice", "invoice_totals_add_up"):
        damage(invoice, tax_total=9)


@breaks("invoices")
def an_invoice_of_another_customers_order():
    invoice = make_invoice()
    yield
    damage(invoice, customer=CustomerFactory())


@breaks("invoices")
def an_invoice_that_passes_for_reversed():
    invoice = make_invoice(status=InvoiceStatus.ISSUED)
    yield
    damage(invoice, status=InvoiceStatus.REVERSED)


def red() -> Invoice:
    invoice = make_invoice(status=InvoiceStatus.ISSUED)
    assert invoice.issued_by is not None
    return reverse_invoice(
        invoice=invoice,
        number="24509999",
        issued_on=timezone.localdate(),
        reason="税号写错",
        upload=picture(),
        by=invoice.issued_by,
    )


@breaks("invoices")
def a_reversed_invoice_that_passes_for_issued():
    opposite = red()
    yield
    damage(opposite.reverses, status=InvoiceStatus.ISSUED)


@breaks("invoices")
def a_red_invoice_over_another_amount():
    opposite = red()
    yield
    protections.drop_all()
    opposite.parts.update(net_amount=-1, tax_amount=0)
    damage(opposite, net_total=-1, tax_total=0, gross_total=-1)


@breaks("invoices")
def a_red_invoice_that_was_never_issued():
    opposite = red()
    yield
    damage(opposite, status=InvoiceStatus.REQUESTED)
