from django.db import migrations, models


def book_what_was_approved_before(apps, schema_editor):
    """No month is closed yet, so every approved order is booked on its order date, for those who have it now."""
    approved = apps.get_model("orders", "Order").objects.filter(approved_at__isnull=False)
    approved.update(booking_date=models.F("order_date"), sold_by=models.F("rep"), sold_team=models.F("team"))


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_booking")]

    operations = [migrations.RunPython(book_what_was_approved_before, migrations.RunPython.noop)]
