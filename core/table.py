"""A list's rows as the markup of a table, made in one go: a page has hundreds of cells and each is a few characters."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from core.columns import Column


@dataclass(frozen=True)
class Heading:
    """A column's head: its label, and the address that sorts by it (empty when it does not sort)."""

    column: Column
    sort_value: str = ""
    direction: str = ""  # "ascending", "descending" or ""


def heading_of(column: Column, sort: str = "") -> Heading:
    """The head of a column in a list sorted by ``sort``."""
    if not column.sort:
        return Heading(column)
    active = sort.lstrip("-") == column.sort
    descending = active and sort.startswith("-")
    direction = ("descending" if descending else "ascending") if active else ""
    return Heading(column, column.sort if descending else f"-{column.sort}", direction)


def address_of(row) -> str:
    """The row's own page."""
    return row.get_absolute_url()


def table_rows(
    rows: Iterable, columns: Sequence[Column], url_of: Callable[[Any], str] = address_of, leads: bool = True
) -> SafeString:
    """The ``<tr>`` of each row, which (``leads``) opens the row's own page; every cell is escaped by its column."""
    parts, lines = [], []
    for column in columns:
        label = f' data-label="{escape(column.card_label)}"' if column.card_label else ""
        parts.append((f'<td class="{escape(column.css_cell)}"{label}>', column.html))
    for row in rows:
        url = escape(url_of(row))
        cells = "".join([f"{opening}{html(row, url)}</td>" for opening, html in parts])
        lines.append(f'<tr data-href="{url}">{cells}</tr>' if leads else f"<tr>{cells}</tr>")
    return mark_safe("\n".join(lines))
