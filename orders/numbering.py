"""The order number: month of the first submission, the customer's short name, and a serial without gaps."""

from datetime import datetime

from django.utils import timezone

from core.numbers import next_serial
from customers.models import Customer
from orders.models import Order

#: What the counters of order numbers are called, before month and short name.
SERIES = "order "


def assign_number(order: Order) -> None:
    """Gives an order its number and ``submitted_at`` at its first submission; later submissions change neither.

    The serial counts per month (Asia/Shanghai) and short name and skips numbers that an import brought. Call it last
    in the transaction that submits: the counter row stays locked until that ends, and a rollback gives the serial back.
    """
    if order.number:
        return
    now = timezone.now()
    order.number, order.submitted_at = next_number(order.customer, now), now
    order.search_key = f"{order.number.lower()} {order.search_key}"
    order.save(update_fields=["number", "submitted_at", "search_key"])


def next_number(customer: Customer, submitted_at: datetime) -> str:
    """The customer's next number in the month of an instant; the series stays locked until the transaction ends."""
    series = f"{timezone.localtime(submitted_at):%Y%m}{customer.short_name}"
    while True:
        number = f"{series}{next_serial(SERIES + series):03d}"
        if not Order.objects.filter(number=number).exists():
            return number
