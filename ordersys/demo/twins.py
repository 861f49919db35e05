"""A file that somebody opened twice, and its manager made one of both."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from care.visits import record_visit
from customers.contacts import ContactInput
from customers.merge import merge_customers
from customers.models import Customer
from customers.services import create_customer
from ordersys.demo.clock import at, clock_at

_OPENED, _VISITED, _MERGED = 41, 37, 30  # days ago
_MORNING, _NOON = 600, 700  # minutes


def load_twins(people: dict[str, User]) -> None:
    """The second file comes from an exhibition, is visited once, and goes into the one that was there before."""
    manager, today = people["manager1"], timezone.localdate()
    files = Customer.objects.open().filter(owner__isnull=False, team=manager.team, order_count__gt=0)
    first = files.select_related("owner").order_by("pk").first()
    if first is None or first.owner is None:
        return
    values = {"name": f"{first.name}（贸易部）", "industry": first.industry, "source": Customer.Source.EXHIBITION}
    values |= {name: getattr(first, name) for name in ("province", "city", "district")}
    contacts = [ContactInput(name="贺文", job_title="采购专员", phone="8217", is_primary=True)]
    with clock_at(at(today - timedelta(days=_OPENED), _MORNING)):
        second = create_customer(values=values, contacts=contacts, by=first.owner)
    visit = {"visited_on": today - timedelta(days=_VISITED), "way": "on_site", "visitor": first.owner, "met": "贺文"}
    with clock_at(at(today - timedelta(days=_VISITED), _NOON)):
        record_visit(
            customer=second,
            values=visit | {"said": "与总部同一套采购流程，询价由总部出", "next_on": None},
            by=first.owner,
        )
    with clock_at(at(today - timedelta(days=_MERGED), _MORNING)):
        merge_customers(merged=second, into=first, by=manager, note="同一家公司，展会上重复建档")
