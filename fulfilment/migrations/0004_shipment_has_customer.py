import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    # Apart from 0003: PostgreSQL alters no table whose rows the same transaction has changed.
    dependencies = [("fulfilment", "0003_shipment_customer")]

    operations = [
        migrations.AlterField(
            model_name="shipment",
            name="customer",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.customer",
            ),
        ),
    ]
