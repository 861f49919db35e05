from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("orders", "0009_promised_lines")]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=Q(("booking_date__isnull", False)),
                fields=["customer", "booking_date", "status", "grade"],
                name="order_booked_by_customer",
            ),
        ),
    ]
