"""Money given back: of the balance and of cancelled orders, never more than was received for it, undone by an entry."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.utils import timezone

from analytics.figures.counting import BY_KEY, differences
from analytics.figures.kpis import RefundFacts, refunds
from analytics.figures.months import Month
from analytics.figures.segments import Segment
from analytics.models import Change
from analytics.rollups.freshness import refresh
from analytics.rollups.lookup import figures_by_month
from billing.customer_receipts import receive
from billing.models import Refund
from billing.receipts import reverse_receipt
from billing.refunds import free_cancelled, record_refund, reverse_refund
from billing.worklist import CancelledMoney
from core.events import timeline_of
from core.models import ClosedMonth
from core.workflow import take
from orders.models import Order
from orders.statuses import Status
from tests.breakers.kit import sound
from tests.factories import UserFactory, make_order

pytestmark = pytest.mark.django_db
RULES = ("received", "instalments paid", "allocations", "balances", "refunds", "reversals", "payment", "customer facts")
TODAY = timezone.localdate()


@pytest.fixture
def paid(customer, finance):
    """A function: amount → a receipt that pays nothing."""

    def record(amount):
        known = {"received_on": TODAY, "method": "transfer", "shares": {}, "by": finance}
        return receive(customer=customer, amount=Decimal(amount), **known)

    return record


@pytest.fixture
def give_back(customer, finance):
    """A function: amount → the refund."""

    def record(amount, by=finance, **more):
        known = {"customer": customer, "refunded_on": TODAY, "method": "transfer", "by": by, **more}
        return record_refund(amount=Decimal(amount), **known)

    return record


@pytest.fixture
def cancelled(customer, pay, manager):
    """An order of 11,300.00 for which 5,000.00 was received before it was cancelled."""
    order = make_order(customer=customer, status=Status.APPROVED)
    pay(order, "5000")
    order.refresh_from_db()
    take(order, "cancel", by=UserFactory(role="manager", team=order.team), note="客户不要了")
    return Order.objects.get(pk=order.pk)


def balance(customer) -> Decimal:
    customer.refresh_from_db()
    return customer.balance


def refusal(action) -> dict:
    before = Refund.objects.count()
    with pytest.raises(ValidationError) as caught:
        action()
    assert Refund.objects.count() == before
    return caught.value.message_dict


# ---- of the balance --------------------------------------------------------------------------------------------------


def test_a_balance_is_given_back_the_oldest_money_first(customer, paid, give_back):
    first, second = paid("300"), paid("500")
    refund = give_back("400", bank_reference="TK-1")
    assert balance(customer) == 400
    assert {part.receipt_id: part.amount for part in refund.parts.all()} == {first.pk: 300, second.pk: 100}
    assert "400.00" in timeline_of(customer)[0].sentence
    assert sound(*RULES)


def test_never_more_than_there_is_nor_tomorrow_nor_twice_under_one_reference(paid, give_back):
    paid("300")
    assert "300.00" in refusal(lambda: give_back("300.01"))["amount"][0]
    assert "amount" in refusal(lambda: give_back("0"))
    assert "refunded_on" in refusal(lambda: give_back("1", refunded_on=TODAY + timedelta(days=1)))
    give_back("1", bank_reference="TK-1")
    assert "1.00" in refusal(lambda: give_back("1", bank_reference="ｔｋ-1"))["bank_reference"][0]


def test_nothing_is_refunded_in_a_closed_month(paid, give_back):
    paid("300")
    month = Month.current().shifted(-1)
    ClosedMonth.objects.create(first_day=month.first, last_day=month.last, closed_at=timezone.now())
    assert "refunded_on" in refusal(lambda: give_back("1", refunded_on=month.last))


def test_a_refund_is_undone_by_an_opposite_one_and_its_money_is_balance_again(customer, paid, give_back, finance):
    receipt = paid("300")
    refund = give_back("200", bank_reference="TK-1")
    assert NON_FIELD_ERRORS in refusal(lambda: reverse_receipt(receipt=receipt, by=finance, reason="错"))
    assert "reason" in refusal(lambda: reverse_refund(refund=refund, by=finance, reason=" "))
    opposite = reverse_refund(refund=refund, by=finance, reason="账号错，退票")
    assert (opposite.amount, balance(customer)) == (-200, 300)
    assert refusal(lambda: reverse_refund(refund=refund, by=finance, reason="错"))
    assert refusal(lambda: reverse_refund(refund=opposite, by=finance, reason="错"))
    give_back("300", bank_reference="TK-1")
    assert sound(*RULES)


def test_the_second_click_finds_the_first_refund(paid, give_back):
    paid("300")
    token = uuid.uuid4()
    assert give_back("100", token=token) == give_back("100", token=token)
    assert Refund.objects.count() == 1


@pytest.mark.parametrize("person", ["rep", "manager", "operations", "service", "admin"])
def test_only_finance_gives_back(request, person, paid, give_back, cancelled):
    somebody = request.getfixturevalue(person)
    paid("300")
    refund = give_back("100")
    for action in (
        lambda: give_back("100", by=somebody),
        lambda: reverse_refund(refund=refund, by=somebody, reason="错"),
        lambda: free_cancelled(order=cancelled, by=somebody),
    ):
        with pytest.raises(PermissionDenied):
            action()


# ---- of a cancelled order --------------------------------------------------------------------------------------------


def test_a_cancelled_order_holds_its_money_until_finance_decides(cancelled, finance, rep):
    assert (cancelled.status, cancelled.received_total) == (Status.CANCELLED, 5000)
    assert list(CancelledMoney().waiting(finance)) == [cancelled]
    assert "5,000.00" in str(CancelledMoney().items(finance, 5)[0].what)
    assert list(CancelledMoney().waiting(rep)) == []


def test_its_money_becomes_balance_by_one_verb(cancelled, customer, finance):
    assert free_cancelled(order=cancelled, by=finance) == 5000
    cancelled.refresh_from_db()
    assert (cancelled.received_total, cancelled.payment_status, balance(customer)) == (0, "unpaid", 5000)
    assert list(CancelledMoney().waiting(finance)) == []
    assert refusal(lambda: free_cancelled(order=cancelled, by=finance))
    assert sound(*RULES)


def test_or_a_refund_whose_rest_is_balance(cancelled, customer, paid, give_back):
    other = paid("900")
    assert "5,000.00" in refusal(lambda: give_back("5000.01", order=cancelled))["amount"][0]
    refund = give_back("4200", order=cancelled)
    assert balance(customer) == 1700
    assert other.pk not in refund.parts.values_list("receipt", flat=True)
    assert "4,200.00" in timeline_of(cancelled)[0].sentence
    assert refusal(lambda: give_back("1", order=cancelled))
    assert sound(*RULES)


def test_an_order_in_force_gives_nothing_back(customer, pay, give_back, finance):
    order = make_order(customer=customer, status=Status.APPROVED)
    pay(order, "100")
    order.refresh_from_db()
    assert refusal(lambda: free_cancelled(order=order, by=finance))
    assert refusal(lambda: give_back("100", order=order))


# ---- the figure ------------------------------------------------------------------------------------------------------


def test_the_figure_of_a_month_sums_its_refunds_less_what_was_undone(paid, give_back, finance, rep):
    paid("5000")
    last = Month.current().shifted(-1)
    give_back("1000", refunded_on=last.last)
    assert Change.objects.filter(kind="refund", month=last.first).exists()
    reverse_refund(refund=give_back("300"), by=finance, reason="错")
    give_back("500.50")
    rows = [RefundFacts(each.refunded_on, each.amount) for each in Refund.objects.all()]
    months = [last, Month.current()]
    assert [refunds(rows, month) for month in months] == [Decimal("1000"), Decimal("500.50")]
    refresh()
    found = figures_by_month(Segment(), months)
    assert [found[month].refunds for month in months] == [Decimal("1000"), Decimal("500.50")]
    for month in months:
        assert list(differences(BY_KEY["refunds"], month, TODAY)) == []


# ---- pages -----------------------------------------------------------------------------------------------------------


def typed(**changes) -> dict:
    values = {"amount": "4,200.00", "refunded_on": TODAY.isoformat(), "method": "transfer", "token": str(uuid.uuid4())}
    return values | changes


def test_a_cancelled_order_offers_both_ways(as_finance, as_rep, cancelled):
    url = f"/orders/{cancelled.pk}/receipts/"
    page = as_finance.get(url).content.decode()
    assert f"/refunds/new/?order={cancelled.pk}" in page
    assert "free-money" in page
    assert "free-money" not in as_rep.get(url).content.decode()
    assert as_finance.post(f"/refunds/new/?order={cancelled.pk}", typed(amount="9999")).status_code == 422
    assert as_finance.post(f"/refunds/new/?order={cancelled.pk}", typed()).status_code == 303
    refund = Refund.objects.get()
    page = as_finance.get(refund.get_absolute_url()).content.decode()
    assert "4,200.00" in page
    assert as_finance.post(f"/refunds/{refund.pk}/reverse/", {"reason": ""}).status_code == 422
    assert as_finance.post(f"/refunds/{refund.pk}/reverse/", {"reason": "错"}).status_code == 303
    assert "free-money" not in as_finance.get(url).content.decode()


def test_keeping_it_as_balance_says_so(as_finance, cancelled, customer):
    assert as_finance.post(f"/orders/{cancelled.pk}/free-money/").status_code == 303
    again = as_finance.post(f"/orders/{cancelled.pk}/free-money/", follow=True)
    assert [message.level_tag for message in again.context["messages"]] == ["success", "error"]
    assert balance(customer) == 5000


def test_the_list_finds_refunds(as_finance, as_rep, paid, give_back, cancelled):
    paid("500")
    of_balance, of_order = give_back("100", bank_reference="TK-9"), give_back("200", order=cancelled)

    def found(client, **query):
        return set(client.get("/refunds/", query).context["page"].rows)

    assert found(as_finance) == {of_balance, of_order} == found(as_rep)
    assert found(as_finance, q="tk-9") == found(as_finance, of="balance") == {of_balance}
    assert found(as_finance, state="reversed") == set()


def test_a_reason_is_no_longer_than_what_keeps_it(paid, give_back, finance):
    paid("500")
    refund = give_back("200")
    assert "200" in refusal(lambda: reverse_refund(refund=refund, by=finance, reason="长" * 201))["reason"][0]
