from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery


def write_dates(apps, schema_editor):
    """Lines of approved orders carry the date first promised for their order."""
    promised = apps.get_model("orders", "Order").objects.filter(pk=OuterRef("order")).values("first_promised_date")
    lines = apps.get_model("orders", "OrderLine").objects
    lines.filter(order__first_promised_date__isnull=False).update(first_promised_date=Subquery(promised))


class Migration(migrations.Migration):
    dependencies = [("orders", "0008_stored_for_lists")]

    operations = [
        migrations.AddField(
            model_name="orderline",
            name="first_promised_date",
            field=models.DateField(editable=False, null=True, verbose_name="first promised date"),
        ),
        migrations.RunPython(write_dates, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="orderline",
            index=models.Index(
                condition=Q(("first_promised_date__isnull", False)),
                fields=["-first_promised_date", "-id"],
                name="line_promised",
            ),
        ),
    ]
