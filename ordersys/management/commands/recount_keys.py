"""``manage.py recount_keys``: make every key again from what was written, after ``core.text_key`` has changed."""

from django.core.management.base import BaseCommand

from billing.models import Receipt
from core.keys import recount_keys
from customers.models import Customer
from customers.services import make_findable as make_customer_findable
from fulfilment.models import Shipment
from orders.findable import KEYS, make_findable
from orders.models import Order
from products.models import Product
from products.services import make_findable as make_product_findable

_SEARCHED = ("name_pinyin", "search_key")


class Command(BaseCommand):
    help = "Makes the keys by which records are searched and told apart again; running it twice changes nothing."

    def handle(self, **options):
        customers = Customer.objects.prefetch_related("contacts")
        orders = Order.objects.select_related("customer")
        counts = {
            "customers": recount_keys(
                customers, lambda row: make_customer_findable(row, list(row.contacts.all())), _SEARCHED
            ),
            "products": recount_keys(Product.objects.all(), make_product_findable, _SEARCHED),
            "orders": recount_keys(orders, lambda row: make_findable(row, row.customer.search_key), KEYS),
            "shipments": recount_keys(Shipment.objects.all()),
            "receipts": recount_keys(Receipt.objects.all()),
        }
        self.stdout.write(", ".join(f"{count} {name}" for name, count in counts.items()))
