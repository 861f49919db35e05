"""The page that makes one file of two, and where the merged file's number leads afterwards."""

import pytest

from customers.merge import merge_customers
from customers.models import Customer
from customers.services import make_findable
from orders.models import Order
from orders.tests.entry_forms import form
from tests.factories import CustomerFactory, UserFactory, make_order

pytestmark = pytest.mark.django_db


def findable(**values) -> Customer:
    customer = CustomerFactory(**values)
    make_findable(customer, list(customer.contacts.all()))
    customer.save()
    return customer


@pytest.fixture
def old(rep):
    return findable(
        owner=rep, name="海雅装备（杭州）有限公司", short_name="海雅杭州", number="C2026777", industry="水务"
    )


@pytest.fixture
def new(team):
    return findable(owner=UserFactory(team=team), name="海雅装备制造有限公司", short_name="海雅装备")


def page_of(customer) -> str:
    return f"/customers/{customer.pk}/merge/"


def sent(old, new, **more):
    return {"into": new.pk, "version": old.version, "into_version": new.version, **more}


def test_a_manager_chooses_the_other_file_and_sees_both_side_by_side(as_manager, old, new):
    make_order(customer=old)
    assert page_of(old) in as_manager.get(old.get_absolute_url()).content.decode()
    assert 'name="into"' in as_manager.get(page_of(old)).content.decode()
    page = as_manager.get(page_of(old), {"into": new.number}).content.decode()
    for words in ("水务", "环保设备", "订单: 1", "此操作无法撤销", "两份档案均有"):
        assert words in page, words


def test_parts_of_an_address_are_chosen_together(as_manager, old, new):
    Customer.objects.filter(pk=old.pk).update(province="浙江省", city="杭州市", district="", address="文一西路 1 号")
    Customer.objects.filter(pk=new.pk).update(province="江苏省", city="苏州市", district="", address="")
    page = as_manager.get(page_of(old), {"into": new.number}).content.decode()
    assert "浙江省 杭州市 文一西路 1 号" in page
    assert 'name="stays-address"' in page
    assert 'name="stays-city"' not in page
    as_manager.post(page_of(old), sent(old, new, **{"stays-address": "merged"}))
    assert Customer.objects.get(pk=new.pk).city == "杭州市"


def test_what_was_chosen_stays_and_the_manager_is_at_the_file_that_stays(as_manager, old, new):
    answer = as_manager.post(page_of(old), sent(old, new, **{"stays-industry": "merged"}), follow=True)
    assert answer.redirect_chain == [(new.get_absolute_url(), 303)]
    page = answer.content.decode()
    assert f"C2026777 已并入 {new.number}" in page
    assert "C2026777 海雅装备（杭州）有限公司 已并入本档案" in page
    assert Customer.objects.get(pk=new.pk).industry == "水务"


@pytest.mark.parametrize("with_whom", ["itself", "nobody", "foreign"])
def test_a_wrong_choice_is_told_beside_the_box(as_manager, old, other_rep, with_whom):
    chosen = {"itself": old.number, "nobody": "C1999001", "foreign": CustomerFactory(owner=other_rep).number}
    answer = as_manager.get(page_of(old), {"into": chosen[with_whom]})
    assert answer.status_code == 422
    assert 'id="err_into"' in answer.content.decode()


def test_a_file_that_was_changed_meanwhile_is_shown_again_with_what_was_chosen(as_manager, old, new):
    values = sent(old, new, note="重复", **{"stays-industry": "merged"}) | {"version": old.version + 5}
    answer = as_manager.post(page_of(old), values)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "刚被他人修改" in page
    assert 'name="stays-industry" value="merged" checked' in page
    assert 'value="重复"' in page
    assert Customer.objects.get(pk=old.pk).merged_into is None


@pytest.fixture
def merged(old, new, manager):
    make_order(customer=old)
    merge_customers(merged=old, into=new, by=manager)
    return Customer.objects.get(pk=old.pk)


def test_the_old_address_leads_to_the_new_file_with_a_message(as_manager, as_other_rep, merged, new):
    answer = as_manager.get(merged.get_absolute_url(), follow=True)
    assert answer.redirect_chain == [(new.get_absolute_url(), 303)]
    assert f"C2026777 已并入 {new.number} 海雅装备" in answer.content.decode()
    assert as_other_rep.get(merged.get_absolute_url()).status_code == 404


def test_both_histories_are_read_on_the_new_file(as_manager, merged, new):
    page = as_manager.get(new.get_absolute_url()).content.decode()
    assert '<span class="st st-idle">C2026777</span>' in page


def test_lists_type_ahead_and_search_find_the_new_file_by_the_old_number(as_manager, merged, new):
    for words in ("C2026777", "海雅杭州"):
        found = as_manager.get("/customers/suggest/", {"q": words}).json()["results"]
        assert [each["value"] for each in found] == [new.pk]
    page = as_manager.get("/customers/", {"q": "C2026777"}).content.decode()
    assert new.number in page
    assert f'name="customer" value="{merged.pk}"' not in page


def test_a_form_that_was_open_on_the_merged_file_is_refused_and_keeps_what_was_typed(as_manager, merged, new):
    typed = {
        "name": "海雅装备新名称",
        "version": merged.version,
        "contacts-TOTAL_FORMS": 0,
        "contacts-INITIAL_FORMS": 0,
    }
    answer = as_manager.post(f"/customers/{merged.pk}/edit/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert new.number in page
    assert "海雅装备新名称" in page
    assert Customer.objects.get(pk=merged.pk).name == "海雅装备（杭州）有限公司"


def test_an_order_for_the_merged_file_names_the_new_one_and_its_number_means_that(as_manager, merged, new):
    assert as_manager.post("/orders/new/", form(merged)).status_code == 303
    assert [order.customer for order in Order.objects.all()] == [new, new]
