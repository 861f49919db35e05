"""Who buys and where the goods go: by the customer's file while an order is a draft, afterwards as submitted."""

from dataclasses import dataclass

from customers.models import Contact
from orders.models import Order

#: What ``keep_parties`` writes.
PARTIES = ("buyer_name", "recipient_name", "recipient_phone", "ship_to")


@dataclass(frozen=True)
class Recipient:
    """Whom the driver asks for, as the order says."""

    name: str
    phone: str

    def __str__(self) -> str:
        return self.name


def recipient_of(order: Order) -> Recipient | None:
    """The recipient that was submitted; of a draft, its contact or else the customer's first."""
    if order.has_parties:
        return Recipient(order.recipient_name, order.recipient_phone) if order.recipient_name else None
    contact: Contact | None = order.contact or order.customer.contacts.first()
    return Recipient(str(contact), contact.phone) if contact else None


def keep_parties(order: Order) -> None:
    """Writes onto a draft (unsaved) that is being submitted what the customer's file says now."""
    recipient = recipient_of(order)
    order.buyer_name, order.ship_to = order.customer.name, order.shipping_address
    order.recipient_name, order.recipient_phone = (recipient.name, recipient.phone) if recipient else ("", "")
