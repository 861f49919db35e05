"""How receipts read in the history of their order, or of their customer."""

from django.utils.translation import gettext_lazy as _

from core.events import Wording, describe

describe(
    "orders.Order",
    receipt_recorded=Wording(_("Received ¥%(amount)s"), "good", of_money=True),
    receipt_reversed=Wording(_("Receipt of ¥%(amount)s reversed"), "bad", of_money=True),
    receipt_taken_back=Wording(_("¥%(amount)s of a receipt became balance"), "bad", of_money=True),
    money_freed=Wording(_("¥%(amount)s received for it became balance"), "now", of_money=True),
    refunded=Wording(_("¥%(amount)s given back"), "bad", of_money=True),
    refund_reversed=Wording(_("Refund of ¥%(amount)s reversed"), "now", of_money=True),
    dunned=Wording(_("Asked %(whom)s for the money, promised for %(promised)s"), "now", of_money=True),
    balance_used=Wording(_("¥%(amount)s of the balance used"), "good", of_money=True),
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
