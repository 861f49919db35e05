"""What customers paid beside their orders: transfers of round sums whose rest is balance, through the services."""

from datetime import timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from billing.customer_receipts import propose, receive
from billing.dunning import record_dunning
from billing.models import Receipt, Refund
from billing.receivables import receivable_instalments
from billing.refunds import record_refund
from billing.several_orders import payable_instalments
from core.money import total
from customers.models import Customer
from ordersys.demo.clock import at, clock_at

_MOST, _REFUNDED, _DUNNED = 6, 2, 8
_SAID = ("已寄对账单，财务下周安排付款。", "审批卡在总经办，月底前到账。", "要求先补开发票再付。")
_ROUND = Decimal(10_000)


def load_money(rng: Random) -> None:
    """Some customers pay more than their orders ask for."""
    finance = User.objects.filter(role=Role.FINANCE).order_by("pk")[0]
    paying = Customer.objects.filter(overdue_amount__gt=0, owner__isnull=False).order_by("-overdue_amount", "pk")
    for place, customer in enumerate(paying[:_MOST]):
        _pay(customer, place, finance, rng)
    for place, customer in enumerate(paying.all()[:_DUNNED]):
        _ask(customer, place)
    for customer in Customer.objects.filter(balance__gt=0).order_by("pk")[:_REFUNDED]:
        _give_back(customer, finance)


def _pay(customer: Customer, place: int, finance: User, rng: Random) -> None:
    day = timezone.localdate() - timedelta(days=1 + place)
    parts = list(payable_instalments(customer.pk))[:2]
    # Rounded up to the next ten thousand.
    needed = total(part.unpaid for part in parts)
    amount = (needed // _ROUND + 1) * _ROUND
    with clock_at(at(day, rng.randint(540, 1000))):
        receive(
            customer=customer,
            amount=amount,
            received_on=day,
            method=Receipt.Method.TRANSFER,
            shares=propose(amount, parts),
            bank_reference=f"HZ{day:%Y%m%d}{place + 1:04d}",
            payer=customer.name,
            note="对公转账，余款留作余额",
            by=finance,
        )


def _ask(customer: Customer, place: int) -> None:
    """The owner asked for what is overdue; some promises have passed."""
    today = timezone.localdate()
    late = receivable_instalments().filter(order__customer=customer, due_date__lt=today)
    if customer.owner is None or not late.exists():
        return
    asked = today - timedelta(days=3 + place)
    record_dunning(
        customer=customer,
        instalments=list(late.values_list("pk", flat=True)),
        asked_on=asked,
        whom=str(customer.primary_contact or "财务部"),
        said=_SAID[place % len(_SAID)],
        promised_on=asked + timedelta(days=2 + 5 * (place % 2)),
        by=customer.owner,
    )


def _give_back(customer: Customer, finance: User) -> None:
    """Half of the balance, because the customer asked for it."""
    customer.refresh_from_db()
    record_refund(
        customer=customer,
        amount=(customer.balance / 2).quantize(Decimal(1)),
        refunded_on=timezone.localdate(),
        method=Refund.Method.TRANSFER,
        bank_reference=f"TK{timezone.localdate():%Y%m%d}{customer.pk:04d}",
        payee=customer.name,
        note="客户要求退回余款",
        by=finance,
    )
