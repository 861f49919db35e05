"""Everybody's facts are counted anew, because customers say by age what they owe."""

from django.db import migrations


def forget_the_day(apps, schema_editor):
    apps.get_model("billing", "CountedDay").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0008_bank_lines"),
        ("customers", "0007_receivables_by_age"),
    ]

    operations = [migrations.RunPython(forget_the_day, migrations.RunPython.noop)]
