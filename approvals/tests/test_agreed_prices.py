"""The check of agreed prices, and what it spares the check of discounts."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.checks import stage_two
from approvals.checks.agreed_prices import agreed_prices
from approvals.dossier import Batch, dossier_of
from orders.models import Order, OrderLine
from tests.factories import AgreementFactory, ProductFactory, make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(customer):
    product = ProductFactory(name="控制柜", list_price=Decimal(1000))
    return make_order(customer=customer, rep=customer.owner, lines=[(product, 10, "1000")])


def agree(order, price="950", **more):
    return AgreementFactory(customer=order.customer, product=order.lines.get().product, price=Decimal(price), **more)


def price_the_line(order, price, discount=0):
    OrderLine.objects.filter(order=order).update(
        unit_price=price, discount=discount, net_amount=10 * Decimal(price) * (100 - discount) / 100
    )


def result(order, check=agreed_prices):
    return check(dossier_of(Order.objects.get(pk=order.pk)))


def test_without_an_agreement_nothing_is_said(order):
    assert (result(order).verdict, result(order).figures) == ("pass", ())


def test_another_price_warns_with_both_and_the_days(order):
    agreement = agree(order)
    found = result(order)
    assert found.verdict == "warn"
    assert "1,000.00" in found.detail
    assert "950.00" in found.detail
    assert agreement.period in found.detail
    assert [str(figure.amount) for figure in found.figures] == ["9500.00", "10000.00", "500.00"]
    assert found.overridable_by == ()


@pytest.mark.parametrize(("price", "discount"), [("950", 0), ("1000", 5)])
def test_the_agreed_price_passes_with_its_figures_however_it_is_written(order, price, discount):
    agree(order)
    price_the_line(order, price, discount)
    found = result(order)
    assert found.verdict == "pass"
    assert [str(figure.amount) for figure in found.figures] == ["9500.00", "9500.00", "0.00"]


def test_what_holds_on_the_order_date_counts(order):
    day = timedelta(days=1)
    agree(order, "900", starts_on=order.order_date - 60 * day, ends_on=order.order_date - day)
    agree(order, "1000", starts_on=order.order_date, ends_on=order.order_date)
    agree(order, "800", starts_on=order.order_date + day, ends_on=None)
    assert result(order).verdict == "pass"


def test_another_customers_agreement_does_not_count(order):
    AgreementFactory(product=order.lines.get().product)
    assert result(order).figures == ()


def test_an_agreed_price_needs_no_other_leave_for_its_discount(order):
    price_the_line(order, "500")
    assert result(order, stage_two.discount).verdict == "fail"
    agree(order, "500")
    assert result(order, stage_two.discount).verdict == "pass"
    price_the_line(order, "499")
    assert result(order, stage_two.discount).verdict == "fail"


def test_many_orders_cost_one_more_query(order, customer):
    agree(order)
    for _n in range(3):
        other = make_order(customer=customer, rep=customer.owner, lines=[(ProductFactory(), 1, "10")])
        AgreementFactory(customer=customer, product=other.lines.get().product)

    def queries(orders):
        batch = Batch(orders)
        assert batch.lines is not None
        with CaptureQueriesContext(connection) as captured:
            verdicts = [agreed_prices(dossier).verdict for dossier in batch.dossiers()]
        assert "warn" in verdicts
        return len(captured)

    orders = list(Order.objects.all())
    assert queries(orders) == queries(orders[:1]) == 1
