"""The filters above a list as markup: a select of fifty choices is written in one go, not through a template each."""

from dataclasses import dataclass

import django_filters
from django import forms
from django.forms import BoundField
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

#: The first and the last day of a list whose rows have a date; they stand folded behind the other filters.
SINCE, UNTIL = "since", "until"


def day_filter(field_name: str, end: str) -> django_filters.DateFilter:
    """One end of a range of days, ``SINCE`` or ``UNTIL``, both included."""
    lookup, label = ("gte", _("From day")) if end == SINCE else ("lte", _("To day"))
    box = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return django_filters.DateFilter(field_name=field_name, lookup_expr=lookup, label=label, widget=box)


@dataclass(frozen=True)
class ShownFilter:
    """One filter of the bar: its label, the id that the label is for, and the box itself."""

    label: str
    id_for_label: str
    html: SafeString


def shown_filters(filterset) -> list[ShownFilter]:
    """The filters in sight; one that is in force is tinted. Besides these are the search, the days and the folded."""
    beside = ("q", SINCE, UNTIL, *getattr(filterset, "folded", ()))
    return [_shown(filterset, filterset.form[name]) for name in filterset.filters if name not in beside]


def folded_filters(filterset) -> list[ShownFilter]:
    """Those that stand folded, because at most five are in sight: the names in ``folded`` of the filter set."""
    names = [name for name in getattr(filterset, "folded", ()) if name in filterset.filters]
    return [_shown(filterset, filterset.form[name]) for name in names]


def shown_days(filterset) -> list[ShownFilter]:
    """First and last day, where the list goes by a date."""
    return [_shown(filterset, filterset.form[name]) for name in (SINCE, UNTIL) if name in filterset.filters]


def _shown(filterset, field: BoundField) -> ShownFilter:
    return ShownFilter(str(field.label), field.id_for_label, _box(field, bool(filterset.data.get(field.name))))


def _box(field: BoundField, is_set: bool) -> SafeString:
    css = "form-select is-set" if is_set else "form-select"
    if type(field.field.widget) is not forms.Select:
        return field.as_widget(attrs={"class": css})
    chosen, options = str(field.value() or ""), []
    for value, label in field.field.widget.choices:
        selected = " selected" if str(value) == chosen else ""
        options.append(f'<option value="{escape(value)}"{selected}>{conditional_escape(str(label))}</option>')
    name, key = escape(field.html_name), escape(field.id_for_label)
    return mark_safe(f'<select name="{name}" class="{css}" id="{key}">{"".join(options)}</select>')
