from decimal import Decimal

from django.db import migrations
from django.db.models import F, OuterRef, Subquery, Sum


def write_grades(apps, schema_editor):
    """Orders that are not approved yet carry their customer's grade."""
    grade = apps.get_model("customers", "Customer").objects.filter(pk=OuterRef("customer")).values("grade")
    apps.get_model("orders", "Order").objects.filter(grade="").update(grade=Subquery(grade))


def write_reserved(apps, schema_editor):
    """Products know what released orders have of them."""
    lines = apps.get_model("orders", "OrderLine").objects.filter(
        product__isnull=False,
        order__status="approved",
        order__released_at__isnull=False,
        revision=F("order__revision"),
        shipped_quantity__lt=F("quantity"),
    )
    held = lines.order_by().values_list("product").annotate(total=Sum(F("quantity") - F("shipped_quantity")))
    products = apps.get_model("products", "Product").objects
    for product, total in held.iterator():
        products.filter(pk=product).update(reserved=Decimal(total).quantize(Decimal("0.001")))


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0007_list_indexes"),
        ("products", "0004_reserved"),
    ]

    operations = [
        migrations.RunPython(write_grades, migrations.RunPython.noop),
        migrations.RunPython(write_reserved, migrations.RunPython.noop),
    ]
