"""The columns of receivables: each age with its amount, and a bar that shows them beside each other."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.receivables import AGES, Owed
from core import cells
from core.columns import Column, GradedColumn, MoneyColumn
from core.money import ZERO
from core.templatetags.ui import money

AGE_LABELS = {
    "not_due": gettext_lazy("Not due"),
    "d30": gettext_lazy("1–30 days"),
    "d60": gettext_lazy("31–60 days"),
    "d90": gettext_lazy("61–90 days"),
    "older": gettext_lazy("Over 90 days"),
}


@dataclass(frozen=True)
class AgeBar:
    """The ages as parts of a bar (colour, x and width in per cent, as text for SVG attributes), and in words."""

    parts: list[tuple[str, str, str]]
    words: str


def bar_of(owed: Owed, whole: Decimal) -> AgeBar:
    """The bar of what somebody owes, as wide as its share of ``whole`` (元)."""
    parts, words, x = [], [], ZERO
    for place, (age, _most) in enumerate(AGES):
        amount = owed.ages.get(age, ZERO)
        if amount > 0 and whole:
            parts.append((f"a{place}", f"{x / whole * 100:.2f}%", f"{amount / whole * 100:.2f}%"))
            words.append(f"{AGE_LABELS[age]} {money(amount)}")
            x += amount
    return AgeBar(parts, _(", ").join(words))


class BarColumn(Column):
    """An ``AgeBar``; Excel has the amounts in columns of their own."""

    def to_html(self, bar):
        rects = format_html_join("", '<rect class="{}" x="{}" width="{}" height="8"/>', bar.parts)
        return format_html('<svg class="age" role="img" aria-label="{}">{}</svg>', bar.words, rects)

    def in_a_sheet(self):
        return ()


class OwedColumn(MoneyColumn):
    """An amount, a dash where there is none."""

    def of(self, row):
        return super().of(row) or None


class LateColumn(OwedColumn):
    """An amount in red."""

    def to_html(self, value):
        return format_html('<span class="late">{}</span>', money(value))


class DaysColumn(Column):
    """Whole days; nothing where there are none."""

    is_number, align = True, "right"

    def of(self, row):
        return super().of(row) or None

    def to_html(self, value):
        return format_html('<span class="late">{}</span>', _("%(n)s days") % {"n": value})

    def to_excel(self, value):
        return cells.as_quantity(Decimal(value))


def _age(key: str) -> OwedColumn:
    return OwedColumn(key, AGE_LABELS[key], lambda row: row.owed.ages.get(key), css="only-desk", price=True)


RECEIVABLE_COLUMNS = (
    GradedColumn(
        "customer", gettext_lazy("Customer"), lambda row: (row.grade, row.short_name), css="card-top text-nowrap"
    ),
    BarColumn("bar", gettext_lazy("Age"), css="c-bar only-desk"),
    OwedColumn("owed", gettext_lazy("Owed (元)"), lambda row: row.owed.total, css="card-top-end", price=True),
    *(_age(key) for key, _most in AGES),
    LateColumn(
        "overdue",
        gettext_lazy("Overdue (元)"),
        "overdue_amount",
        css="card-middle-end",
        sort="overdue_amount",
        price=True,
    ),
    DaysColumn("delay", gettext_lazy("Largest delay"), css="card-middle"),
    OwedColumn("balance", gettext_lazy("Balance (元)"), css="only-desk", price=True),
    Column("owner", gettext_lazy("Owner"), lambda row: row.owner or _("Unassigned"), css="card-foot"),
)
