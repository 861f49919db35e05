"""The columns of the review queue: what each cell shows of an order that waits."""

from django.utils.html import escape, format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.queue import Clock, Waiting
from core import cells
from core.columns import ChoiceColumn, Column, GradedColumn, LinkColumn, MomentColumn, MoneyColumn
from core.templatetags.ui import due_in


class JoiningColumn(ChoiceColumn):
    """The box of an order that may be approved together with others; of any other it cannot be ticked."""

    def html(self, row, url):
        if row.joins:
            return self.box(self.of(row), _chosen(row), format_html(' data-amount="{}"', row.order.gross_total))
        title = escape(_("Not every check passes: open it and decide it by itself."))
        return self.box(self.of(row), _chosen(row), f' disabled title="{title}"')


def _chosen(waiting: Waiting) -> str:
    return _("Choose %(row)s") % {"row": waiting.order}


class ChecksColumn(Column):
    """The verdict of the order's checks; in Excel all that failed, by name."""

    def of(self, row: Waiting) -> Waiting:
        return row

    def to_html(self, value: Waiting):
        summary = value.summary
        if summary.failed:
            names = ", ".join(str(label) for label in summary.failures)
            return format_html('<span class="st st-bad" title="{}">{}</span>', names, value.failures)
        return format_html('<span class="st st-{}">{}</span>', "wait" if summary.warned else "good", _passed(value))

    def to_excel(self, value: Waiting):
        return cells.as_text("; ".join(str(label) for label in value.summary.failures) or _passed(value))


def _passed(waiting: Waiting) -> str:
    """How much is to be noted where no check failed."""
    warned = waiting.summary.warned
    return _("%(n)s to note") % {"n": warned} if warned else _("all passed")


class WaitedColumn(MomentColumn):
    """For how long an order has waited; in Excel since when, because a file is read on another day."""

    def html(self, row: Waiting, url):
        return escape(row.clock.waited)

    @property
    def sheet_head(self):
        return _("Waiting since")


class ClockColumn(MomentColumn):
    """Until when it may wait, with the reason; in Excel the moment."""

    def html(self, row: Waiting, url):
        clock: Clock = row.clock
        tip = '<span class="has-tip{}" tabindex="0">{}<span class="tip" role="tooltip">{}</span></span>'
        pressing = f" {clock.pressing}" if clock.pressing else ""
        shown = format_html(tip, pressing, due_in(clock.deadline.at), clock.why)
        if not clock.deadline.counted.estimated:
            return shown
        return shown + format_html(' <span class="meta est">{}</span>', _("estimated"))


QUEUE_COLUMNS = (
    JoiningColumn(
        "order", gettext_lazy("Choose"), lambda row: f"{row.order.pk}:{row.order.version}", css="card-choice"
    ),
    LinkColumn("number", gettext_lazy("Order number"), lambda row: str(row.order), css="card-top text-nowrap"),
    GradedColumn(
        "customer",
        gettext_lazy("Customer"),
        lambda row: (row.order.customer.grade, row.order.customer_name),
        css="card-middle text-nowrap",
    ),
    MoneyColumn(
        "gross_total",
        gettext_lazy("Total with tax (元)"),
        lambda row: row.order.gross_total,
        css="card-top-end",
        sort="gross_total",
        price=True,
    ),
    ChecksColumn("checks", gettext_lazy("Checks"), css="card-foot"),
    WaitedColumn(
        "since",
        gettext_lazy("Waiting"),
        lambda row: row.order.status_since,
        css="card-foot-middle text-nowrap",
        sort="status_since",
    ),
    ClockColumn("due", gettext_lazy("Due"), lambda row: row.clock.deadline.at, css="card-middle-end text-nowrap"),
    Column("rep", gettext_lazy("Sales representative"), lambda row: row.order.rep, css="card-foot-end"),
)
