"""``manage.py kpi YYYY-MM``: the figures of a month."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics.archive.figures import archived_figures
from analytics.figures.catalogue import KPIS, as_json
from analytics.figures.names import category_names, scope_called, value_names
from analytics.figures.segments import Segment
from analytics.management.commands.archive_month import parsed
from analytics.models import Dimension
from analytics.rollups.freshness import refresh
from analytics.rollups.lookup import figures_by_month, figures_by_value
from core.money import percentage

_DIMENSIONS = (Dimension.CATEGORY, Dimension.PROVINCE, Dimension.GRADE)


class Command(BaseCommand):
    help = "Prints the figures of a month, brought up to date first; for everybody, a team or a rep."

    def add_arguments(self, parser):
        parser.add_argument("month", help="YYYY-MM")
        parser.add_argument("--json", action="store_true", help="as JSON; null is a figure without a value")
        parser.add_argument("--scope", default="all", help="all (default), team:<id> or rep:<login>")
        parser.add_argument("--by", choices=[str(d.value) for d in _DIMENSIONS], help="one set of figures per value")

    def handle(self, *, month, by=None, scope="all", **options):
        wanted = parsed(month)
        try:
            segment = scope_called(scope)
        except ValueError:
            raise CommandError(f"There is no scope {scope}; write all, team:<id> or rep:<login>.") from None
        refresh(near=wanted)
        names = category_names()
        if by:
            found = figures_by_value(segment, by, wanted)
            called = value_names(by, found)
            figures: dict = {called[value]: as_json(found[value], names) for value in found}
        elif segment == Segment() and (archived := archived_figures([wanted])):
            figures = archived[wanted].as_json()
        else:
            figures = as_json(figures_by_month(segment, [wanted])[wanted], names)
        if options["json"]:
            self.stdout.write(json.dumps(figures, ensure_ascii=False, indent=1))
            return
        for name, of_name in (figures if by else {"": figures}).items():
            if name:
                self.stdout.write(f"\n{name}")
            for kpi in KPIS:
                self.stdout.write(f"{kpi.key:24} {_as_text(of_name[kpi.key]):>16}  {kpi.label}")


def _as_text(value: Any) -> str:
    if isinstance(value, dict):
        known = {name: share for name, share in value.items() if share is not None}
        return ", ".join(f"{name} {percentage(share)}%" for name, share in known.items()) or "—"
    if isinstance(value, float):
        return f"{value:.4f}"
    return "—" if value is None else str(value)
