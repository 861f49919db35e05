import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def write_customers(apps, schema_editor):
    """Every shipment goes to its order's customer."""
    customer = apps.get_model("orders", "Order").objects.filter(pk=OuterRef("order")).values("customer")
    apps.get_model("fulfilment", "Shipment").objects.update(customer=Subquery(customer))


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0004_list_indexes"),
        ("fulfilment", "0002_imported_history"),
        ("orders", "0008_stored_for_lists"),
    ]

    operations = [
        migrations.AddField(
            model_name="shipment",
            name="customer",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.customer",
            ),
        ),
        migrations.RunPython(write_customers, migrations.RunPython.noop),
    ]
