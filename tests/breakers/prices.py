"""Price agreements."""

from datetime import timedelta

from core import protections
from tests.breakers.kit import breaks, damage, without_constraint
from tests.factories import AgreementFactory

TABLE, APART = "agreements_priceagreement", "agreements_do_not_overlap"


@breaks("price agreements")
def a_second_price_from_its_last_day_on():
    agreement = AgreementFactory()
    same = {"customer": agreement.customer, "product": agreement.product}
    AgreementFactory(**same, starts_on=agreement.last_day + timedelta(days=1))
    yield
    protections.drop_all()
    with without_constraint(TABLE, APART):
        AgreementFactory(**same, starts_on=agreement.starts_on - timedelta(days=9), ends_on=agreement.starts_on)
        yield


@breaks("price agreements")
def two_customers_in_one_file():
    agreement = AgreementFactory()
    other = AgreementFactory(product=agreement.product)
    yield
    with without_constraint(TABLE, APART):
        damage(other, customer=agreement.customer)
        yield
