"""The pages of price agreements, and what waits about them."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from agreements.models import PriceAgreement
from core.models import Attachment, HeldFile
from core.worklist import items_for
from tests.factories import AgreementFactory, CustomerFactory, ProductFactory, UserFactory
from tests.sample_files import picture

pytestmark = pytest.mark.django_db
LIST, NEW = "/agreements/", "/agreements/new/"
TODAY = timezone.localdate()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_english(rep, manager):
    for person in (rep, manager):
        person.language = "en"
        person.save()


@pytest.fixture
def customer(rep):
    return CustomerFactory(owner=rep, team=rep.team, short_name="海雅装备")


@pytest.fixture
def product():
    return ProductFactory(code="KX-200", name="控制柜")


def form(customer, product, **more):
    days = {"starts_on": TODAY.isoformat(), "ends_on": (TODAY + 364 * DAY).isoformat()}
    return {"customer": customer.pk, "product": product.pk, "price": "8,256", **days, "note": "框架", **more}


def held(customer, first=-100, last=100, **more):
    """From so many days before today until so many after it."""
    days = {"starts_on": TODAY + first * DAY, "ends_on": TODAY + last * DAY}
    return AgreementFactory(customer=customer, **days, **more)


# ---- agreeing --------------------------------------------------------------------------------------------------------


def test_a_manager_agrees_on_a_price_with_its_letter(as_manager, customer, product):
    response = as_manager.post(NEW, {**form(customer, product), "file": picture()}, follow=True)
    agreement = PriceAgreement.objects.get()
    assert response.redirect_chain[0][0] == f"/customers/{customer.pk}/agreements/#agreement-{agreement.pk}"
    text = response.content.decode()
    assert "8,256.00" in text
    assert "/files/" in text


def test_without_scripts_customer_and_product_are_named_by_their_numbers(as_manager, customer, product):
    sent = form(customer, product) | {"customer": customer.number, "product": "kx-200"}
    assert as_manager.post(NEW, sent).status_code == 303


def test_an_overlap_is_said_beside_the_day_and_what_was_typed_stays(as_manager, customer, product):
    held(customer, product=product)
    response = as_manager.post(NEW, form(customer, product, note="第二次"))
    assert response.status_code == 422
    text = response.content.decode()
    assert f"{(TODAY - 100 * DAY).isoformat()} – {(TODAY + 100 * DAY).isoformat()}" in text
    assert 'id="err_starts_on"' in text
    assert "第二次" in text
    assert 'data-text="海雅装备"' in text


def test_what_is_wrong_stands_beside_its_field(as_manager, customer, product):
    sent = form(customer, product, price="-1") | {"product": "?"}
    response = as_manager.post(NEW, sent)
    assert response.status_code == 422
    assert {"product", "price"} <= set(response.context["form"].errors)


def test_a_refused_form_keeps_its_letter(as_manager, customer, product):
    refused = as_manager.post(NEW, {**form(customer, product, price=""), "file": picture()})
    assert refused.status_code == 422
    assert "drop-held" in refused.content.decode()
    as_manager.post(NEW, form(customer, product))
    assert Attachment.objects.get().subject == PriceAgreement.objects.get()
    assert not HeldFile.objects.exists()


def test_renewing_proposes_the_days_after(as_manager, customer, product):
    agreement = held(customer, product=product)
    initial = as_manager.get(NEW, {"renews": agreement.pk}).context["form"].initial
    assert initial["starts_on"] == agreement.last_day + DAY
    assert initial["ends_on"] - initial["starts_on"] == agreement.ends_on - agreement.starts_on
    assert initial["price"] == agreement.price


def test_renewing_what_holds_to_the_end_of_days_proposes_no_last_day(as_manager, customer, product):
    agreement = AgreementFactory(customer=customer, product=product, starts_on=TODAY - DAY, ends_on=date.max)
    initial = as_manager.get(NEW, {"renews": agreement.pk}).context["form"].initial
    assert (initial["starts_on"], initial["ends_on"]) == (TODAY, None)
    endless = AgreementFactory(customer=customer, starts_on=TODAY - 300 * DAY, ends_on=date.max - DAY)
    assert as_manager.get(NEW, {"renews": endless.pk}).context["form"].initial["ends_on"] is None


# ---- ending ----------------------------------------------------------------------------------------------------------


def test_ending_asks_for_the_day_and_the_reason(as_manager, customer):
    agreement = held(customer)
    url = f"/agreements/{agreement.pk}/end/"
    refused = as_manager.post(url, {"last_day": (TODAY - 9 * DAY).isoformat(), "reason": "涨价"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["last_day"])
    assert "涨价" in refused.content.decode()
    page = as_manager.post(url, {"last_day": TODAY.isoformat(), "reason": "涨价"}, follow=True).content.decode()
    assert "涨价" in page
    agreement.refresh_from_db()
    assert agreement.last_day == TODAY


def test_what_has_not_begun_is_withdrawn_without_a_day(as_manager, customer):
    agreement = held(customer, first=10)
    url = f"/agreements/{agreement.pk}/end/"
    assert "last_day" not in as_manager.get(url).content.decode()
    assert as_manager.post(url, {"reason": "写错"}).status_code == 303
    assert not PriceAgreement.objects.held().exists()


# ---- lists -----------------------------------------------------------------------------------------------------------


def shown(client, query=""):
    return [row.pk for row in client.get(LIST + query).context["rows"]]


def test_the_list_finds_by_state_day_owner_and_words(as_manager, rep, customer, product):
    valid, soon, to_come, over = (
        held(customer, product=product),
        held(customer, last=10),
        held(customer, first=10),
        held(customer, last=-10),
    )
    other = held(CustomerFactory(owner=UserFactory(team=rep.team), team=rep.team, short_name="青麦"))
    assert set(shown(as_manager)) == {valid.pk, soon.pk, to_come.pk, other.pk}
    assert shown(as_manager, "?state=soon") == [soon.pk]
    assert shown(as_manager, "?state=future") == [to_come.pk]
    assert shown(as_manager, "?state=past") == [over.pk]
    assert set(shown(as_manager, f"?on={(TODAY - 50 * DAY).isoformat()}")) == {valid.pk, soon.pk, over.pk, other.pk}
    assert shown(as_manager, f"?state=all&owner={other.customer.owner_id}") == [other.pk]
    assert shown(as_manager, "?q=kx-200") == [valid.pk]
    assert shown(as_manager, "?q=青麦") == [other.pk]
    assert len(shown(as_manager, "?state=all&sort=price")) == 5
    assert shown(as_manager, "?on=nonsense")


def test_the_list_costs_the_same_however_long_it_is(as_manager, customer, django_assert_max_num_queries):
    for _n in range(12):
        held(customer)
    with django_assert_max_num_queries(12):
        assert len(shown(as_manager)) == 12


def test_a_customers_page_parts_what_holds_from_what_is_over(as_rep, customer):
    held(customer), held(customer, first=10), held(customer, last=-10)
    page = as_rep.get(f"/customers/{customer.pk}/agreements/")
    assert [len(section["rows"]) for section in page.context["sections"]] == [1, 1, 1]
    assert "/end/" not in page.content.decode()
    assert NEW not in page.content.decode()


def test_a_products_page_names_only_customers_that_one_sees(as_rep, as_other_rep, customer, product):
    held(customer, product=product)
    url = f"/fragments/products/{product.pk}/agreements/"
    assert "海雅装备" in as_rep.get(url).content.decode()
    assert "海雅装备" not in as_other_rep.get(url).content.decode()


def test_a_frozen_customer_and_a_product_off_sale_are_said(as_manager, customer, product):
    held(customer, product=product)
    product.active = False
    product.save()
    assert "product discontinued" in as_manager.get(LIST).content.decode()
    customer.status = "frozen"
    customer.save()
    assert "customer frozen" in as_manager.get(LIST).content.decode()
    assert "nothing is sold" in as_manager.get(f"/customers/{customer.pk}/agreements/").content.decode()


# ---- what waits ------------------------------------------------------------------------------------------------------


def waiting(person):
    return [item for item in items_for(person) if item.kind == "agreements"]


def test_what_ends_within_thirty_days_waits_for_the_owner(rep, manager, customer, product):
    held(customer, last=30, product=product)
    held(customer, last=31)
    held(customer, last=-1)
    (item,) = waiting(rep)
    assert product.name in item.detail
    assert waiting(manager) == []


def test_what_is_followed_was_ended_or_is_not_sold_does_not_wait(rep, customer, product):
    held(customer, last=10, product=product)
    held(customer, first=20, last=100, product=product)
    held(customer, last=10, product=ProductFactory(active=False))
    held(CustomerFactory(owner=rep, status="frozen"), last=10)
    ended = held(customer, last=100)
    PriceAgreement.objects.filter(pk=ended.pk).update(
        ended_on=TODAY + DAY, last_day=TODAY + DAY, end_reason="涨价", ended_by=rep
    )
    assert waiting(rep) == []


def test_of_unassigned_customers_it_waits_for_managers(manager, product):
    held(CustomerFactory(owner=None), last=3, product=product)
    assert len(waiting(manager)) == 1
