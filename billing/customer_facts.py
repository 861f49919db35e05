"""What a customer's orders come to, and what of them is overdue: counted here, stored on the customer for lists.

Who changes what these count counts them anew in the same transaction, under the customer's lock; what moves with the
calendar, ``recount_by_calendar`` does once a day.
"""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum
from django.utils import timezone

from billing.models import CountedDay, Receipt
from core.chunks import chunks
from core.locks import lock_rows
from core.money import ZERO, round_money
from customers.activity import cooperation_on, type_of, year_before
from customers.models import Customer
from customers.statuses import Cooperation, CustomerType
from orders.models import Instalment, Order


@dataclass(frozen=True)
class CustomerFacts:
    """As the fields of a customer: amounts of effective orders in 元 without tax, what is overdue in 元 with tax.

    The balance is what it paid that pays nothing yet (元).
    """

    customer_type: str = CustomerType.POTENTIAL
    cooperation: str = Cooperation.NONE
    first_order_on: date | None = None
    last_order_on: date | None = None
    order_count: int = 0
    cumulative_amount: Decimal = ZERO
    annual_amount: Decimal = ZERO
    overdue_amount: Decimal = ZERO
    balance: Decimal = ZERO


FIELDS = tuple(field.name for field in fields(CustomerFacts))


def overdue_instalments(today: date) -> QuerySet[Instalment]:
    """Instalments in force that are past their due date and not paid, of orders that use their customer's credit."""
    return Instalment.objects.owed().filter(due_date__lt=today).order_by()


def facts_of(customers: Collection[int], today: date) -> dict[int, CustomerFacts]:
    """The facts of the customers on a day, by id, in three queries.

    The annual amount is what was booked in the twelve months up to that day.
    """
    effective = Order.objects.effective().filter(customer__in=customers).order_by().values_list("customer")
    of_year = Q(booking_date__gt=year_before(today))
    rows = effective.annotate(
        count=Count("pk"),
        first=Min("order_date"),
        last=Max("order_date"),
        amount=Sum("net_total"),
        annual=Sum("net_total", filter=of_year),
    )
    owed = overdue_instalments(today).filter(order__customer__in=customers).values_list("order__customer")
    overdue = dict(owed.annotate(owed=Sum(F("amount") - F("received"))))
    unused = Receipt.objects.filter(customer__in=customers, rest__gt=0, is_reversed=False).order_by()
    rests = dict(unused.values_list("customer").annotate(rest=Sum("rest")))
    found = {
        pk: CustomerFacts(
            overdue_amount=round_money(overdue.get(pk, ZERO)),
            balance=round_money(rests.get(pk, ZERO)),
        )
        for pk in customers
    }
    for pk, count, first, last, amount, annual in rows:
        found[pk] = CustomerFacts(
            type_of(count),
            cooperation_on(today, last),
            first,
            last,
            count,
            round_money(amount),
            round_money(annual or ZERO),
            found[pk].overdue_amount,
            found[pk].balance,
        )
    return found


def stored_facts(customer: Customer) -> CustomerFacts:
    """What stands on the customer's row."""
    return CustomerFacts(**{name: getattr(customer, name) for name in FIELDS})


def refresh_customer(customer_id: int) -> None:
    """Counts one customer's facts anew and stores them; call it under the customer's lock."""
    facts = facts_of([customer_id], timezone.localdate())[customer_id]
    Customer.objects.filter(pk=customer_id).update(**asdict(facts))


def refresh_customers(customer_ids: Iterable[int]) -> int:
    """The same of many, a few hundred at a time under their locks; writes only what is another, returns how many."""
    today, written = timezone.localdate(), 0
    for some in chunks(sorted(set(customer_ids))):
        with transaction.atomic():
            held = lock_rows(Customer.objects.filter(pk__in=some))
            counted = facts_of(some, today)
            changed = [customer for customer in held if stored_facts(customer) != counted[customer.pk]]
            for customer in changed:
                for name, value in asdict(counted[customer.pk]).items():
                    setattr(customer, name, value)
            Customer.objects.bulk_update(changed, FIELDS)
            written += len(changed)
    return written


def recount_by_calendar() -> int:
    """Once a day counts those anew whose facts the calendar moved: an order is a year old, an instalment overdue.

    Returns how many changed; the first time it counts everybody.
    """
    today = timezone.localdate()
    last = CountedDay.objects.values_list("day", flat=True).first()
    if last == today:
        return 0
    written = refresh_customers(_moved(last, today) if last else Customer.objects.values_list("pk", flat=True))
    CountedDay.objects.update_or_create(pk=CountedDay.ONLY, defaults={"day": today})
    return written


def _moved(last: date, today: date) -> set[int]:
    """Whose facts are others than on the day of the last count; a day more, for who was writing at midnight."""
    since = last - timedelta(days=1)
    year_old = (year_before(since), year_before(today))
    aged = Order.objects.effective().filter(booking_date__range=year_old).order_by().values_list("customer", flat=True)
    silent = Customer.objects.filter(last_order_on__range=year_old).order_by().values_list("pk", flat=True)
    owing = overdue_instalments(today).filter(due_date__gte=since).values_list("order__customer", flat=True)
    return {*aged.distinct(), *silent, *owing.distinct()}
