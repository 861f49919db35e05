"""What a customer file still lacks before an order of this customer can pass the first review."""

from django.utils.translation import gettext as _

from customers.models import Customer


def missing_parts(customer: Customer) -> list[str]:
    """The names of the parts that are empty. A complete file has name, industry, primary contact with title and phone,
    address and owner."""
    return missing_in_file(customer) + ([] if customer.owner_id else [_("owner")])


def missing_in_file(customer: Customer) -> list[str]:
    """The same without the owner, whom a manager chooses: what its keeper writes into the file."""
    contact = customer.primary_contact
    parts = (
        (_("customer name"), customer.name),
        (_("industry"), customer.industry),
        (_("primary contact"), contact),
        (_("job title of the primary contact"), contact is None or contact.job_title),
        (_("phone of the primary contact"), contact is None or contact.phone),
        (_("address"), customer.address),
    )
    return [label for label, value in parts if not value]
