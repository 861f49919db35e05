"""Counts what of the stock orders with priority supply have."""

from django.db import migrations
from django.db.models import F, Sum


def count(apps, schema_editor):
    first = apps.get_model("care", "CarePlan").objects.filter(ended_on=None, priority_supply=True).values("customer")
    lines = apps.get_model("orders", "OrderLine").objects.filter(
        order__customer__in=first,
        order__status="approved",
        order__released_at__isnull=False,
        revision=F("order__revision"),
        shipped_quantity__lt=F("quantity"),
        product__isnull=False,
    )
    products = apps.get_model("products", "Product").objects
    summed = lines.order_by().values_list("product").annotate(left=Sum(F("quantity") - F("shipped_quantity")))
    for product, quantity in summed:
        products.filter(pk=product).update(reserved_first=round(quantity, 3))


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0011_header_as_typed"),
        ("products", "0007_priority_supply"),
        ("care", "0002_change_reports"),
    ]

    operations = [migrations.RunPython(count, migrations.RunPython.noop, elidable=True)]
