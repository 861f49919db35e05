"""What the header's search finds among the customers."""

from django.utils.translation import gettext as _

from core.search import Hit
from customers.models import Customer


def hits(user, text: str, limit: int) -> list[Hit]:
    """The customers this person may see that match, by the sound of their names."""
    found = Customer.objects.visible_to(user).matching(text).select_related("owner").order_by("name_pinyin", "id")
    return [_hit(customer) for customer in found[:limit]]


def _hit(customer: Customer) -> Hit:
    owner = str(customer.owner) if customer.owner else _("Unassigned")
    return Hit(
        kind_label=_("Customer"),
        title=customer.short_name,
        detail=" · ".join((customer.number, customer.name, owner)),
        url=customer.get_absolute_url(),
        family=customer.status_family,
        badge=customer.status_label,
    )
