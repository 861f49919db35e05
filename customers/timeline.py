"""How the events of customer files read."""

from django.utils.translation import gettext_lazy as _

from core.events import Wording, describe
from core.facts import Facts, follow
from customers.models import Customer

describe(
    "customers.Customer",
    customer_created=Wording(_("File opened"), "good"),
    customer_changed=Wording(_("File changed")),
    customer_joined=Wording(_("%(number)s %(name)s was merged into this file"), "now"),
    customer_owner_changed=Wording(_("Owner changed"), "now"),
)


@follow("customers.Customer")
def facts_of_customer(customer: Customer) -> Facts:
    """Whether it may order, whose it is, and how much it is trusted with."""
    return {name: getattr(customer, name) for name in ("status", "owner_id", "grade", "credit_limit")}
