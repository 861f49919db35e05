"""The reference data a new installation starts with: payment terms and grade policies."""

from decimal import Decimal

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from customers.models import Grade, GradePolicy, PaymentTerms, TermsInstalment, Trigger

#: name → instalments of (per cent, trigger, days after it).
TERMS = {
    "30%预付款，70%到货款": [(30, Trigger.PREPAYMENT, 0), (70, Trigger.ARRIVAL, 0)],
    "100%预付款": [(100, Trigger.PREPAYMENT, 0)],
    "50%预付款，50%发货前": [(50, Trigger.PREPAYMENT, 0), (50, Trigger.BEFORE_SHIPMENT, 0)],
    "100%到货后30天": [(100, Trigger.ARRIVAL, 30)],
    "30%预付款，60%到货款，10%验收后90天": [
        (30, Trigger.PREPAYMENT, 0),
        (60, Trigger.ARRIVAL, 0),
        (10, Trigger.ACCEPTANCE, 90),
    ],
}
#: grade → (annual amount from, credit limit, single-order cap: 元; largest discount: %; visit interval: days).
POLICIES = {
    Grade.A: (500_000, 500_000, 300_000, 10, 30),
    Grade.B: (100_000, 200_000, 150_000, 8, 90),
    Grade.C: (0, 50_000, 80_000, 5, 180),
}
#: Grades below A are not granted these.
ONLY_FOR_A = {"100%到货后30天"}


@transaction.atomic
def seed() -> None:
    """Makes what a new installation lacks; what an administrator changed or removed stays as it is."""
    if not PaymentTerms.objects.exists():
        for name, parts in TERMS.items():
            terms = PaymentTerms.objects.create(name=name)
            TermsInstalment.objects.bulk_create(
                TermsInstalment(terms=terms, position=position, percent=Decimal(percent), trigger=trigger, days=days)
                for position, (percent, trigger, days) in enumerate(parts, start=1)
            )
    known = set(GradePolicy.objects.values_list("grade", flat=True))
    for grade in POLICIES:
        if grade not in known:
            threshold, credit_limit, cap, discount, interval = POLICIES[grade]
            policy = GradePolicy.objects.create(
                grade=grade,
                annual_threshold=threshold,
                credit_limit=credit_limit,
                order_cap=cap,
                max_discount=discount,
                visit_interval=interval,
            )
            refused = () if grade == Grade.A else ONLY_FOR_A
            policy.allowed_terms.set(PaymentTerms.objects.filter(name__in=TERMS.keys() - refused))


@receiver(post_migrate, dispatch_uid="customers-seed")
def seed_after_migrate(sender, using: str = DEFAULT_DB_ALIAS, **kwargs) -> None:
    """Waits until the tables are there (they are not when one app is migrated alone)."""
    if sender.name != "customers":
        return
    tables = connections[using].introspection.table_names()
    if using == DEFAULT_DB_ALIAS and {PaymentTerms._meta.db_table, GradePolicy._meta.db_table} <= set(tables):
        seed()
