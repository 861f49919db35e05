"""What the order entry page posts, and what its answers say."""

import re
from datetime import timedelta

from django.contrib.messages import get_messages
from django.utils import timezone

from tests.factories import terms

_TODAY = timezone.localdate()
DATE, LATER, EARLIER = ((_TODAY + timedelta(days=days)).isoformat() for days in (0, 30, -4))


def grid(*rows):
    """Rows as the page posts them: dictionaries of cells."""
    return {f"lines-{n}-{cell}": value for n, row in enumerate(rows) for cell, value in row.items()}


def row(name="控制柜", quantity="12", unit_price="8600", **cells):
    return {"name": name, "quantity": quantity, "unit_price": unit_price, **cells}


def form(customer, *rows, verb="save", **header):
    return {
        "customer": customer.number,
        "order_date": DATE,
        "promised_date": LATER,
        "payment_terms": terms().pk,
        "channel": "offline",
        "delivery_method": "logistics",
        **grid(*(rows or [row()])),
        **header,
        verb: "1",
    }


def sentences(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def values(page, cell):
    return re.findall(rf'name="lines-\d+-{cell}" value="([^"]*)"', page.content.decode())
