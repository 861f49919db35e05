"""What the review queue puts into Excel: the cells of its page as values that can be counted with."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.queue import Waiting
from core.columns import Column


def checks_in_words(waiting: Waiting) -> str:
    """What failed, by name; else how much is to be noted."""
    summary = waiting.summary
    if summary.failed:
        return "; ".join(str(label) for label in summary.failures)
    if summary.warned:
        return _("%(n)s to note") % {"n": summary.warned}
    return _("all passed")


QUEUE_COLUMNS = (
    Column("number", gettext_lazy("Order number"), lambda row: str(row.order)),
    Column(
        "customer", gettext_lazy("Customer"), lambda row: (row.order.customer.grade, row.order.customer_name), "graded"
    ),
    Column("gross_total", gettext_lazy("Total with tax (元)"), lambda row: row.order.gross_total, "money", price=True),
    Column("checks", gettext_lazy("Checks"), checks_in_words),
    Column("since", gettext_lazy("Waiting since"), lambda row: row.order.status_since, "datetime"),
    Column("due", gettext_lazy("Due"), lambda row: row.clock.deadline.at, "datetime"),
    Column("rep", gettext_lazy("Sales representative"), lambda row: row.order.rep),
)
