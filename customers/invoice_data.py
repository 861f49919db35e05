"""What a customer's file must have before an invoice can be issued to it (开票资料)."""

from django.utils.translation import gettext as _

from customers.models import Customer


def missing_invoice_data(customer: Customer) -> list[str]:
    """What is missing, as one says it in a sentence; nothing when an invoice can be issued."""
    wanted = {
        _("invoice title"): customer.invoice_title,
        _("tax number"): customer.tax_number,
        _("address"): customer.full_address,
        _("bank"): customer.bank_name,
        _("bank account"): customer.bank_account,
    }
    return [label for label, value in wanted.items() if not value]
