"""Files of before take the official names of their places: 浙江 becomes 浙江省, as whatever is saved since then does."""

from django.db import migrations

from customers.places import Place, tidy_place

_PARTS = ("province", "city", "district", "address")
_AT_ONCE = 2000


def tidy_places(apps, schema_editor):
    files = apps.get_model("customers", "Customer")._base_manager.order_by("pk").only(*_PARTS)
    last = 0
    while rows := list(files.filter(pk__gt=last)[:_AT_ONCE]):
        last = rows[-1].pk
        files.bulk_update([row for row in rows if _tidied(row)], _PARTS)


def _tidied(row) -> bool:
    """Puts the official names into a file; says whether it had others."""
    before = Place(*(getattr(row, part) for part in _PARTS))
    after = tidy_place(before)
    if any(len(getattr(after, part)) > row._meta.get_field(part).max_length for part in _PARTS):
        return False
    for part in _PARTS:
        setattr(row, part, getattr(after, part))
    return after != before


class Migration(migrations.Migration):

    dependencies = [
        ("customers", "0003_balances"),
    ]

    operations = [
        migrations.RunPython(tidy_places, migrations.RunPython.noop),
    ]
