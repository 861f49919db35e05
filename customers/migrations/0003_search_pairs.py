from django.db import migrations

# The search for customers (``Customer.objects.matching``): by pairs of neighbouring characters, see ``core.lookups``.
_CREATE = "CREATE INDEX customer_search_pairs ON customers_customer USING gin (core_pairs(search_key))"
_DROP = "DROP INDEX customer_search_pairs"


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_CREATE)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_DROP)


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_last_cooperation"), ("core", "0008_pairs")]

    operations = [migrations.RunPython(create, drop)]
