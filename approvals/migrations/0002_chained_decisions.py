from django.db import migrations, models
from django.utils import timezone

from core.chain import link

_CONTENT = ("round_id", "stage", "verdict", "by_id", "at", "note", "checks")


def chain_all(apps, schema_editor):
    """Gives every decision that is there its hash, order by order."""
    Decision = apps.get_model("approvals", "Decision")
    rows = Decision.objects.order_by("round__order_id", "pk")
    order, before, hashes = None, "", []
    for pk, of_order, *content in rows.values_list("pk", "round__order_id", *_CONTENT):
        before, order = link(before if of_order == order else "", content), of_order
        hashes.append((before, pk))
    with schema_editor.connection.cursor() as cursor:
        cursor.executemany("UPDATE approvals_decision SET hash = %s WHERE id = %s", hashes)


class Migration(migrations.Migration):

    dependencies = [
        ("approvals", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="hash",
            field=models.CharField(default="", max_length=64),
        ),
        migrations.AlterField(
            model_name="decision",
            name="at",
            field=models.DateTimeField(default=timezone.now),
        ),
        migrations.RunPython(chain_all, migrations.RunPython.noop),
    ]
