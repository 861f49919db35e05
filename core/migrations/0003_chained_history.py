from django.db import migrations, models
from django.db.models import Q

from core.chain import CONTENT, link

_AT_ONCE = 10_000


def chain_all(apps, schema_editor):
    """Gives every event that is there its hash, record by record."""
    Event = apps.get_model("core", "Event")
    write = _write_fast if schema_editor.connection.vendor == "postgresql" else _write
    for kind in Event.objects.order_by().values_list("subject_type", flat=True).distinct():
        rows = Event.objects.filter(subject_type=kind).order_by("subject_id", "pk")
        last, event, before = None, 0, ""
        while True:
            left = rows.filter(Q(subject_id__gt=last) | Q(subject_id=last, pk__gt=event)) if last is not None else rows
            # By key, a few at a time, so that memory does not grow with the history.
            found = list(left.filter(subject_id__gte=last or 0).values_list("pk", *CONTENT)[:_AT_ONCE])
            hashes = []
            for pk, *content in found:
                before = link(before if content[1] == last else "", content)
                last, event = content[1], pk
                hashes.append((pk, before))
            write(schema_editor.connection, hashes)
            if len(found) < _AT_ONCE:
                break


def _write_fast(connection, hashes):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_event SET hash = new.hash FROM unnest(%s::bigint[], %s::text[]) AS new (id, hash) "
            "WHERE core_event.id = new.id",
            [[pk for pk, _hash in hashes], [sha256 for _pk, sha256 in hashes]],
        )


def _write(connection, hashes):
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE core_event SET hash = %s WHERE id = %s", [(sha256, pk) for pk, sha256 in hashes])


class Migration(migrations.Migration):

    dependencies = [
        ("core", "0002_autosave"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="facts",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="event",
            name="hash",
            field=models.CharField(default="", max_length=64),
        ),
        migrations.RunPython(chain_all, migrations.RunPython.noop),
    ]
