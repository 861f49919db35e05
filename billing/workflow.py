"""The whole life of an invoice in one table: asked for, issued, taken back by a red one; or refused, or withdrawn.

A red invoice (红冲) is an invoice of its own with opposite amounts: it is issued by the same verb, then the one that it
takes back is reversed. Conditions are in ``invoice_guards.py``, effects in ``invoice_effects.py``.
"""

from django.utils.translation import pgettext_lazy

from accounts.roles import Role
from billing.invoice_effects import (
    count_orders,
    lock_customer,
    lock_orders,
    tell_of_refusal,
    tell_of_reversal,
    tell_orders,
    tell_that_it_is_issued,
)
from billing.invoice_guards import is_red, orders_still_take_it, red_one_stands, stands_under_its_number
from billing.invoice_statuses import InvoiceStatus
from core.workflow import Machine, Transition, register_machine

#: Its customer, and its orders for what they come to.
LOCKS = ("customer", "order")

INVOICE_LIFE = Machine(
    model="billing.Invoice",
    url_name="billing:advance-invoice",
    own_lock="invoice",
    locks={"customer": lock_customer, "order": lock_orders},
    transitions=(
        Transition(
            name="issue",
            label=pgettext_lazy("invoice", "Issue it"),
            sentence=pgettext_lazy("invoice", "Invoice issued"),
            tone="good",
            of_money=True,
            source=(InvoiceStatus.REQUESTED,),
            target=InvoiceStatus.ISSUED,
            roles=(Role.FINANCE,),
            locks=LOCKS,
            guards=(orders_still_take_it,),
            input_guards=(stands_under_its_number,),
            afterwards=(count_orders, tell_that_it_is_issued),
            primary=True,
            page="billing:issue-invoice",
            icon="check",
        ),
        Transition(
            name="refuse",
            label=pgettext_lazy("invoice", "Refuse it"),
            sentence=pgettext_lazy("invoice", "Request refused"),
            tone="bad",
            of_money=True,
            source=(InvoiceStatus.REQUESTED,),
            target=InvoiceStatus.REFUSED,
            roles=(Role.FINANCE,),
            locks=LOCKS,
            afterwards=(count_orders, tell_of_refusal),
            note_required=True,
            icon="arrow-back-up",
        ),
        # A refused one is withdrawn by who does not ask for it again.
        Transition(
            name="withdraw",
            label=pgettext_lazy("invoice", "Withdraw the request"),
            sentence=pgettext_lazy("invoice", "Request withdrawn"),
            of_money=True,
            source=(InvoiceStatus.REQUESTED, InvoiceStatus.REFUSED),
            target=InvoiceStatus.WITHDRAWN,
            roles=(Role.REP, Role.MANAGER),
            locks=LOCKS,
            afterwards=(count_orders, tell_orders("invoice_withdrawn")),
            dangerous=True,
            icon="ban",
        ),
        Transition(
            name="reverse",
            label=pgettext_lazy("invoice", "Reverse it by a red invoice"),
            sentence=pgettext_lazy("invoice", "Reversed by the red invoice %(red)s"),
            tone="bad",
            of_money=True,
            source=(InvoiceStatus.ISSUED,),
            target=InvoiceStatus.REVERSED,
            roles=(Role.FINANCE,),
            locks=LOCKS,
            over=is_red,
            input_guards=(red_one_stands,),
            afterwards=(count_orders, tell_of_reversal),
            note_required=True,
            page="billing:reverse-invoice",
            icon="circle-minus",
        ),
    ),
)

register_machine(INVOICE_LIFE)
