"""Keys made again from what was written, once their form has changed."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Model, QuerySet

from core.chunks import chunks
from core.text_key import KeyField

_AT_ONCE = 500


def key_fields(model: type[Model]) -> list[KeyField]:
    """The fields of a model that hold the key of another field."""
    return [field for field in model._meta.concrete_fields if isinstance(field, KeyField)]


def recount_keys(rows: QuerySet, make: Callable[[Any], None] | None = None, also: Sequence[str] = ()) -> int:
    """Makes the keys of all rows again and says how many were others before.

    ``make`` writes onto a row (unsaved) what is named in ``also``. A unique key that another row has already stays as
    it was, or is told apart by the row's id when there was none; the rule “keys” of ``check_invariants`` names it.
    """
    fields, model = key_fields(rows.model), rows.model
    names = [*(field.attname for field in fields), *also]
    taken = {f.attname: Counter(model._base_manager.values_list(f.attname, flat=True)) for f in fields if f.unique}
    count = 0
    for chunk in chunks(rows.order_by("pk").iterator(chunk_size=_AT_ONCE), _AT_ONCE):
        changed = [row for row in chunk if _differs(row, fields, names, make, taken)]
        model._base_manager.bulk_update(changed, names, batch_size=_AT_ONCE) if changed else None
        count += len(changed)
    return count


def _differs(row: Model, fields: list[KeyField], names: list[str], make, taken: dict[str, Counter]) -> bool:
    before = [getattr(row, name) for name in names]
    for field in fields:
        old, new = getattr(row, field.attname), field.pre_save(row, False)
        if field.attname in taken and new not in (None, old):
            new = (old or f"{new}#{row.pk}") if taken[field.attname][new] else new
            setattr(row, field.attname, new)
            taken[field.attname][new] += 1
    if make:
        make(row)
    return before != [getattr(row, name) for name in names]
