"""Opening a stock count, and its sheet as one form."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from core.forms import FieldsetForm, FigureInput, TidyBoundField
from products.counting import Counted
from products.forms import CategoryField
from products.models import Category, StockCount, StockCountLine

_ANSWER = re.compile(r"(before|after):(\d{1,18})")


class CountForm(FieldsetForm):
    """Opens a stock count."""

    submit_token = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)
    category = CategoryField(
        Category.objects.in_tree(), label=_("Category"), required=False, empty_label=_("All goods")
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    fieldsets = ((_("Stock count"), ("category", "note")),)


@dataclass(frozen=True)
class SheetRow:
    """One line with its boxes; ``answer`` only where goods moved meanwhile."""

    line: StockCountLine
    counted: BoundField
    note: BoundField
    answer: BoundField | None


class SheetForm(forms.Form):
    """What was counted, line by line; empty is not counted."""

    bound_field_class = TidyBoundField
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, lines: list[StockCountLine], data=None):
        super().__init__(data, initial={"version": lines[0].count.version if lines else 0})
        self.lines = lines
        for line in lines:
            self._add(line)

    def _add(self, line: StockCountLine) -> None:
        key = line.pk
        self.fields[f"counted-{key}"] = forms.DecimalField(
            label=_("Counted"), required=False, min_value=0, max_digits=14, decimal_places=3, widget=FigureInput()
        )
        self.initial[f"counted-{key}"] = None if line.counted is None else line.counted.normalize()
        self.fields[f"note-{key}"] = forms.CharField(label=_("Note"), required=False, max_length=200)
        self.initial[f"note-{key}"] = line.note
        if line.last_move is None:
            return
        # The answer names the newest move that it is about: one that comes later asks anew.
        choices = [(f"{value}:{line.last_move}", label) for value, label in StockCountLine.Answer.choices]
        self.fields[f"answer-{key}"] = forms.ChoiceField(
            label=_("Moves meanwhile"), required=False, choices=[("", _("not said yet")), *choices]
        )
        self.initial[f"answer-{key}"] = f"{line.answer}:{line.answered_move}"

    def rows(self) -> Iterator[SheetRow]:
        for line in self.lines:
            answer = self[f"answer-{line.pk}"] if f"answer-{line.pk}" in self.fields else None
            yield SheetRow(line, self[f"counted-{line.pk}"], self[f"note-{line.pk}"], answer)

    def go_on_from(self, current: StockCount) -> None:
        """After somebody else wrote first: the next save replaces it knowingly."""
        posted: Any = self.data
        self.data = {**posted.dict(), "version": current.version}

    def said(self) -> dict[int, Counted]:
        """What was written down, by the lines' keys."""
        return {line.pk: self._of(line.pk) for line in self.lines}

    def _of(self, key: int) -> Counted:
        found = _ANSWER.fullmatch(self.cleaned_data.get(f"answer-{key}", ""))
        answer = (found[1], int(found[2])) if found else ("", 0)
        return Counted(self.cleaned_data[f"counted-{key}"], self.cleaned_data[f"note-{key}"], *answer)
