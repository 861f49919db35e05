from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0004_book_past_orders")]

    operations = [
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ("approved", "completed")), _negated=True),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("booking_date__isnull", False),
                        ("first_promised_date__isnull", False),
                        ("promised_date__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="approved_order_has_its_dates",
            ),
        ),
    ]
