from decimal import Decimal

from django.db import migrations, models
from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce, Round


def count_stock(apps, schema_editor):
    """What is on hand so far is the sum of the moves; three digits, because SQLite sums decimals as floats."""
    moves = apps.get_model("products", "StockMove").objects.filter(product=OuterRef("pk")).order_by().values("product")
    total = Subquery(moves.annotate(total=Sum("quantity")).values("total"))
    stored = models.DecimalField(max_digits=14, decimal_places=3)
    on_hand = Round(Coalesce(total, Decimal(0), output_field=stored), 3)
    apps.get_model("products", "Product").objects.update(on_hand=on_hand)


class Migration(migrations.Migration):
    dependencies = [("products", "0002_shipment_reason")]

    operations = [
        migrations.AddField(
            model_name="product",
            name="on_hand",
            field=models.DecimalField(
                decimal_places=3, default=Decimal(0), editable=False, max_digits=14, verbose_name="on hand"
            ),
        ),
        migrations.RunPython(count_stock, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(("on_hand__gte", 0)), name="product_on_hand_not_negative"
            ),
        ),
        migrations.AddIndex(
            model_name="product", index=models.Index(fields=["on_hand", "id"], name="product_by_stock")
        ),
    ]
