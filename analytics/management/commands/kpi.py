"""``manage.py kpi YYYY-MM``: the figures of a month."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics.catalogue import KPIS, as_json
from analytics.freshness import refresh
from analytics.models import Dimension
from analytics.months import Month
from analytics.names import category_names, scope_called, value_names
from analytics.reading import figures_by_month, figures_by_value

_DIMENSIONS = (Dimension.CATEGORY, Dimension.PROVINCE, Dimension.GRADE)


class Command(BaseCommand):
    help = "Prints the figures of a month, brought up to date first; for everybody, a team or a rep."

    def add_arguments(self, parser):
        parser.add_argument("month", help="YYYY-MM")
        parser.add_argument("--json", action="store_true", help="as JSON; null is a figure without a value")
        parser.add_argument("--scope", default="all", help="all (default), team:<id> or rep:<login>")
        parser.add_argument("--by", choices=[str(d.value) for d in _DIMENSIONS], help="one set of figures per value")

    def handle(self, *, month, by=None, scope="all", **options):
        wanted, who = self._month(month), self._scope(scope)
        refresh(near=wanted)
        names = category_names()
        if by:
            found = figures_by_value(who, by, wanted)
            called = value_names(by, found)
            figures: dict = {called[value]: as_json(found[value], names) for value in found}
        else:
            figures = as_json(figures_by_month(who, [wanted])[wanted], names)
        if options["json"]:
            self.stdout.write(json.dumps(figures, ensure_ascii=False, indent=1))
        else:
            self._write_lines(figures if by else {"": figures})

    def _month(self, text: str) -> Month:
        try:
            return Month.parse(text)
        except ValueError:
            raise CommandError(f"{text} is no month; write it like 2026-10.") from None

    def _scope(self, text: str):
        try:
            return scope_called(text)
        except ValueError:
            raise CommandError(f"There is no scope {text}; write all, team:<id> or rep:<login>.") from None

    def _write_lines(self, figures_by_name: dict[str, dict[str, Any]]) -> None:
        for name, figures in figures_by_name.items():
            if name:
                self.stdout.write(f"\n{name}")
            for kpi in KPIS:
                self.stdout.write(f"{kpi.key:24} {self._shown(figures[kpi.key]):>16}  {kpi.label}")

    @staticmethod
    def _shown(value: Any) -> str:
        if isinstance(value, dict):
            return ", ".join(f"{name} {share:.1%}" for name, share in value.items()) or "—"
        if isinstance(value, float):
            return f"{value:.4f}"
        return "—" if value is None else str(value)
