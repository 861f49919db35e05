"""Agreeing on a price and ending it: services, what the database refuses, and who may."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from agreements.models import FOREVER, PriceAgreement
from agreements.prices import AgreedPrices, agreed_prices, net_price
from agreements.services import end_agreement, make_agreement
from core.events import timeline_of
from core.models import Message
from customers.models import CustomerMerge
from tests.factories import AgreementFactory, CustomerFactory, ProductFactory, UserFactory

pytestmark = pytest.mark.django_db
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
DAY = timedelta(days=1)


@pytest.fixture
def customer(rep):
    return CustomerFactory(owner=rep, team=rep.team)


def agree(customer, by, product=None, starts_on=YEAR[0], ends_on=YEAR[1], price="8256", **more):
    values = {"product": product or ProductFactory(), "price": Decimal(price), "starts_on": starts_on}
    return make_agreement(customer=customer, values=values | {"ends_on": ends_on, "note": "年度框架"}, by=by, **more)


def test_what_was_agreed_is_kept_with_who_and_when_and_stands_in_the_customers_history(customer, manager):
    agreement = agree(customer, manager)
    assert (agreement.last_day, agreement.made_by) == (YEAR[1], manager)
    entry = timeline_of(customer)[0]
    assert "2026-01-01 – 2026-12-31" in entry.sentence
    assert "8,256.00" in entry.sentence
    assert entry.note == "年度框架"


def test_the_owner_is_told(customer, rep, manager):
    agree(customer, manager)
    assert Message.objects.get(user=rep).url.startswith(f"/customers/{customer.pk}/agreements/")


def test_without_an_end_it_lasts(customer, manager):
    assert agree(customer, manager, ends_on=None).last_day == FOREVER


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "field"),
    [
        (date(2026, 12, 31), date(2027, 12, 31), "starts_on"),
        (date(2025, 1, 1), date(2026, 1, 1), "ends_on"),
        (date(2025, 1, 1), None, "ends_on"),
        (date(2026, 3, 1), date(2026, 4, 1), "starts_on"),
    ],
)
def test_a_second_one_on_the_same_day_is_refused_with_the_days_of_the_first(
    customer, manager, starts_on, ends_on, field
):
    first = agree(customer, manager)
    with pytest.raises(ValidationError) as refused:
        agree(customer, manager, first.product, starts_on, ends_on)
    assert list(refused.value.message_dict) == [field]
    assert "2026-01-01 – 2026-12-31" in refused.value.message_dict[field][0]


def test_one_follows_the_other_day_by_day(customer, manager):
    first = agree(customer, manager)
    agree(customer, manager, first.product, date(2027, 1, 1), None)
    agree(customer, manager, first.product, date(2025, 1, 1), date(2025, 12, 31))
    agree(CustomerFactory(owner=customer.owner, team=customer.team), manager, first.product)
    assert PriceAgreement.objects.count() == 4


def test_the_last_day_does_not_come_before_the_first(customer, manager):
    with pytest.raises(ValidationError, match="ends_on"):
        agree(customer, manager, starts_on=YEAR[1], ends_on=YEAR[0])


def test_a_second_click_makes_no_second_one(customer, manager):
    token = "5f0b1c9e-0000-4000-8000-000000000001"
    product = ProductFactory()
    assert agree(customer, manager, product, token=token) == agree(customer, manager, product, token=token)


def test_reps_make_none_and_managers_none_with_foreign_customers(customer, rep, other_manager):
    for person in (rep, other_manager):
        with pytest.raises(PermissionDenied):
            agree(customer, person)


def test_ending_keeps_the_days_that_were_valid(customer, manager, rep):
    today = timezone.localdate()
    agreement = agree(customer, manager, starts_on=today - 30 * DAY, ends_on=today + 30 * DAY)
    with pytest.raises(ValidationError, match="last_day"):
        end_agreement(agreement=agreement, last_day=today - 2 * DAY, reason="材料涨价", by=manager)
    with pytest.raises(ValidationError, match="last_day"):
        end_agreement(agreement=agreement, last_day=today + 30 * DAY, reason="材料涨价", by=manager)
    with pytest.raises(ValidationError, match="reason"):
        end_agreement(agreement=agreement, last_day=today, reason=" ", by=manager)
    with pytest.raises(PermissionDenied):
        end_agreement(agreement=agreement, last_day=today, reason="材料涨价", by=rep)
    ended = end_agreement(agreement=agreement, last_day=today - DAY, reason="材料涨价", by=manager)
    assert (ended.last_day, ended.ends_on) == (today - DAY, today + 30 * DAY)
    assert timeline_of(customer)[0].note == "材料涨价"
    assert not PriceAgreement.objects.valid_on(today).exists()
    with pytest.raises(ValidationError):
        end_agreement(agreement=agreement, last_day=today, reason="再来", by=manager)
    agree(customer, manager, agreement.product, today, None)


def test_what_has_not_begun_is_withdrawn_and_leaves_its_days_free(customer, manager):
    start = timezone.localdate() + 10 * DAY
    agreement = agree(customer, manager, starts_on=start, ends_on=None)
    assert end_agreement(agreement=agreement, last_day=None, reason="写错了", by=manager).was_withdrawn
    assert not PriceAgreement.objects.held().exists()
    agree(customer, manager, agreement.product, start - 5 * DAY, start + 5 * DAY)


# ---- what the database refuses ---------------------------------------------------------------------------------------


def refused(change) -> bool:
    try:
        with transaction.atomic():
            change()
    except DatabaseError:
        return True
    return False


def test_the_database_refuses_two_on_one_day():
    agreement = AgreementFactory(starts_on=YEAR[0], ends_on=YEAR[1])
    same = {"customer": agreement.customer, "product": agreement.product}
    assert refused(lambda: AgreementFactory(**same, starts_on=YEAR[1], ends_on=None))
    later = AgreementFactory(**same, starts_on=YEAR[1] + DAY, ends_on=None)
    elsewhere = AgreementFactory(product=agreement.product, starts_on=YEAR[0], ends_on=YEAR[1])

    def move(row, into):
        PriceAgreement.objects.filter(pk=row.pk).update(customer=into)

    # Another customer is theirs only along a merge, and along one too there are never two on one day.
    other = CustomerFactory()
    assert refused(lambda: move(later, other))
    CustomerMerge.objects.create(merged=elsewhere.customer, into=agreement.customer, by=UserFactory())
    assert refused(lambda: move(elsewhere, agreement.customer))
    CustomerMerge.objects.create(merged=agreement.customer, into=other, by=UserFactory())
    assert not refused(lambda: move(later, other))


def test_the_database_keeps_what_was_agreed():
    agreement = AgreementFactory(starts_on=YEAR[0], ends_on=YEAR[1])
    row = PriceAgreement.objects.filter(pk=agreement.pk)
    assert refused(lambda: row.update(price=1))
    assert refused(lambda: row.update(ends_on=None, last_day=FOREVER))
    assert refused(lambda: row.update(ended_on=YEAR[1] + DAY, last_day=YEAR[1] + DAY))
    assert refused(lambda: row.update(last_day=YEAR[0]))
    assert refused(lambda: row.update(ended_on=YEAR[0], last_day=YEAR[0]))
    assert refused(row.delete)


# ---- looking them up -------------------------------------------------------------------------------------------------


def test_a_price_holds_from_its_first_to_its_last_day():
    agreement = AgreementFactory(starts_on=YEAR[0], ends_on=YEAR[1])
    customer, product = agreement.customer_id, agreement.product_id
    days = (YEAR[0] - DAY, *YEAR, YEAR[1] + DAY)
    every = PriceAgreement.objects.all()
    assert [bool(agreed_prices(every, customer, [product], day)) for day in days] == [False, True, True, False]
    prices = AgreedPrices([(customer, product, day) for day in days])
    assert [bool(prices.on(customer, product, day)) for day in days] == [False, True, True, False]


def test_many_are_looked_up_in_one_query(django_assert_num_queries):
    wanted = [(each.customer_id, each.product_id, YEAR[0]) for each in AgreementFactory.create_batch(5)]
    with django_assert_num_queries(1):
        AgreedPrices(wanted)
    with django_assert_num_queries(0):
        AgreedPrices([])


def test_a_net_price_counts_the_discount():
    assert net_price(Decimal(8600), Decimal(4)) == Decimal("8256")
    assert net_price(Decimal("0.125"), Decimal("33.33")) == Decimal("0.083338")


def test_who_sees_which():
    agreement = AgreementFactory()
    owner = agreement.customer.owner
    seen = {
        "owner": owner,
        "manager": UserFactory(role="manager", team=owner.team),
        "finance": UserFactory(role="finance"),
        "admin": UserFactory(role="admin"),
    }
    unseen = [UserFactory(), *(UserFactory(role=role) for role in ("manager", "operations", "service"))]
    assert all(PriceAgreement.objects.visible_to(person).exists() for person in seen.values())
    assert not any(PriceAgreement.objects.visible_to(person).exists() for person in unseen)
