"""Load the demonstration: people, products, customers and orders in every state."""

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from accounts.people import PASSWORD, demo_logins
from customers.models import Customer
from orders.models import Order
from ordersys.demo.bulk import take_stock_of_tables
from ordersys.demo.closing import close_a_month, write_reports
from ordersys.demo.loader import is_empty, load
from products.models import Product


class Command(BaseCommand):
    help = "Fill an empty database with demonstration data (DEBUG only); the same seed and day give the same data."

    def add_arguments(self, parser):
        parser.add_argument("--orders", type=int, default=400, help="how many orders (400)")
        parser.add_argument("--customers", type=int, help="how many customers (40, or a tenth of the orders)")
        parser.add_argument("--seed", type=int, default=1, help="another seed gives other data (1)")
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is data already")

    def handle(self, *, orders, customers, seed, if_empty, **options):
        if not settings.DEBUG:
            raise CommandError("Demonstration logins have a known password; they exist only while DEBUG is on.")
        if orders < 0 or (customers is not None and customers < 1):
            raise CommandError("Ask for at least no orders and one customer.")
        if is_empty():
            load(orders=orders, customers=customers, seed=seed)
            close_a_month()
            write_reports()
            take_stock_of_tables()
            counts = [f"{model._default_manager.count()} {word}" for model, word in _COUNTED.items()]
            self.stdout.write(f"Demonstration data: {', '.join(counts)}.")
        elif not if_empty:
            raise CommandError("There is data already. The demonstration is loaded into an empty database only.")
        if names := demo_logins():
            self.stdout.write(f"Logins, password {PASSWORD} for all: {' '.join(names)}")


_COUNTED = {Product: "products", Customer: "customers", Order: "orders"}
