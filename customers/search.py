"""What the header's search finds among the customers."""

from django.utils.translation import gettext as _

from core.search import Hit, Question, search_source
from customers.models import Customer, CustomerSearch


@search_source
def hits(question: Question) -> list[Hit]:
    """The customers this person may see that match, by the sound of their names."""
    found = Customer.objects.visible_to(question.user).matching(question.once(CustomerSearch)).select_related("owner")
    return [_hit(customer) for customer in found.order_by("name_pinyin", "id")[: question.limit]]


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
