from decimal import Decimal

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("products", "0003_on_hand")]

    operations = [
        migrations.AddField(
            model_name="product",
            name="reserved",
            field=models.DecimalField(
                decimal_places=3, default=Decimal("0"), editable=False, max_digits=14, verbose_name="reserved"
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(("reserved__gte", 0)), name="product_reserved_not_negative"
            ),
        ),
    ]
