from django.db import migrations

# The pairs of neighbouring characters of a text, for a GIN index (``core.lookups``). Its cost is some thousand times
# that of an operator, as measured: with the usual one the planner computes the pairs of every row instead of using
# the index.
_CREATE = """
CREATE FUNCTION core_pairs(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5000 AS $pairs$
    SELECT coalesce(array_agg(one || two) FILTER (WHERE two IS NOT NULL), '{}')
    FROM unnest(string_to_array(value, NULL), (string_to_array(value, NULL))[2:]) AS neighbours(one, two)
$pairs$
"""
_DROP = "DROP FUNCTION core_pairs(text)"


def create(apps, schema_editor):
    """Only PostgreSQL searches by pairs of characters; SQLite compares every row."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_CREATE)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_DROP)


class Migration(migrations.Migration):
    dependencies = [("core", "0007_closed_months")]

    operations = [migrations.RunPython(create, drop)]
