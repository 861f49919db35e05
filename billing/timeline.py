"""How receipts read in the history of their order, or of their customer, and how bank lines read in theirs."""

from django.utils.translation import gettext_lazy as _

from billing.models import Invoice
from core.events import Wording, describe
from core.facts import Facts, follow

describe(
    "orders.Order",
    receipt_recorded=Wording(_("Received ¥%(amount)s"), "good", of_money=True),
    receipt_reversed=Wording(_("Receipt of ¥%(amount)s reversed"), "bad", of_money=True),
    receipt_taken_back=Wording(_("¥%(amount)s of a receipt became balance"), "bad", of_money=True),
    money_freed=Wording(_("¥%(amount)s received for it became balance"), "now", of_money=True),
    refunded=Wording(_("¥%(amount)s given back"), "bad", of_money=True),
    refund_reversed=Wording(_("Refund of ¥%(amount)s reversed"), "now", of_money=True),
    dunned=Wording(_("Asked %(whom)s for the money, promised for %(promised)s"), "now", of_money=True),
    invoice_requested=Wording(_("Invoice over ¥%(amount)s asked for"), "now", of_money=True),
    invoice_issued=Wording(_("Invoice %(invoice)s issued over ¥%(amount)s"), "good", of_money=True),
    invoice_refused=Wording(_("Invoice over ¥%(amount)s refused: %(reason)s"), "bad", of_money=True),
    invoice_withdrawn=Wording(_("Request for an invoice over ¥%(amount)s withdrawn"), of_money=True),
    invoice_reversed=Wording(_("Invoice %(invoice)s over ¥%(amount)s reversed: %(reason)s"), "bad", of_money=True),
    balance_used=Wording(_("¥%(amount)s of the balance used"), "good", of_money=True),
)
describe(
    "billing.Invoice",
    invoice_requested=Wording(_("Invoice over ¥%(amount)s asked for"), "now", of_money=True),
    red_invoice_made=Wording(_("Red invoice made, it takes back %(invoice)s"), "bad", of_money=True),
)
describe(
    "customers.Customer",
    statement_given=Wording(_("Statement of account %(first)s – %(last)s given: ¥%(amount)s"), "now", of_money=True),
    statement_link_made=Wording(_("Link made on which the customer reads and confirms a statement"), of_money=True),
    statement_confirmed=Wording(_("Statement %(first)s – %(last)s confirmed by %(who)s"), "good", of_money=True),
    statement_refused=Wording(_("Statement %(first)s – %(last)s objected to by %(who)s"), "bad", of_money=True),
    balance_received=Wording(_("Received ¥%(amount)s to its balance"), "good", of_money=True),
    refunded=Wording(_("¥%(amount)s of its balance given back"), "bad", of_money=True),
    refund_reversed=Wording(_("Refund of ¥%(amount)s reversed"), "now", of_money=True),
    balance_freed=Wording(_("¥%(amount)s of %(order)s became balance"), "now", of_money=True),
    balance_reversed=Wording(_("¥%(amount)s of its balance reversed"), "bad", of_money=True),
)
describe(
    "billing.BankLine",
    bank_line_brought=Wording(_("Brought from the bank's list %(file)s"), of_money=True),
    bank_line_accepted=Wording(_("Accepted as a receipt of %(customer)s"), "good", of_money=True),
    bank_line_joined=Wording(_("Matched with a receipt of %(customer)s"), "good", of_money=True),
    bank_line_put_off=Wording(_("Left until %(until)s"), "now", of_money=True),
    bank_line_set_aside=Wording(_("Set aside: not from a customer"), "bad", of_money=True),
    bank_line_taken_up=Wording(_("Taken up again"), "now", of_money=True),
    bank_line_freed=Wording(_("Its receipt was reversed, so it waits again"), "bad", of_money=True),
)


@follow("billing.Invoice")
def facts_of_invoice(invoice: Invoice) -> Facts:
    """Where it stands, over how much it is, and under which number it was issued when and by whom."""
    amounts = ("net_total", "tax_total", "gross_total")
    return {name: getattr(invoice, name) for name in ("status", *amounts, "number", "issued_on", "issued_by_id")}
