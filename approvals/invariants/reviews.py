"""What must always hold about reviews, credit and what completion writes."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_noop

from approvals.checks.result import from_json
from approvals.credit_limit import limit_of
from approvals.models import AmendmentDecision, Decision, ShortClosing, Stage
from billing.exposure import OrderAccount, accounts_of, exposure_without
from billing.models import Receipt, ReceiptAllocation, Refund
from core.chunks import chunks
from core.invariants import About, invariant
from core.models import Event
from core.money import ZERO, sum_of, total
from customers.models import Customer, CustomerMerge, GradePolicy
from orders.models import Drafter, Order, OrderLine
from orders.models.order import owes
from orders.statuses import EXPOSED, Status

#: Marks of orders that came with their history behind them: nobody decided them here.
TAKEN_OVER = ("taken_over", "imported")
#: The check's code in decisions.
CREDIT = "credit"


def marks_of_history() -> QuerySet[Event]:
    """The marks of orders that came with their history behind them."""
    return Event.objects.filter(subject_type=ContentType.objects.get_for_model(Order), verb__in=TAKEN_OVER)


def reviewed_here(orders: QuerySet) -> QuerySet:
    """Those whose reviews happened in this system."""
    # Not "in none of the marks": a list of a million would be searched for each order.
    return orders.filter(~Exists(marks_of_history().filter(subject_id=OuterRef("pk"))))


@invariant("approvals", gettext_noop("approved orders passed all three stages of their latest round"), of_history=True)
def unapproved_orders() -> Iterator[str]:
    """Orders approved once, cancelled since or not, without an approval at each stage of their latest round."""
    latest = Q(rounds__number=F("round"), rounds__decisions__verdict=Decision.Verdict.APPROVED)
    counted = Order.objects.filter(approved_at__isnull=False).annotate(
        approvals=Count("rounds__decisions", filter=latest, distinct=True)
    )
    for order in reviewed_here(counted.filter(approvals__lt=len(Stage.values))).iterator():
        values = {"approvals": order.approvals, "stages": len(Stage.values), "round": order.round}
        sentence = gettext_noop("%(order)s has %(approvals)s of %(stages)s approvals in round %(round)s")
        yield About(sentence, _kind(), order.pk, order=str(order), **values)


@invariant(
    "four eyes",
    gettext_noop("nobody reviews what they wrote in after the first review, or decides both later ones"),
    of_history=True,
)
def broken_four_eyes() -> Iterator[str]:
    """Decisions of stages two and three by somebody who had written in the order, or both by one person."""
    later = Decision.objects.filter(stage__in=(Stage.MANAGER, Stage.FINANCE))
    second = Decision.objects.filter(round=OuterRef("round"), stage=Stage.MANAGER).values("by")[:1]
    wrote = Drafter.objects.filter(order=OuterRef("round__order"), person=OuterRef("by"), at__lt=OuterRef("at"))
    in_force = wrote.filter(Q(replaced_at=None) | Q(replaced_at__gt=OuterRef("at")))
    own = Q(by=F("round__order__drafted_by")) | Exists(in_force)
    both = Q(stage=Stage.FINANCE, by=Subquery(second))
    for decision in later.filter(own | both).select_related("round__order", "by").iterator():
        of_order = decision.round.order
        values = {"round": decision.round.number, "stage": Stage(decision.stage).label, "who": str(decision.by)}
        sentence = gettext_noop("%(order)s: %(stage)s of round %(round)s was decided by %(who)s, who may not")
        yield About(sentence, _kind(), of_order.pk, order=str(of_order), **values)


def _kind() -> int:
    return ContentType.objects.get_for_model(Order).pk


@invariant("credit", "exposure is within the limit, or somebody released it with a reason")
def exceeded_credit() -> Iterator[str]:
    """Customers whose exposure is above their limit although nobody granted it: neither by releasing the credit check
    of an order that makes it, nor because it was within the limit that was in force at the latest check."""
    policies = {policy.grade: policy for policy in GradePolicy.objects.all()}
    exposed = Order.objects.filter(owes())
    customers = Customer.objects.filter(pk__in=reviewed_here(exposed).values("customer")).order_by("pk")
    for some in chunks(list(customers)):
        accounts = accounts_of([customer.pk for customer in some], timezone.localdate())
        for customer in some:
            limit = limit_of(customer, policies.get(customer.grade), timezone.localdate()).amount
            used = exposure_without(accounts.get(customer.pk, []), None).total
            if (limit is None or used > limit) and not _granted(customer, used, accounts.get(customer.pk, [])):
                yield f"{customer.number}: exposure {used}, limit {limit}"


def _granted(customer: Customer, used: Decimal, accounts: list[OrderAccount]) -> bool:
    """Whether somebody released the credit check, with a reason, of an order that still uses the credit; or whether the
    exposure is within the limit of the latest check, but for what came since then without one.

    A limit may be lowered afterwards, a receipt reversed, an open order imported: nobody is asked for credit then.
    """
    approvals = Decision.objects.filter(
        round__order__customer=customer,
        round__order__status__in=EXPOSED,
        round__number=F("round__order__round"),
        verdict=Decision.Verdict.APPROVED,
    )
    amended = AmendmentDecision.objects.filter(
        amendment__order__customer=customer, amendment__order__status__in=EXPOSED, verdict=Decision.Verdict.APPROVED
    )
    decisions: list[Decision | AmendmentDecision] = [*approvals, *amended]
    decisions.sort(key=lambda each: each.at)
    checks = [(each.at, from_json(kept)) for each in decisions for kept in each.checks if kept["code"] == CREDIT]
    if any(check.override for _at, check in checks):
        return True
    if not checks:
        return False
    at, latest = checks[-1]
    if CustomerMerge.objects.filter(into=customer, at__gt=at).exists():
        return True  # what two files owed is owed by one since then: nobody was asked for credit
    limit = latest.figure("limit") + latest.figure("own_limit")
    return used - _unasked(customer, accounts, at) <= limit


def _unasked(customer: Customer, accounts: list[OrderAccount], since: datetime) -> Decimal:
    """By how much (元) the exposure has grown since then without a check: receipts reversed, open orders imported,
    balance used for orders that use no credit yet, or given back.
    """
    used = ReceiptAllocation.objects.filter(receipt__customer=customer, from_balance=True, made_at__gt=since)
    elsewhere = sum_of(used.exclude(instalment__order__status__in=EXPOSED), "amount")
    refunds = Refund.objects.filter(customer=customer, reverses=None, is_reversed=False, recorded_at__gt=since)
    elsewhere += sum_of(refunds, "amount")
    reversed_ = Receipt.objects.filter(customer=customer, reverses__isnull=False, recorded_at__gt=since)
    brought = set(
        marks_of_history()
        .filter(at__gt=since, subject_id__in=[account.order_id for account in accounts])
        .values_list("subject_id", flat=True)
    )
    imported = total(account.exposure.total for account in accounts if account.order_id in brought)
    return imported + elsewhere - sum_of(reversed_, "amount")


@invariant("cooperation", "the last cooperation is the last arrival of a completed order")
def wrong_last_cooperation() -> Iterator[str]:
    """Customers whose last cooperation is not the latest day on which one of their completed orders had arrived."""
    completed = Order.objects.filter(status=Status.COMPLETED).order_by().values_list("customer")
    arrived = dict(completed.annotate(last=Max("signed_off_on")))
    for pk, number, kept in Customer.objects.values_list("pk", "number", "last_cooperation_on").iterator():
        if kept != arrived.get(pk):
            yield f"{number}: last cooperation {kept}, counted {arrived.get(pk)}"


@invariant("short closings", "what lapsed of an order is the difference of two revisions, and its history tells it")
def wrong_short_closings() -> Iterator[str]:
    """Closings without their event, or that took away something else."""
    taken = Event.objects.filter(subject_type=ContentType.objects.get_for_model(Order), verb="close_short")
    untold = ShortClosing.objects.exclude(Exists(taken.filter(subject_id=OuterRef("order"), actor=OuterRef("by"))))
    for closing in untold.select_related("order").iterator():
        yield f"{closing.order}: closed short without a trace in its history"
    for closing in ShortClosing.objects.select_related("order").iterator():
        yield from _wrong_amounts_of(closing)


def _wrong_amounts_of(closing: ShortClosing) -> Iterator[str]:
    """Line by line no more than before, and the difference of both revisions is what it says."""
    lines = OrderLine.objects.filter(order=closing.order_id)
    before = {line.position: line for line in lines.filter(revision=closing.revision - 1)}
    after = list(lines.filter(revision=closing.revision))
    known = {position: line.quantity or ZERO for position, line in before.items()}
    grown = [line for line in after if (line.quantity or ZERO) > known.get(line.position, ZERO)]
    net = total(line.net_amount for line in before.values()) - total(line.net_amount for line in after)
    gross = net + total(line.tax_amount for line in before.values()) - total(line.tax_amount for line in after)
    if grown or (net, gross) != (closing.net_lapsed, closing.gross_lapsed):
        yield f"{closing.order} revision {closing.revision}: {closing.net_lapsed} lapsed, counted {net}"
