"""The columns of the proposals: from which grade to which, the figures, and what would change."""

from collections.abc import Iterator

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import cells
from core.columns import ChoiceColumn, Column, StatusColumn
from core.money import rounded
from core.sparkline import sparkline
from core.templatetags import ui
from grading.consequences import rule_label
from grading.models import GradeProposal, quarter_name
from grading.statuses import Origin, ProposalStatus


class MoveColumn(Column):
    """The proposal as two letter tiles with an arrow between them."""

    def to_html(self, proposal):
        arrow = ui.icon("arrow-up" if proposal.goes_up else "arrow-down")
        words = _("from %(before)s to %(after)s") % {"before": proposal.before, "after": proposal.after}
        tiles = (ui.grade_tile(proposal.before), arrow, ui.grade_tile(proposal.after))
        return format_html('<span class="moves" title="{}">{}{}{}</span>', words, *tiles)

    def to_excel(self, proposal):
        return cells.as_text(f"{proposal.before} → {proposal.after}")


class FigureColumn(Column):
    """``(figure, note)``: a figure with what explains it beneath; in Excel the figure alone."""

    is_number = True

    def to_html(self, value):
        figure, note = value
        beneath = format_html('<span class="meta d-block">{}</span>', note) if note else ""
        return format_html("{}{}", figure, beneath)

    def to_excel(self, value):
        return cells.as_text(value[0])


class LineColumn(Column):
    """Amounts (元) of twelve months as a line; who cannot see it hears its last month. A workbook has none."""

    def to_html(self, amounts):
        line, dot = sparkline(amounts)
        if not any(amounts):
            return ""
        words = _("twelve months, the last %(amount)s") % {"amount": ui.money(amounts[-1])}
        return format_html(
            '<svg class="spark" viewBox="0 0 100 30" preserveAspectRatio="none" role="img" aria-label="{}">'
            '<path d="{}"/><path class="dot" d="{}"/></svg>',
            words,
            line,
            dot,
        )

    def in_a_sheet(self):
        return ()


class ChangesColumn(Column):
    """``(label, before, after)`` of each thing that would change."""

    align = "wrapped"

    def to_html(self, rows):
        row = '<dt>{}</dt><dd><span class="was">{}</span> <b>{}</b></dd>'
        return format_html('<dl class="kv kv-moves">{}</dl>', format_html_join("", row, rows))

    def to_excel(self, rows):
        return cells.as_text("\n".join(f"{label}: {before} → {after}" for label, before, after in rows))


class OpenChoiceColumn(ChoiceColumn):
    """A box only where something is left to decide."""

    def html(self, row, url):
        return super().html(row, url) if row.status == ProposalStatus.OPEN else ""


class CustomerColumn(Column):
    """The customer, leading to its file, with its owner beneath."""

    def to_html(self, customer):
        link = format_html('<a class="link" href="{}">{}</a>', customer.get_absolute_url(), customer)
        owner = customer.owner or _("Unassigned")
        return format_html('{}<span class="meta d-block">{} · {}</span>', link, customer.number, owner)

    def to_excel(self, customer):
        return cells.as_text(f"{customer} ({customer.number})")


def growth(proposal: GradeProposal) -> tuple[str, str]:
    """The amount of twelve months, and how it compares with those before."""
    change = proposal.growth
    return ui.money(proposal.annual_amount), "" if change is None else _("%(change)s%% on the year before") % {
        "change": f"{rounded(change, 0):+f}"
    }


def overdue(proposal: GradeProposal) -> tuple[str, str] | None:
    """What is overdue and for how long."""
    if not proposal.overdue_amount:
        return None
    return ui.money(proposal.overdue_amount), _("%(n)s days") % {"n": proposal.overdue_days}


def reason(proposal: GradeProposal) -> str:
    """What it came from; of a request or a file its words, of a quarter which one."""
    origin = str(proposal.get_origin_display())
    if proposal.origin == Origin.QUARTER:
        return f"{origin} {quarter_name(proposal.quarter)}"
    return f"{origin}: {proposal.note}" if proposal.note else origin


def outcome(proposal: GradeProposal) -> tuple[str, str]:
    return proposal.status_family, proposal.status_label


def decided(proposal: GradeProposal) -> str:
    """Who decided, and the comment."""
    return " · ".join(str(part) for part in (proposal.decided_by, proposal.comment) if part)


def changes_of(proposal: GradeProposal) -> list[tuple[str, str, str]]:
    """What the other grade would change, and the orders that would break a rule then; see ``grading.consequences``."""
    return list(_changes(proposal.consequences))


def _changes(found: dict) -> Iterator[tuple[str, str, str]]:
    none = _("not set")
    if not found:
        return
    if found["own_limit"]:
        yield _("Credit limit"), "", _("%(amount)s of its own, stays") % {"amount": ui.money(found["own_limit"])}
    for name, label, shown in (
        ("limit", _("Credit limit"), ui.money),
        ("cap", _("Single-order cap"), ui.money),
        ("discount", _("Largest discount"), ui.percent),
    ):
        before, after = found[name]
        if before != after and not (name == "limit" and found["own_limit"]):
            yield label, shown(before) if before else none, shown(after) if after else none
    gone, come = found["terms"]
    if gone or come:
        yield _("Payment terms"), _("; ").join(gone), _("; ").join(come)
    for _pk, label, rules in found["orders"]:
        yield label, "", _("would break: %(rules)s") % {"rules": _(", ").join(rule_label(rule) for rule in rules)}


COLUMNS: tuple[Column, ...] = (
    CustomerColumn("customer", gettext_lazy("Customer"), css="card-top"),
    MoveColumn("move", gettext_lazy("Grade"), lambda row: row, css="card-top-end"),
    FigureColumn("annual", gettext_lazy("Twelve months, without tax"), growth, css="card-middle-end", price=True),
    LineColumn("line", gettext_lazy("By month"), "by_month", css="only-desk c-line", price=True),
    Column("score", gettext_lazy("Score"), "average_score", css="only-desk"),
    FigureColumn("overdue", gettext_lazy("Overdue"), overdue, css="only-desk", price=True),
    Column("reason", gettext_lazy("Origin"), reason, css="card-middle"),
    ChangesColumn("changes", gettext_lazy("What changes"), changes_of, css="c-changes", price=True),
    StatusColumn("status", gettext_lazy("Status"), outcome, css="card-foot"),
    Column("decided", gettext_lazy("Decision"), decided, css="card-foot-end"),
)
CHOICE = OpenChoiceColumn("proposal", gettext_lazy("Choose"), lambda row: f"{row.pk}:{row.version}", css="card-choice")
