"""Loads the whole demonstration in one transaction: all of it or nothing."""

from datetime import timedelta
from random import Random

from django.db import transaction
from django.utils import timezone, translation

from billing.customer_facts import recount_by_calendar
from customers.models import Customer, PaymentTerms
from orders.models import Order
from ordersys.demo.agreements import load_agreements
from ordersys.demo.amendments import load_amendments
from ordersys.demo.baskets import Market
from ordersys.demo.catalogue import load_catalogue
from ordersys.demo.changes import load_changes
from ordersys.demo.clock import clock_at, midnight
from ordersys.demo.companies import load_customers
from ordersys.demo.counts import load_counts
from ordersys.demo.delivery import load_carriers
from ordersys.demo.grades import load_grades
from ordersys.demo.history import OLDEST, load_history
from ordersys.demo.money import load_money
from ordersys.demo.ourselves import load_company
from ordersys.demo.past import Scene
from ordersys.demo.past_requirements import load_requirements
from ordersys.demo.quotations import load_quotations
from ordersys.demo.season import Calendar
from ordersys.demo.staff import load_staff
from ordersys.demo.stories import EVERY_STATE, STORIES, Desk, load_stories
from ordersys.demo.twins import load_twins
from ordersys.demo.visits import load_visits
from products.models import Product

#: Customers when nobody says how many: so many at least, and one for so many orders.
FEWEST_CUSTOMERS, ORDERS_PER_CUSTOMER = 40, 10
_FEW_KEYS, _MANY_KEYS = 1000, 20_000
#: Days after today that dates may reach: the calendar must know them.
_AHEAD = 200


def is_empty() -> bool:
    """Whether nobody has entered anything yet."""
    return not any(model.objects.exists() for model in (Order, Customer, Product))


@transaction.atomic
def load(*, orders: int, customers: int | None = None, seed: int) -> None:
    """Fills an empty database; the same seed on the same day gives the same data.

    The newest orders, at most as many as there are stories, go through the services; all others are history.

    Raises:
        ImproperlyConfigured: unless DEBUG is on.
    """
    rng = Random(seed)
    # What checks and events keep in words is in the language of the demonstration.
    with translation.override("zh-hans"), clock_at(midnight()):
        load_company()
        people = load_staff(orders, rng)
        products = load_catalogue(people, rng)
        enough = max(FEWEST_CUSTOMERS, orders // ORDERS_PER_CUSTOMER)
        relations = load_customers(customers or enough, people, rng)
        agreed = load_agreements(people, products, Random(seed))
        load_visits(Random(seed))
        load_changes(people, Random(seed))
        market = Market(products, {terms.name: terms for terms in PaymentTerms.objects.all()}, agreed)
        recent = min(orders, max(EVERY_STATE, orders // 4), len(STORIES))
        today = timezone.localdate()
        calendar = Calendar(today - timedelta(days=OLDEST), today + timedelta(days=_AHEAD))
        # Keys that stay over are lost: a small demonstration wants small numbers, a large one few questions.
        keys_at_once = max(_FEW_KEYS, min(orders // 5, _MANY_KEYS))
        scene = Scene(today, calendar, market, people, load_carriers(), rng, keys_at_once)
        load_history(orders - recent, recent, relations, scene)
        load_stories(recent, Desk(relations, market, people, rng))
        load_quotations()
        load_counts(people)
        load_requirements(relations, market.mains, Random(seed))
        recount_by_calendar()
        load_money(Random(seed))
        load_amendments(people)
        load_grades(people, rng)
        load_twins(people)
