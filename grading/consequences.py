"""What another grade would change for a customer: limit, cap, discount, terms; which open orders would break a rule.

Orders that are approved keep what was approved; those before it are judged by the new grade.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from typing import Any

from django.db.models import F, Prefetch
from django.utils.translation import gettext as _

from agreements.prices import AgreedPrices
from approvals.checks.agreed_prices import keeps_to_agreement
from approvals.checks.grade_rules import allows_terms, breaks_cap, breaks_credit, breaks_discount
from approvals.credit_limit import limit_of
from billing.exposure import OrderAccount, accounts_of, exposure_without
from customers.models import Customer, GradePolicy
from grading.models import GradeProposal
from orders.models import Order, OrderLine
from orders.statuses import UNDER_REVIEW, Status

#: Orders that are still to be judged by a grade.
TO_BE_JUDGED = (Status.DRAFT, *UNDER_REVIEW)
RULES = ("cap", "credit", "discount", "terms")


def consequences_of(proposals: Iterable[GradeProposal], today: date) -> dict[int, dict[str, Any]]:
    """What each proposal (by customer id) would change, as kept in JSON; a handful of queries for all of them.

    ``limit``, ``cap``, ``discount``: [before, after] as text, None is none set. ``own_limit``: the own one, which
    stays. ``terms``: names [no longer allowed, newly allowed]. ``orders``: [id, label, broken rules].
    """
    proposals = list(proposals)
    policies = {each.grade: each for each in GradePolicy.objects.prefetch_related("allowed_terms")}
    customers = {each.customer_id: each.customer for each in proposals}
    accounts = accounts_of(customers, today)
    orders: dict[int, list[Order]] = defaultdict(list)
    lines = OrderLine.objects.filter(revision=F("order__revision"))
    judged = Order.objects.filter(customer__in=customers, status__in=TO_BE_JUDGED).order_by("-id")
    for order in judged.select_related("payment_terms").prefetch_related(Prefetch("lines", lines)):
        orders[order.customer_id].append(order)
    agreed = AgreedPrices(
        (order.customer_id, line.product_id, order.order_date)
        for order in chain.from_iterable(orders.values())
        for line in order.lines.all()
        if line.product_id
    )
    found = {}
    for each in proposals:
        before, after = policies.get(each.before), policies.get(each.after)
        customer = customers[each.customer_id]
        known = accounts.get(customer.pk, [])
        broken = [
            [order.pk, str(order), rules]
            for order in orders[customer.pk]
            if (rules := list(newly_broken(order, customer, before, after, known, agreed, today)))
        ]
        found[customer.pk] = changes_between(customer, before, after, today) | {"orders": broken}
    return found


def changes_between(
    customer: Customer, before: GradePolicy | None, after: GradePolicy | None, today: date
) -> dict[str, Any]:
    """What the one policy grants and the other does not."""
    own = limit_of(customer, None, today)
    was, will = names_of_terms(before), names_of_terms(after)
    return {
        "own_limit": f"{own.amount:.2f}" if own.is_own else None,
        "limit": [_granted(before, "credit_limit"), _granted(after, "credit_limit")],
        "cap": [_granted(before, "order_cap"), _granted(after, "order_cap")],
        "discount": [_granted(before, "max_discount"), _granted(after, "max_discount")],
        "terms": [sorted(was - will), sorted(will - was)],
    }


def _granted(policy: GradePolicy | None, name: str) -> str | None:
    value = getattr(policy, name, None)
    return None if value is None else f"{value:.2f}"


def names_of_terms(policy: GradePolicy | None) -> set[str]:
    """The payment terms that a grade allows."""
    return {terms.name for terms in policy.allowed_terms.all()} if policy else set()


def newly_broken(
    order: Order,
    customer: Customer,
    before: GradePolicy | None,
    after: GradePolicy | None,
    accounts: list[OrderAccount],
    agreed: AgreedPrices,
    today: date,
) -> Iterator[str]:
    """The rules that the order keeps under the one policy and breaks under the other."""
    was = set(broken_rules(order, customer, before, accounts, agreed, today))
    return (rule for rule in broken_rules(order, customer, after, accounts, agreed, today) if rule not in was)


def broken_rules(
    order: Order,
    customer: Customer,
    policy: GradePolicy | None,
    accounts: list[OrderAccount],
    agreed: AgreedPrices,
    today: date,
) -> Iterator[str]:
    """The rules of a grade that an order breaks, as the checks of its review would find."""
    if breaks_cap(order, policy):
        yield "cap"
    if breaks_credit(order, limit_of(customer, policy, today), exposure_without(accounts, order.pk)):
        yield "credit"
    about = ((line, agreed.on(order.customer_id, line.product_id, order.order_date)) for line in order.lines.all())
    if breaks_discount([line for line, agreement in about if not keeps_to_agreement(line, agreement)], policy):
        yield "discount"
    if not allows_terms(policy, order.payment_terms):
        yield "terms"


def rule_label(rule: str) -> str:
    """A rule that would be broken, in words."""
    return {
        "cap": _("single-order cap"),
        "credit": _("credit limit"),
        "discount": _("largest discount"),
        "terms": _("payment terms"),
    }[rule]
