"""The columns of the bank's lines: what the bank says, whose money it may be and why, and accepting it."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.bank.matching import Proposal
from billing.models import BankLine
from core import cells
from core.columns import ChoiceColumn, Column, DetailColumn, LinkColumn, MoneyColumn, StatusColumn


class ProposedChoice(ChoiceColumn):
    """A box where there is something to accept, ticked where nothing speaks against it."""

    def html(self, row, url):
        if not row.sent:
            return ""
        ticked = " checked" if row.proposal.is_certain else ""
        return self.box(row.sent, _("Choose %(row)s") % {"row": row}, ticked)


class AcceptColumn(Column):
    """The button that accepts this line alone."""

    def html(self, row, url):
        if not row.sent:
            return format_html('<a class="btn btn-sm" href="{}">{}</a>', url, _("Look")) if row.waits else ""
        words = _("Accept %(row)s") % {"row": row}
        button = '<button class="btn btn-sm" name="one" value="{}" aria-label="{}">{}</button>'
        return format_html(button, row.sent, words, _("Accept"))

    @property
    def head(self):
        return format_html('<span class="visually-hidden">{}</span>', self.label)

    def in_a_sheet(self):
        return ()


class ProposalColumn(Column):
    """Whose money it may be and what it would pay, with what speaks for it and against it."""

    align = "wrapped"

    def html(self, row, url):
        return _words(row.whose, row.paid, row.proposal.reasons, row.proposal.doubts)

    def excel(self, row):
        parts = (row.whose, *row.paid, *row.proposal.reasons, *row.proposal.doubts)
        return cells.as_text(" · ".join(filter(None, parts)))


def _words(whose: str, paid: Iterable[str], reasons: Iterable[str], doubts: Iterable[str]) -> SafeString:
    lines = [format_html("<b>{}</b>", whose)] if whose else []
    lines += [format_html("<span>{}</span>", part) for part in paid]
    lines += [format_html('<span class="meta">{}</span>', reason) for reason in reasons]
    lines += [format_html('<span class="late">{}</span>', doubt) for doubt in doubts]
    return format_html_join("", '<span class="d-block">{}</span>', ((line,) for line in lines))


def certainty(line: BankLine) -> tuple[str, str]:
    """What is decided about the line, or how sure its proposal is."""
    if line.receipt_id:
        return "good", _("Matched")
    if line.foreign_reason:
        return "void", _("Not from a customer")
    proposal: Proposal = line.proposal  # type: ignore[attr-defined]
    if proposal.is_certain:
        return "good", _("Certain")
    return ("move", _("To be looked at")) if proposal.customer else ("wait", _("Nothing found"))


def said(line: BankLine) -> tuple[str, str]:
    return line.payer, line.remarks


BANK_COLUMNS: tuple[Column, ...] = (
    LinkColumn(
        "received_on",
        gettext_lazy("Received on"),
        lambda row: row.received_on.isoformat(),
        css="card-top text-nowrap",
        sort="received_on",
    ),
    MoneyColumn("amount", gettext_lazy("Amount (元)"), css="card-top-end", sort="amount", price=True),
    DetailColumn("said", gettext_lazy("Payer and remarks"), said, css="c-changes-1"),
    ProposalColumn("proposal", gettext_lazy("Proposal"), css="c-changes", price=True),
    StatusColumn("certainty", gettext_lazy("Status"), certainty, css="card-foot text-nowrap"),
    Column("bank_reference", gettext_lazy("Bank reference"), css="only-desk"),
    Column(
        "later",
        gettext_lazy("Left until"),
        lambda row: row.put_off_until.isoformat() if row.put_off_until else "",
        css="only-desk text-nowrap",
    ),
)
CHOICE = ProposedChoice("line", gettext_lazy("Choose"), css="card-choice")
ACCEPT = AcceptColumn("accept", gettext_lazy("Accept"), css="card-foot-end")
