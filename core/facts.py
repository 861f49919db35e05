"""What records were like after each step of their history: a value that is another one now was changed past it.

An app says by ``follow`` which facts of its records change with an event and never without; every event then keeps
them, and ``check_invariants`` holds each record against the last ones kept.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model

from core import registries

Facts = dict[str, Any]


def follow(model: str) -> Callable[[Callable[[Any], Facts]], Callable[[Any], Facts]]:
    """Has the history of a model ("app.Model") keep what the function says of a record, by the names of its fields."""

    def register(facts: Callable[[Any], Facts]) -> Callable[[Any], Facts]:
        registries.followed[model] = facts
        return facts

    return register


def facts_of(record: Model, **instead: Any) -> Facts | None:
    """The facts of a record as history keeps them; None when nobody follows any.

    ``instead`` are those that the record itself does not have yet.
    """
    found = registries.followed.get(record._meta.label)
    if found is None:
        return None
    field: Any = record._meta.get_field
    return {name: plain(field(name).to_python(value)) for name, value in {**found(record), **instead}.items()}


def plain(value: Any) -> Any:
    """The value as history keeps it: days as 2026-11-29, instants in UTC, amounts as text with their digits."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value
