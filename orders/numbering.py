"""The order number: month of the first submission, the customer's short name, and a serial without gaps."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.numbers import next_serial
from core.text_key import text_key
from customers.models import Customer
from orders.findable import KEYS, make_findable
from orders.models import Order

#: What the counters of order numbers are called, before month and short name.
SERIES = "order "


def assign_number(order: Order) -> None:
    """Gives an order its number and ``submitted_at`` at its first submission; later submissions change neither.

    The serial counts per month (Asia/Shanghai) and short name and skips numbers that an import brought, also one that
    is written at this moment. Call it last in the transaction that submits: the counter row stays locked until that
    ends, and a rollback gives the serial back.
    """
    if order.number:
        return
    order.submitted_at = timezone.now()
    order.customer_name = order.customer.short_name  # as in the number, whatever the customer is called later
    while True:
        order.number = next_number(order.customer, order.submitted_at)
        make_findable(order, order.customer.search_key)
        try:
            with transaction.atomic():
                order.save(update_fields=["number", "number_key", "customer_name", "submitted_at", *KEYS])
            return
        except IntegrityError:
            if not is_taken(order.number):
                raise


def next_number(customer: Customer, submitted_at: datetime) -> str:
    """The customer's next number in the month of an instant; the series stays locked until the transaction ends."""
    begins = f"{timezone.localtime(submitted_at):%Y%m}{customer.short_name}"
    # Short names that differ only in form share a series, or two numbers would read the same.
    series = SERIES + text_key(begins)
    while True:
        number = f"{begins}{next_serial(series):03d}"
        if not is_taken(number):
            return number


def is_taken(number: str) -> bool:
    """Whether an order has this number, however it is written."""
    return Order.objects.filter(number_key=text_key(number)).exists()
